// Runs in: browser. What a search is narrowed to, as it is typed into the box: `kind:model status:failed since:2026-11-01`.
import { EVIDENCE } from '../../../plugin/model/record.ts';
import type { SearchFilters } from '../../../plugin/graph/answers.ts';

/** In the order in which they are offered. */
export const FILTERS = {
  kind: 'what it is',
  status: 'how the run went',
  pipeline: 'the workflow type',
  user: 'who had it run',
  since: 'from a day on',
  until: 'up to a day',
  evidence: 'how its links are known',
  sealed: "confirmed by Temporal's history",
} as const;

export type FilterName = keyof typeof FILTERS;

export interface Filter {
  name: FilterName;
  value: string;
  /** Where it stands in the text. */
  start: number;
  end: number;
}

export interface Typed {
  /** All that is no filter. */
  words: string;
  filters: Filter[];
}

const FILTER = new RegExp(String.raw`(?<=^|\s)(${Object.keys(FILTERS).join('|')}):("[^"]*"?|\S*)`, 'gi');

export function readTyped(text: string): Typed {
  const filters = [...text.matchAll(FILTER)].map((found): Filter => ({
    name: found[1]!.toLowerCase() as FilterName, value: found[2]!.replaceAll('"', ''), start: found.index, end: found.index + found[0].length,
  }));
  return { words: text.replaceAll(FILTER, ' ').replaceAll(/\s+/g, ' ').trim(), filters };
}

/** As the API takes them. Of two of one name the later one holds. */
export function asked(filters: Filter[]): SearchFilters {
  const given: SearchFilters = {};
  for (const { name, value } of filters) {
    // One of few values is nothing until it is typed to its end.
    if (value === '') continue;
    if (name === 'sealed') {
      if (/^(yes|true|no|false)$/i.test(value)) given.sealed = /^(yes|true)$/i.test(value);
    } else if (name === 'evidence') {
      const evidence = EVIDENCE.find((each) => each === value.toLowerCase());
      if (evidence !== undefined) given.evidence = evidence;
    } else given[name] = value;
  }
  return given;
}

export function filterText(name: FilterName, value: string): string {
  return `${name}:${/\s/.test(value) ? `"${value}"` : value}`;
}

/** The text with one more filter, in place of one of the same name. */
export function withFilter(text: string, name: FilterName, value: string): string {
  const { words, filters } = readTyped(text);
  const others = filters.filter((filter) => filter.name !== name).map((filter) => filterText(filter.name, filter.value));
  return [...others, filterText(name, value), words].filter((part) => part !== '').join(' ');
}
