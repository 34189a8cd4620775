// Runs in: browser. A step's attempts: how each went, how long it took, where it ran, why it failed.
import type { AnswerNode, NodeDetail } from '../../../plugin/graph/answers.ts';
import { api } from '../base/api.ts';
import { fill, h } from '../base/dom.ts';
import { duration } from '../base/format.ts';
import { attemptFailed, attemptNumber, isA } from '../lineage/fold.ts';
import { attemptTimes } from './attempt-times.ts';
import { propertyTable } from './property-table.ts';
import { section } from './section.ts';

export function attemptsSection({ node, neighbours }: NodeDetail, select: (id: string) => void): HTMLElement | null {
  const attempts = neighbours
    .filter(({ edge, node: other }) => edge.type === 'ATTEMPT_OF' && edge.to === node.id && isA(other, 'Attempt'))
    .map(({ node: attempt }) => attempt)
    .sort((a, b) => attemptNumber(a) - attemptNumber(b));
  if (attempts.length === 0) return null;
  return section(
    attempts.length === 1 ? 'Attempt' : `Attempts (${attempts.length})`,
    attemptTimes(attempts),
    h('ol', { class: 'attempts' }, ...attempts.map((attempt) => attemptItem(attempt, select))),
  );
}

function attemptItem(attempt: AnswerNode, select: (id: string) => void): HTMLElement {
  const { status, durationMs, identity, taskQueue, failureType, failureTypes } = attempt.properties;
  const failed = attemptFailed(attempt);
  const more = h('div', { class: 'attempt-more' });
  const details = h(
    'details',
    { on: { toggle: () => { if (details.open && more.childElementCount === 0) void showMore(attempt, more, select); } } },
    h('summary', {}, 'Everything about this attempt'),
    more,
  );
  if (failed) queueMicrotask(() => void showFailure(attempt, failure));
  const failure = h('div', { class: 'failure' }, typeof failureType === 'string' && h('strong', {}, Array.isArray(failureTypes) ? failureTypes.join(' ← ') : failureType));
  return h(
    'li',
    { class: failed ? 'attempt is-failed' : 'attempt' },
    h('div', { class: 'attempt-line' },
      h('span', { class: 'attempt-number' }, `#${attemptNumber(attempt)}`),
      h('span', { class: failed ? 'status is-bad' : 'status' }, typeof status === 'string' ? status : failed ? 'failed' : 'unknown'),
      typeof durationMs === 'number' && h('span', { class: 'attempt-time' }, duration(durationMs)),
    ),
    h('div', { class: 'attempt-where' }, [identity, taskQueue].filter((text) => typeof text === 'string').join(' · ')),
    ...notesOf(attempt).map((note) => h('div', { class: 'attempt-where' }, note)),
    failed && failure,
    details,
  );
}

/** What else an attempt is worth a line for. */
function notesOf({ properties }: AnswerNode): string[] {
  const { status, heartbeats, heartbeatDetailsGiven, timeoutType, cancelReasons, nextRetryDelay, nonRetryable } = properties;
  const notes: string[] = [];
  if (status === 'lost') notes.push('Nobody told its end: its worker was killed, or its record is still on the way');
  if (status === 'async') notes.push('Its result came from a client');
  if (typeof timeoutType === 'string') notes.push(`Timed out: ${timeoutType}`);
  if (Array.isArray(cancelReasons)) notes.push(`Asked to stop: ${cancelReasons.join(', ')}`);
  if (heartbeatDetailsGiven === true) notes.push('Went on from what an earlier attempt left by heartbeat');
  if (typeof heartbeats === 'number') notes.push(`${heartbeats} heartbeat${heartbeats === 1 ? '' : 's'}`);
  if (nonRetryable === true) notes.push('Not to be tried again');
  if (typeof nextRetryDelay === 'string') notes.push(`Next try asked for after ${nextRetryDelay}`);
  return notes;
}

/** The message stands apart in the graph, as it may have to be erased: it is asked for by itself. */
async function showFailure(attempt: AnswerNode, into: HTMLElement): Promise<void> {
  try {
    const { details } = await api.node(attempt.id);
    const name = Object.keys(details).find((key) => /message/i.test(key));
    const message = name === undefined ? undefined : details[name];
    if (typeof message === 'string') into.append(h('p', {}, message));
  } catch {
    // The type is shown all the same, and opening the attempt tells what is wrong.
  }
}

async function showMore(attempt: AnswerNode, into: HTMLElement, select: (id: string) => void): Promise<void> {
  fill(into, h('p', { class: 'quiet' }, 'Loading…'));
  try {
    const { node, details } = await api.node(attempt.id);
    const open = h('button', { class: 'link', type: 'button', on: { click: () => select(attempt.id) } }, 'Open it');
    fill(into, propertyTable(node.properties), propertyTable(details), open);
  } catch (error) {
    fill(into, h('p', { class: 'error-text' }, error instanceof Error ? error.message : 'This could not be loaded.'));
  }
}
