// Runs in: browser. The search box: hits as one types, and filters that complete themselves.
import type { SearchAnswer } from '../../../plugin/graph/answers.ts';
import { wordsOf } from '../../../plugin/graph/search-text.ts';
import { announce } from '../base/announce.ts';
import { api, ProblemError } from '../base/api.ts';
import { byId, debounce, h } from '../base/dom.ts';
import { count, counted } from '../base/format.ts';
import { currentState } from '../base/location.ts';
import { type Choice, Combobox } from './combobox.ts';
import { type Completion, completions } from './complete.ts';
import { asked, type Filter, type FilterName, FILTERS, filterText, readTyped, withFilter } from './filters.ts';
import type { Kept } from './kept.ts';
import { group, keptGroups, type Listed, results } from './results.ts';

/** Of each group; and of the one kind that is asked for. */
const FEW = 4;
const PAGE = 30;
/** In characters: a URL takes no more. */
const LONGEST = 2_000;
const QUIET_MILLISECONDS = 160;

export function startSearch(input: HTMLInputElement, list: HTMLElement, choose: (thing: Kept) => void): void {
  const box = new Combobox(input, list, () => void show());
  let asking = new AbortController();

  const open = (thing: Kept): void => {
    box.close();
    input.value = '';
    choose(thing);
    // Whoever works by keyboard goes on where the answer appears.
    byId('main').focus();
  };
  const write = (text: string, caret = text.length): void => {
    input.value = text;
    input.setSelectionRange(caret, caret);
    void show();
  };

  /** Asks for what the box holds, and shows it. */
  const show = async (): Promise<void> => {
    asking.abort();
    asking = new AbortController();
    const { signal } = asking;
    const text = input.value;
    const { words, filters } = readTyped(text);
    const typing = filters.find(({ end }) => end === input.selectionStart);
    if (text.trim() === '') {
      const known = keptGroups(open);
      const [content, choices] = offer(input, write);
      box.open([...known.content, ...content], [...known.choices, ...choices], -1);
      return;
    }
    if (text.length > LONGEST) {
      box.open([message(`This is too long to search for: ${count(text.length)} characters, where ${count(LONGEST)} are the most.`)], [], -1);
      return;
    }
    try {
      const offered = typing === undefined ? [] : await completions(typing, signal);
      const isComplete = offered.length === 0 || offered.some(({ value }) => value.toLowerCase() === typing?.value.toLowerCase());
      const settled = asked(isComplete ? filters : filters.filter((filter) => filter !== typing));
      const isSearch = words !== '' || Object.keys(settled).length > 0;
      const page = settled.kind === undefined ? { limit: FEW } : { limit: PAGE };
      const answer = isSearch ? await api.search(words, { ...settled, ...page }, signal) : null;
      if (signal.aborted) return;
      const completing = typing === undefined || isComplete ? null : completionGroup(typing, offered, (value) => write(replaced(text, typing, value)));
      const addPage = (answered: SearchAnswer): void => {
        const more = answered.next === null ? null : () => void api.search(words, { ...settled, ...page, after: answered.next! }, signal).then((next) => {
          if (!signal.aborted) addPage(joined(answered, next));
        }, failed);
        const found = results(answered, wordsOf(words), { open, narrow: (kind) => write(withFilter(input.value, 'kind', kind)), more });
        showAll(completing, found, answered === answer ? 0 : answer!.groups[0]?.hits.length ?? 0, typing === undefined ? offer(input, write) : null);
      };
      if (answer === null) showAll(completing, { content: [], choices: [] }, 0, null);
      else addPage(answer);
    } catch (error) {
      if (!signal.aborted) failed(error);
    }
  };
  const failed = (error: unknown): void => box.open([message(error instanceof ProblemError ? `${error.title}. ${error.message}` : 'The search failed.')], [], -1);
  const showAll = (completing: Listed | null, found: Listed, active: number, offering: Parameters<Combobox['open']> | null): void => {
    const content = [...(completing?.content ?? []), ...found.content];
    const choices = [...(completing?.choices ?? []), ...found.choices];
    announce(counted(found.choices.length, 'hit'));
    if (content.length === 0) content.push(message(`Nothing found${currentState().asOf === null ? '' : ' that was known by then'}. Try a part of a name, an id, a URI, a digest or a commit.`));
    box.open([...content, ...(offering?.[0] ?? [])], [...choices, ...(offering?.[1] ?? [])], choices.length > 0 ? active : -1);
  };

  const showSoon = debounce(QUIET_MILLISECONDS, () => void (document.activeElement === input && show()));
  input.addEventListener('input', showSoon);
  input.addEventListener('focus', () => void show());
  input.addEventListener('blur', () => asking.abort());
}

/** Searches for a text as if it had been typed. */
export function searchFor(text: string): void {
  const input = byId('search') as HTMLInputElement;
  input.value = text;
  input.focus();
}

/** The filters that are not there yet. What was typed since they were offered is kept. */
function offer(input: HTMLInputElement, write: (text: string, caret?: number) => void): Parameters<Combobox['open']> {
  const there = readTyped(input.value).filters.map(({ name }) => name);
  const choices = (Object.entries(FILTERS) as [FilterName, string][]).filter(([name]) => !there.includes(name)).map(([name, meaning]): Choice => ({
    element: h('div', { class: 'option is-filter', role: 'option', title: meaning }, h('code', {}, `${name}:`), h('span', { class: 'visually-hidden' }, meaning)),
    choose: () => {
      // Before the words, so that these can be typed on.
      const { words, filters } = readTyped(input.value);
      const begun = [...filters.map((filter) => filterText(filter.name, filter.value)), `${name}:`].join(' ');
      write([begun, words].filter((part) => part !== '').join(' '), begun.length);
    },
  }));
  return [choices.length === 0 ? [] : [group('Narrow it down', '', choices.map(({ element }) => element), 'is-inline')], choices, -1];
}

function completionGroup({ name }: Filter, offered: Completion[], choose: (value: string) => void): Listed {
  const choices = offered.map(({ value, note }): Choice => ({
    element: h('div', { class: 'option is-completion', role: 'option' }, h('code', {}, value), note !== '' && h('span', { class: 'option-subtitle' }, note)),
    choose: () => choose(value),
  }));
  return { content: [group(`${name}: ${FILTERS[name]}`, '', choices.map(({ element }) => element))], choices };
}

function replaced(text: string, { name, start, end }: Filter, value: string): string {
  return `${text.slice(0, start)}${filterText(name, value)} ${text.slice(end).trimStart()}`;
}

function joined(before: SearchAnswer, next: SearchAnswer): SearchAnswer {
  const [first] = before.groups;
  const [added] = next.groups;
  if (first === undefined || added === undefined) return { ...before, groups: [...before.groups, ...next.groups], next: next.next };
  return { ...before, groups: [{ ...added, hits: [...first.hits, ...added.hits] }], next: next.next };
}

function message(text: string): HTMLElement {
  return h('div', { class: 'option-message', role: 'presentation' }, text);
}
