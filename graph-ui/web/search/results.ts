// Runs in: browser. An answer as the groups of the search list.
import type { SearchAnswer, SearchGroup, SearchHit } from '../../../plugin/graph/answers.ts';
import { h } from '../base/dom.ts';
import { count } from '../base/format.ts';
import { lookOf } from '../base/kinds.ts';
import type { Choice } from './combobox.ts';
import { hitOption } from './hit.ts';
import { type Kept, kept } from './kept.ts';

/** What the list shows, and what can be chosen in it. */
export interface Listed {
  content: HTMLElement[];
  choices: Choice[];
}

/** Groups that are no kind of artifact: their titles, and how the filter calls them. */
const OTHERS: { [kind: string]: [title: string, filter: string] } = {
  artifact: ['Other artifacts', 'artifact'], code: ['Commits', 'commit'], agent: ['Users, workers and schedules', 'user'], content: ['Digests', 'digest'],
};

const FEW_KEPT = 5;

export interface Actions {
  open: (hit: SearchHit) => void;
  /** Shows one kind alone. */
  narrow: (kind: string) => void;
  /** Adds the next page. */
  more: (() => void) | null;
}

/** @param words what to mark */
export function results({ exact, groups }: SearchAnswer, words: string[], actions: Actions): Listed {
  const choices: Choice[] = [];
  const option = (element: HTMLElement, choose: () => void): HTMLElement => {
    choices.push({ element, choose });
    return element;
  };
  const hits = (found: SearchHit[], withKind: boolean): HTMLElement[] => found.map((hit) => option(hitOption(hit, words, withKind), () => actions.open(hit)));
  const content: HTMLElement[] = [];
  if (exact.length > 0) content.push(group('Exactly this', '', hits(exact, true)));
  for (const found of groups) {
    const listed = hits(found.hits, found.kind === 'artifact');
    const title = titleOf(found.kind);
    const isCut = found.more || found.count > found.hits.length;
    if (isCut && actions.more === null) listed.push(option(action(`All ${title.toLowerCase()}`), () => actions.narrow(OTHERS[found.kind]?.[1] ?? found.kind)));
    content.push(group(title, tally(found), listed));
  }
  if (actions.more !== null) content.push(group('', '', [option(action('More of these'), actions.more)]));
  return { content, choices };
}

/** What was pinned, and opened last: for a box that is empty. */
export function keptGroups(open: (thing: Kept) => void): Listed {
  const lists = ([['Pinned', 'pins'], ['Opened last', 'visits']] as const).map(([title, list]) => ({
    title, choices: kept(list).slice(0, FEW_KEPT).map((thing): Choice => ({ element: hitOption({ ...thing, found: null, recordedAt: null }, [], true), choose: () => open(thing) })),
  })).filter(({ choices }) => choices.length > 0);
  return { content: lists.map(({ title, choices }) => group(title, '', choices.map(({ element }) => element))), choices: lists.flatMap(({ choices }) => choices) };
}

function titleOf(kind: string): string {
  return OTHERS[kind]?.[0] ?? lookOf(kind).plural;
}

function tally({ count: found, more }: SearchGroup): string {
  return more ? `more than ${count(found)}` : count(found);
}

function action(text: string): HTMLElement {
  return h('div', { class: 'option is-action', role: 'option' }, text);
}

export function group(title: string, note: string, options: HTMLElement[], layout = ''): HTMLElement {
  return h('div', { class: `option-group ${layout}`.trim(), role: 'group', 'aria-label': title === '' ? 'More' : title },
    title !== '' && h('div', { class: 'option-group-title', 'aria-hidden': 'true' }, h('span', {}, title), note !== '' && h('span', { class: 'tally' }, note)), ...options);
}
