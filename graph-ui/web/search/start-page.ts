// Runs in: browser. The page before anything is traced: what was pinned and opened last, and the newest predictions, models, datasets and runs.
import type { SearchGroup } from '../../../plugin/graph/answers.ts';
import { fill, h } from '../base/dom.ts';
import { count, localTime, shortTime } from '../base/format.ts';
import { icon } from '../base/icons.ts';
import { glyph, lookOf } from '../base/kinds.ts';
import { hitKind } from './hit.ts';
import { type Kept, kept } from './kept.ts';
import { pinButton } from './pin-button.ts';
import { searchFor } from './search-box.ts';

const SHOWN = 5;

/** @param asOf the past time that the page is about */
export function startPageContent(groups: SearchGroup[], asOf: string | null, choose: (thing: Kept) => void): HTMLElement[] {
  const intro = h('div', { class: 'intro' },
    h('h1', {}, 'What is it made of?'),
    h('p', {}, 'Trace a prediction to its raw data, a dataset to all that came out of it, or a run to what it used.'),
  );
  if (groups.length === 0) return [intro, asOf === null ? emptyGraph() : nothingThen(asOf)];
  const own = h('div', { class: 'groups is-own' });
  const show = (): void => {
    const at = [...own.querySelectorAll('.pin')].indexOf(document.activeElement!);
    fill(own, keptCard('pins', choose, show), keptCard('visits', choose, show));
    const pins = own.querySelectorAll<HTMLElement>('.pin');
    if (at >= 0) pins[Math.min(at, pins.length - 1)]?.focus();
  };
  show();
  return [intro, own, h('div', { class: 'groups' }, ...groups.map((found) => groupCard(found, choose, show)))];
}

/** What this browser keeps; null where that is nothing. */
function keptCard(list: 'pins' | 'visits', choose: (thing: Kept) => void, onPin: () => void): HTMLElement | null {
  const things = kept(list);
  if (things.length === 0) return null;
  const title = list === 'pins' ? 'Pinned' : 'Opened last';
  return h('section', { class: 'group', 'aria-label': title },
    h('header', { class: 'group-title' }, icon(list === 'pins' ? 'pin' : 'clock'), h('h2', {}, title)),
    ...rows(things.map((thing) => row(thing, null, choose, onPin, true))),
  );
}

function groupCard({ kind, hits, count: known, more }: SearchGroup, choose: (thing: Kept) => void, onPin: () => void): HTMLElement {
  return h(
    'section',
    { class: `group kind-${lookOf(kind).name}`, 'aria-label': lookOf(kind).plural },
    h('header', { class: 'group-title' }, glyph(kind), h('h2', {}, lookOf(kind).plural), h('span', { class: 'quiet' }, 'newest first')),
    ...rows(hits.map((hit) => row(hit, hit.recordedAt, choose, onPin, false))),
    known > hits.length && h('button', { class: 'link group-all', type: 'button', on: { click: () => searchFor(`kind:${kind} `) } },
      `All ${lookOf(kind).plural.toLowerCase()}`, h('span', { class: 'tally' }, more ? `more than ${count(known)}` : count(known))),
  );
}

function rows(all: HTMLElement[]): (HTMLElement | false)[] {
  const rest = all.slice(SHOWN);
  return [
    h('ul', { class: 'group-list' }, ...all.slice(0, SHOWN)),
    rest.length > 0 && h('details', { class: 'group-rest' }, h('summary', {}, `${rest.length} more`), h('ul', { class: 'group-list' }, ...rest)),
  ];
}

function row(thing: Kept, at: string | null, choose: (thing: Kept) => void, onPin: () => void, withGlyph: boolean): HTMLElement {
  const time = at === null ? null : shortTime(at);
  const open = h(
    'button',
    { class: 'hit', type: 'button', 'data-id': thing.id, 'data-kind': hitKind(thing), on: { click: () => choose(thing) } },
    withGlyph && glyph(hitKind(thing)),
    h('span', { class: 'hit-text' }, h('span', { class: 'hit-title' }, thing.title), h('span', { class: 'hit-subtitle' }, thing.subtitle)),
    time !== null && h('time', { class: 'hit-time', datetime: at, title: at }, time),
  );
  return h('li', { class: 'hit-row' }, open, pinButton(thing, onPin));
}

function emptyGraph(): HTMLElement {
  return h('div', { class: 'notice' },
    h('h2', {}, 'The graph is empty'),
    h('p', {}, 'As soon as a worker with the plugin has run a workflow, its lineage appears here.'),
  );
}

function nothingThen(asOf: string): HTMLElement {
  return h('div', { class: 'notice' },
    h('h2', {}, 'Nothing was known yet'),
    h('p', {}, `By ${localTime(asOf) ?? asOf} nothing had been recorded. Choose another time above, or “Now”.`),
  );
}
