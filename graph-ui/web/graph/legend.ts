// Runs in: browser. What lines, and shapes, mean.
import { h, svg } from '../base/dom.ts';
import { MEANING } from '../lineage/evidence.ts';
import { markElements } from './marks.ts';

const LINES = [
  ['observed', 'Observed', MEANING.observed],
  ['declared', 'Declared', MEANING.declared],
  ['inferred', 'Inferred', MEANING.inferred],
  ['followed', 'Followed', MEANING.followed],
  ['failed', 'Failed', 'by a failed attempt only'],
] as const;

export function legend(): HTMLElement {
  return h('ul', { class: 'legend' }, ...LINES.map(([name, title, meaning]) => h('li', {},
    line(name),
    h('span', { class: 'legend-title' }, title),
    h('span', { class: 'quiet' }, meaning),
  )), ...marks());
}

function marks(): HTMLElement[] {
  const entry = (mark: HTMLElement, title: string, meaning: string): HTMLElement =>
    h('li', {}, h('span', { class: 'legend-sample is-mark' }, mark), h('span', { class: 'legend-title' }, title), h('span', { class: 'quiet' }, meaning));
  const [warning, unsealed] = markElements({ warning: '', isWithdrawn: false, isUnsealed: true });
  const [withdrawn] = markElements({ warning: '', isWithdrawn: true, isUnsealed: false });
  return [
    entry(unsealed!, 'Not sealed', "Temporal's history has not confirmed the run"),
    entry(warning!, 'Look here', 'conflicting, ambiguous, opaque or not confirmed'),
    entry(withdrawn!, 'Withdrawn', 'no longer to be relied on'),
  ];
}

function line(name: string): HTMLElement {
  const drawing = svg('svg', { viewBox: '0 0 44 10', class: `legend-line is-${name}`, 'aria-hidden': 'true' },
    svg('path', { class: 'legend-stroke', d: 'M1 5h35' }),
    svg('path', { class: 'legend-arrow', d: 'M36 1.5 43 5l-7 3.5z' }),
  );
  const holder = h('span', { class: 'legend-sample' });
  holder.append(drawing);
  return holder;
}
