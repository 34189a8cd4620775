// Runs in: browser. The row above the graph: which way, what is drawn, how much there is, how far to trust it.
import type { Trace } from '../../../plugin/graph/answers.ts';
import type { Direction } from '../base/api.ts';
import { fill, h } from '../base/dom.ts';
import { count } from '../base/format.ts';
import { icon, type IconName } from '../base/icons.ts';
import { go, type State } from '../base/location.ts';
import type { Picture } from '../lineage/picture.ts';
import { FIRST_CARDS } from '../lineage/reveal.ts';
import { trustLine } from '../panel/trust.ts';
import { exportTrace } from './export-trace.ts';

export interface ToolbarContent {
  state: State;
  /** Null while the trace is loading, or when there is none. */
  trace: Trace | null;
  picture: Picture | null;
  isTrustOpen: boolean;
  toggleTrust: () => void;
}

export function showToolbar(toolbar: HTMLElement, content: ToolbarContent): void {
  const { state, trace, picture } = content;
  const alike = picture?.alike ?? 0;
  const focused = document.activeElement instanceof HTMLElement && toolbar.contains(document.activeElement) ? document.activeElement.dataset['key'] : undefined;
  fill(
    toolbar,
    h('div', { class: 'segmented', role: 'group', 'aria-label': 'Direction' },
      directionButton('upstream', 'Upstream', 'left', state),
      directionButton('downstream', 'Downstream', 'right', state),
      h('button', { type: 'button', 'data-key': 'around', 'aria-pressed': String(state.around), title: 'What it was made from, and what came out of it', on: { click: () => go({ around: true, limit: null }) } }, 'Both'),
    ),
    h('div', { class: 'chips', role: 'group', 'aria-labelledby': 'chips-label' },
      h('span', { class: 'chips-label', id: 'chips-label' }, 'Show'),
      chip('values', 'Values', labelCount(trace, 'Value'), state.values),
      chip('attempts', 'Attempts', labelCount(trace, 'Attempt'), state.attempts),
      chip('runs', 'By run', labelCount(trace, 'Run'), state.runs, { path: '' }),
      (alike > 0 || state.each) && chip('each', 'Look-alikes', alike || null, state.each),
      picture !== null && (picture.total > FIRST_CARDS || state.all) && chip('all', 'All', picture.total, state.all, { open: '' }),
    ),
    h('div', { class: 'toolbar-space' }),
    trace !== null && picture !== null && h('span', { class: 'counts' }, counts(trace, picture)),
    trace !== null && trustButton(trace, content),
    trace !== null && h(
      'button',
      { class: 'icon-button', type: 'button', 'data-key': 'export', 'aria-label': 'Export JSON', title: 'Save the whole trace, edges included, as JSON', on: { click: () => exportTrace(state.subject ?? 'trace', trace) } },
      icon('download'),
    ),
  );
  if (focused !== undefined) toolbar.querySelector<HTMLElement>(`[data-key="${focused}"]`)?.focus();
}

function directionButton(direction: Direction, title: string, arrow: IconName, state: State): HTMLElement {
  const hint = direction === 'upstream' ? 'What it was made from' : 'What came out of it';
  return h(
    'button',
    { type: 'button', 'data-key': direction, 'aria-pressed': String(state.direction === direction && !state.around), title: hint, on: { click: () => go({ direction, around: false, limit: null }) } },
    direction === 'upstream' && icon(arrow), title, direction === 'downstream' && icon(arrow),
  );
}

type Flag = 'values' | 'attempts' | 'each' | 'runs' | 'all';

function chip(flag: Flag, title: string, number: number | null, pressed: boolean, also: Partial<State> = {}): HTMLElement {
  return h(
    'button',
    { class: 'chip', type: 'button', 'data-key': flag, 'aria-pressed': String(pressed), on: { click: () => go({ [flag]: !pressed, ...also }) } },
    title, number !== null && h('span', { class: 'tally' }, count(number)),
  );
}

function labelCount(trace: Trace | null, label: string): number | null {
  return trace === null ? null : [...trace.nodes, ...trace.context.nodes].filter(({ labels }) => labels.includes(label)).length;
}

/** Drawn of all: what is folded is not lost from sight. */
function counts(trace: Trace, { view }: Picture): string {
  const inside = view.nodes.reduce((sum, node) => sum + node.inside.length, 0);
  return `${count(view.nodes.length + inside)} of ${count(trace.nodes.length)} drawn`;
}

function trustButton(trace: Trace, { isTrustOpen, toggleTrust }: ToolbarContent): HTMLElement {
  const { text, isGood } = trustLine(trace);
  return h(
    'button',
    { class: isGood ? 'trust is-good' : 'trust', type: 'button', 'data-key': 'trust', 'aria-expanded': String(isTrustOpen), title: 'How far this answer can be trusted', on: { click: toggleTrust } },
    icon('shield'), text,
  );
}
