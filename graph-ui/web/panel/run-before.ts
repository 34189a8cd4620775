// Runs in: browser. What changed since the run of the same pipeline before: its code and its environment.
import type { ComparedPart, Difference, NodeDetail, RunBefore } from '../../../plugin/graph/answers.ts';
import type { Json } from '../../../plugin/model/json.ts';
import { linkTo } from '../answers/parts.ts';
import { api, ProblemError } from '../base/api.ts';
import { fill, h } from '../base/dom.ts';
import { counted, humanName, shortTime } from '../base/format.ts';
import { lookOf } from '../base/kinds.ts';
import { isA } from '../lineage/fold.ts';
import { section } from './section.ts';

const FEW = 10;

/** Of runs, and of steps by their run; null for all else. */
export function runBeforeSection({ node, neighbours }: NodeDetail, select: (id: string) => void): HTMLElement | null {
  const run = isA(node, 'Run') ? node : isA(node, 'Step') ? neighbours.find(({ edge }) => edge.type === 'PART_OF' && edge.from === node.id)?.node : undefined;
  if (run === undefined) return null;
  const content = h('div', { class: 'run-before' }, h('p', { class: 'quiet' }, 'Loading…'));
  void api.runBefore(run.id).then(
    (answer) => fill(content, ...contentOf(answer, run.id, select)),
    (error: unknown) => fill(content, h('p', { class: 'error-text' }, error instanceof ProblemError ? error.message : 'This could not be loaded.')),
  );
  return section('Since the run before', content);
}

function contentOf({ before, parts }: RunBefore, run: string, select: (id: string) => void): HTMLElement[] {
  if (before === null) return [h('p', { class: 'quiet' }, 'No run of this pipeline started before.')];
  const when = before.startedAt === null ? null : shortTime(before.startedAt);
  return [
    h('p', { class: 'quiet' }, h('button', { class: 'link', type: 'button', on: { click: () => select(before.id) } }, before.workflowId), when === null ? '' : ` on ${when}, ${before.status}`),
    ...parts.map(partOf),
    h('p', {}, linkTo({ view: 'compare', subject: before.id, other: run }, {}, 'Compare all of it')),
  ];
}

function partOf({ label, from, to, compared, same, differences }: ComparedPart): HTMLElement {
  const title = lookOf(label).title;
  if (same) return h('p', {}, h('strong', {}, title), h('span', { class: 'quiet' }, ' the same'));
  if (!compared) return h('p', {}, h('strong', {}, title), h('span', { class: 'quiet' }, ` several: ${from.length} before, ${to.length} now`));
  if (from.length === 0 || to.length === 0) return h('p', {}, h('strong', {}, title), h('span', { class: 'quiet' }, ` known of ${from.length === 0 ? 'this run' : 'the run before'} alone`));
  return h('div', {}, h('p', {}, h('strong', {}, title), h('span', { class: 'quiet' }, ` ${counted(differences.length, 'difference')}`)),
    changes(differences.slice(0, FEW)),
    differences.length > FEW && h('details', {}, h('summary', {}, `${differences.length - FEW} more`), changes(differences.slice(FEW))));
}

function changes(list: Difference[]): HTMLElement {
  return h('dl', { class: 'changes' }, ...list.flatMap(({ property, key, from, to }) => [
    h('dt', { title: property }, key === undefined ? humanName(property) : `${humanName(property)}: ${key}`),
    h('dd', {}, from === undefined ? 'nothing' : h('del', {}, textOf(from)), ' → ', to === undefined ? 'nothing' : h('ins', {}, textOf(to))),
  ]));
}

function textOf(value: Json): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}
