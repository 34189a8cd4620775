// Runs in: server, CLI. What is searched for, as Lucene's query over the search texts, and as what a text must contain.
import type { Evidence } from '../model/record.ts';
import type { SearchFilters } from './answers.ts';
import { BadQuestionError } from './errors.ts';
import type { AsOf } from './rows.ts';
import { dayOf, hourOf, mark, wordsOf } from './search-text.ts';

/** In characters. Lucene refuses prefixes of more than 1,000 bytes, and keeps no word of more than 255 characters. */
const LONGEST_WORD = 200;
const MOST_WORDS = 12;
const HOUR = 3_600_000;

/** What is asked for, read. */
export interface Asked extends AsOf {
  text: string;
  /** Each must be there; its last characters may be missing. */
  words: string[];
  /** Marks that a run must have; those of what is not a run are its runs'. */
  runMarks: string[];
  /** Those that it must have had at the past time that is asked about, and may have no more. */
  pastMarks: string[];
  /** ISO 8601, UTC: from, and before. */
  since: string | undefined;
  before: string | undefined;
  kind: string | undefined;
  user: string | undefined;
  evidence: Evidence | undefined;
}

/** @throws BadQuestionError for a time that is none */
export function readAsked(text: string, { kind, status, pipeline, user, sealed, evidence, since, until, asOf }: SearchFilters & AsOf): Asked {
  const lasting = pipeline === undefined ? [] : [mark('pipeline', pipeline)];
  const changing = status === undefined ? [] : [mark('status', status)];
  // What is not sealed may be open, unsealed or found wanting.
  if (sealed !== undefined) changing.push(sealed ? mark('seal', 'sealed') : NOT_SEALED);
  return {
    text: text.trim(), words: searchedWords(text), asOf,
    ...(asOf === undefined ? { runMarks: [...lasting, ...changing], pastMarks: [] } : { runMarks: lasting, pastMarks: changing }),
    since: since === undefined ? undefined : timeOf('since', since), before: earlier(until === undefined ? undefined : timeOf('until', until, true), asOf), kind: kind?.toLowerCase(), user, evidence,
  };
}

/** What had begun later was not known. */
function earlier(before: string | undefined, asOf: string | undefined): string | undefined {
  if (asOf === undefined) return before;
  const afterwards = new Date(Date.parse(asOf) + 1).toISOString();
  return before !== undefined && before < afterwards ? before : afterwards;
}

/** As many words, and as much of each, as are searched for. */
export function searchedWords(text: string): string[] {
  return wordsOf(text).slice(0, MOST_WORDS).map((word) => [...word].slice(0, LONGEST_WORD).join(''));
}

/** Stands for the absence of the mark of a sealed run. */
export const NOT_SEALED = `-${mark('seal', 'sealed')}`;

/** Whether it begins with a day that there is: JavaScript takes February 30 for March 2. */
export function beginsWithDate(text: string): boolean {
  const day = text.slice(0, 10);
  const at = /^\d{4}-\d\d-\d\d$/.test(day) ? Date.parse(day) : Number.NaN;
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(day);
}

/** A day or a moment; of a day its beginning, or its end. */
function timeOf(name: string, text: string, end = false): string {
  const isDay = /^\d{4}-\d\d-\d\d$/.test(text);
  const at = isDay || /^\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d)$/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(at) || !beginsWithDate(text)) throw new BadQuestionError(`'${text.slice(0, 80)}' is no time for '${name}': give a day as 2026-11-26, or a moment as 2026-11-26T07:00:00Z`);
  return new Date(at + (isDay && end ? 24 * HOUR : 0)).toISOString();
}

/**
 * Lucene's query for nodes with these marks (`-` before one that must not be there). What is newer counts for more, as of too many hits only the
 * best are given. What Lucene would read as syntax is in no word, and escaped in marks.
 */
export function luceneQuery({ words, since, before, asOf }: Pick<Asked, 'words' | 'since' | 'before' | 'asOf'>, marks: string[]): string {
  const now = asOf === undefined ? Date.now() : Date.parse(asOf);
  const clauses = words.map((word) => `+${word}*`);
  for (const each of marks) clauses.push(each.startsWith('-') ? `-${escaped(each.slice(1))}` : `+${escaped(each)}^0`);
  if (since !== undefined || before !== undefined) clauses.push(`+${days(since === undefined ? '0' : dayOf(since), before === undefined ? '9' : dayOf(before))}^0`);
  const ago = (hours: number) => new Date(now - hours * HOUR).toISOString();
  for (const hours of [1, 6, 24]) clauses.push(`[${escaped(mark('hour', hourOf(ago(hours))))} TO ${escaped(mark('hour', '9'))}]`);
  for (const count of [7, 30, 365]) clauses.push(days(dayOf(ago(24 * count)), '9'));
  return clauses.join(' ');
}

function days(from: string, to: string): string {
  return `[${escaped(mark('day', from))} TO ${escaped(mark('day', to))}]`;
}

function escaped(text: string): string {
  return text.replaceAll(/[^\p{L}\p{N}]/gu, (character) => `\\${character}`);
}

/** Cypher: whether a node's search text has all of these marks, as the index would find. */
export function hasMarks(n: string, parameter: string): string {
  return `all(mark IN ${parameter} WHERE CASE WHEN mark STARTS WITH '-' THEN NOT (' ' + ${n}.searchText + ' ') CONTAINS (' ' + substring(mark, 1) + ' ') ELSE (' ' + ${n}.searchText + ' ') CONTAINS (' ' + mark + ' ') END)`;
}

/** Cypher: whether a relationship was known by `$asOf`, where that is asked about. */
export function isKnown(r: string): string {
  return `($asOf IS NULL OR ${r}.recordedAt <= $asOf)`;
}

/** Cypher: whether a run has the marks `$marks` and was started by one of `$agents`, where these are asked for. */
export function runFits(r: string): string {
  return `${hasMarks(r, '$marks')} AND ($agents IS NULL OR EXISTS { MATCH (${r})-[by:STARTED_BY]->(agent:Agent) WHERE agent.id IN $agents AND ${isKnown('by')} })`;
}
