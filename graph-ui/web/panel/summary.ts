// Runs in: browser. What the panel shows while no node is selected: the trace as a whole; and a bundle's members.
import type { Trace } from '../../../plugin/graph/answers.ts';
import { h } from '../base/dom.ts';
import { count } from '../base/format.ts';
import { glyph, kindOf, lookOf } from '../base/kinds.ts';
import { legend } from '../graph/legend.ts';
import { endsOf } from '../lineage/ends.ts';
import { nameOf } from '../lineage/naming.ts';
import type { TraceIndex } from '../lineage/trace-index.ts';
import type { ViewNode } from '../lineage/view.ts';
import { nodeLink, section } from './section.ts';

const MAIN_LABELS = ['ArtifactVersion', 'Step', 'Attempt', 'Value', 'Run'];

export function summaryPanel(trace: Trace, index: TraceIndex, select: (id: string) => void): HTMLElement[] {
  const roots = trace.roots.map((id) => index.node(id)).filter((node) => node !== undefined);
  const first = roots[0];
  const labels = Object.entries(trace.counts.byLabel).sort(([a], [b]) => rank(a) - rank(b) || a.localeCompare(b));
  const question = trace.direction === 'upstream' ? 'What was it made from?' : 'What came out of it?';
  const parts = [
    h('div', { class: 'panel-heading' },
      h('div', { class: 'panel-kind' }, question),
      first !== undefined && h('div', { class: 'panel-title' }, glyph(kindOf(first)),
        h('div', {}, h('h2', {}, nameOf(first, index).title), h('p', { class: 'panel-subtitle' }, `${lookOf(kindOf(first)).title} · ${nameOf(first, index).subtitle}`))),
      h('p', { class: 'quiet' }, 'Select anything in the graph to see all that is recorded about it.'),
      roots.length === 1 && first !== undefined && h('div', { class: 'panel-actions' }, h('button', { class: 'button', type: 'button', on: { click: () => select(first.id) } }, 'All about this one')),
    ),
    roots.length > 1 && section(`Asked for (${roots.length})`, h('div', { class: 'node-links' }, ...roots.slice(0, 50).map((node) => nodeLink(node, select, '', index)))),
    endsSection(trace, index, select),
    section('In this trace', h('dl', { class: 'properties is-counts' }, ...labels.flatMap(([label, number]) => [
      h('dt', {}, label === 'ArtifactVersion' ? 'Versions' : lookOf(label).plural),
      h('dd', {}, h('span', { class: 'number' }, count(number))),
    ]))),
    section('Legend', legend()),
  ];
  return parts.filter((part) => part !== null && part !== false);
}

/** So many are listed before the rest has to be asked for. */
const FEW = 8;

/** The short answer to the question, before anybody has read the graph. */
function endsSection(trace: Trace, index: TraceIndex, select: (id: string) => void): HTMLElement | null {
  const ends = endsOf(trace);
  if (ends.length === 0) return null;
  const links = ends.map((node) => nodeLink(node, select, '', index));
  const rest = links.slice(FEW);
  return section(
    trace.direction === 'upstream' ? 'It all starts from' : 'It ends in',
    h('div', { class: 'node-links' }, ...links.slice(0, FEW), rest.length > 0 && h('details', {}, h('summary', {}, `${rest.length} more`), ...rest)),
  );
}

function rank(label: string): number {
  const at = MAIN_LABELS.indexOf(label);
  return at < 0 ? MAIN_LABELS.length : at;
}

export function bundlePanel(bundle: ViewNode, index: TraceIndex, select: (id: string) => void, toggle: () => void): HTMLElement[] {
  const { title, plural } = lookOf(kindOf(bundle.node));
  const links = bundle.members.map((node) => nodeLink(node, select, '', index));
  const parts = [
    h('div', { class: 'panel-heading' },
      h('div', { class: 'panel-kind' }, title),
      h('div', { class: 'panel-title' }, glyph(kindOf(bundle.node)), h('div', {},
        h('h2', {}, `${bundle.members.length} ${plural.toLowerCase()}`),
        h('p', { class: 'panel-subtitle' }, 'alike: what they came from and what came of them is of the same kinds'))),
      h('div', { class: 'panel-actions' }, h('button', { class: 'button', type: 'button', on: { click: toggle } }, bundle.inside.length > 0 ? 'Draw them as one' : 'Draw each of them')),
    ),
    section('Members', h('div', { class: 'node-links' }, ...links)),
  ];
  return parts.filter((part) => part !== null);
}
