// Runs in: browser. The page before anything is traced: the newest predictions, models, datasets and runs.
import type { SearchGroup, SearchHit } from '../../../plugin/graph/answers.ts';
import { h } from '../base/dom.ts';
import { shortTime } from '../base/format.ts';
import { glyph, lookOf } from '../base/kinds.ts';
import { hitKind } from './hit.ts';

const SHOWN = 5;

export function startPageContent(groups: SearchGroup[], choose: (hit: SearchHit) => void): HTMLElement[] {
  const intro = h('div', { class: 'intro' },
    h('h1', {}, 'What is it made of?'),
    h('p', {}, 'Trace a prediction to its raw data, a dataset to all that came out of it, or a run to what it used.'),
  );
  if (groups.length === 0) return [intro, emptyGraph()];
  return [intro, h('div', { class: 'groups' }, ...groups.map(({ kind, hits }) => groupCard(kind, hits, choose)))];
}

function groupCard(kind: string, hits: SearchHit[], choose: (hit: SearchHit) => void): HTMLElement {
  const rows = hits.map((hit) => h('li', {}, hitButton(hit, choose)));
  const rest = rows.slice(SHOWN);
  return h(
    'section',
    { class: `group kind-${lookOf(kind).name}`, 'aria-label': lookOf(kind).plural },
    h('header', { class: 'group-title' }, glyph(kind), h('h2', {}, lookOf(kind).plural), h('span', { class: 'quiet' }, 'newest first')),
    h('ul', { class: 'group-list' }, ...rows.slice(0, SHOWN)),
    rest.length > 0 && h('details', { class: 'group-rest' }, h('summary', {}, `${rest.length} more`), h('ul', { class: 'group-list' }, ...rest)),
  );
}

function hitButton(hit: SearchHit, choose: (hit: SearchHit) => void): HTMLElement {
  const time = hit.recordedAt === null ? null : shortTime(hit.recordedAt);
  return h(
    'button',
    { class: 'hit', type: 'button', 'data-id': hit.id, 'data-kind': hitKind(hit), on: { click: () => choose(hit) } },
    h('span', { class: 'hit-title' }, hit.title),
    h('span', { class: 'hit-subtitle' }, hit.subtitle),
    time !== null && h('time', { class: 'hit-time', datetime: hit.recordedAt, title: hit.recordedAt }, time),
  );
}

function emptyGraph(): HTMLElement {
  return h('div', { class: 'notice' },
    h('h2', {}, 'The graph is empty'),
    h('p', {}, 'As soon as a worker with the plugin has run a workflow, its lineage appears here.'),
  );
}
