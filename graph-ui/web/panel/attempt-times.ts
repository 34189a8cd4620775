// Runs in: browser. A step's attempts as bars over time: how long each waited and ran, and which failed.
import type { AnswerNode } from '../../../plugin/graph/answers.ts';
import { h, svg } from '../base/dom.ts';
import { duration } from '../base/format.ts';
import { attemptFailed, attemptNumber } from '../lineage/fold.ts';

interface Span {
  attempt: AnswerNode;
  scheduled: number;
  started: number;
  ended: number;
}

/** Null where there is nothing to compare, or where the times of an attempt are not known. */
export function attemptTimes(attempts: AnswerNode[]): HTMLElement | null {
  const spans = attempts.map(spanOf).filter((span) => span !== null);
  if (spans.length < 2 || spans.length < attempts.length) return null;
  const from = Math.min(...spans.map(({ scheduled }) => scheduled));
  const whole = Math.max(...spans.map(({ ended }) => ended)) - from;
  if (whole <= 0) return null;
  const at = (time: number): string => `${(100 * (time - from)) / whole}%`;
  const rows = spans.map(({ attempt, scheduled, started, ended }) => {
    const bar = svg('svg', { class: attemptFailed(attempt) ? 'times-bar is-failed' : 'times-bar', 'aria-hidden': 'true' },
      svg('line', { class: 'times-waited', x1: at(scheduled), x2: at(started), y1: 8, y2: 8 }),
      svg('rect', { class: 'times-ran', x: at(started), y: 3, width: at(from + ended - started), height: 10, rx: 2 }));
    return h('li', {}, h('span', { class: 'times-number' }, `#${attemptNumber(attempt)}`), bar,
      h('span', { class: 'visually-hidden' }, `${String(attempt.properties['status'] ?? '')}, after ${duration(started - from)}, for ${duration(ended - started)}`));
  });
  return h('figure', { class: 'times' }, h('ol', {}, ...rows), h('figcaption', { class: 'quiet' }, h('span', {}, 'waited, then ran'), h('span', {}, `${duration(whole)} in all`)));
}

/** By its worker's clock; of an attempt that history alone tells of, by the server's. */
function spanOf(attempt: AnswerNode): Span | null {
  const { scheduledAt, serverStartedAt, workerStartedAt, serverEndedAt, workerEndedAt } = attempt.properties;
  const started = momentOf(workerStartedAt ?? serverStartedAt);
  const ended = momentOf(workerEndedAt ?? serverEndedAt) ?? started;
  if (started === null || ended === null) return null;
  return { attempt, scheduled: Math.min(momentOf(scheduledAt) ?? started, started), started, ended: Math.max(started, ended) };
}

function momentOf(value: unknown): number | null {
  const moment = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isNaN(moment) ? null : moment;
}
