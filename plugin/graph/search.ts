// Runs in: server, CLI. The search box: what the text names exactly, then what has all of its words, by kind.
import type { AnswerNode, SearchAnswer, SearchFilters, SearchGroup, SearchNames } from './answers.ts';
import type { Connection } from './connection.ts';
import { notGiven } from './cursor.ts';
import { type AsOf, saidPast } from './rows.ts';
import { contentsBeginning, namedExactly } from './search-exact.ts';
import { hitOf } from './search-hit.ts';
import { type FoundList, isNarrowed, type List, listed, LISTS, madeBy, NEWEST, type Page, runsStartedBy } from './search-lists.ts';
import { asTheyWere } from './search-past.ts';
import { agentsNamed, MOST_AGENTS } from './search-people.ts';
import { type Asked, readAsked, searchedWords } from './search-query.ts';
import { stepsOf } from './search-steps.ts';
import { mark } from './search-text.ts';

const DEFAULT_HITS = 20;
/** So much of each list is looked at as one: to show a few of each, and to page through one or hold each against its run. */
const A_FEW = 200;
const MANY = 2_000;
/** After so many blocks without a hit an empty page is given, from which to go on. */
const MOST_EMPTY = 20;
/** Of these there are few: they are looked at as one. */
const UNDIVIDED = ['agent', 'content'];
const UNLINKED = ['agent', 'content', 'code'];
/** Other words for the same. */
const KINDS: { [kind: string]: string } = { commit: 'code', user: 'agent', digest: 'content' };

export interface SearchOptions extends SearchFilters, AsOf {
  limit?: number;
  after?: string;
  people?: boolean;
}

/** @param names what there is to narrow a search to @param many so much of one list is looked at as one @throws BadQuestionError, GraphUnavailableError */
export async function search(connection: Connection, names: () => Promise<SearchNames>, text: string, options: SearchOptions, many = MANY): Promise<SearchAnswer> {
  let answer = await pageOfHits(connection, names, text, options, many);
  // In a block there may be nothing that fits.
  for (let more = 0; more < MOST_EMPTY && answer.next !== null && answer.groups.length === 0; more++) {
    answer = await pageOfHits(connection, names, text, { ...options, after: answer.next }, many);
  }
  return answer;
}

async function pageOfHits(connection: Connection, names: () => Promise<SearchNames>, text: string, options: SearchOptions, many: number): Promise<SearchAnswer> {
  const asked = readAsked(text, { ...options, ...(options.kind !== undefined && { kind: KINDS[options.kind] ?? options.kind }) });
  const { counted, ...place } = placeOf(options.after, asked);
  const page: Page = { ...place, each: options.limit ?? DEFAULT_HITS, looked: asked.kind === undefined && asked.user === undefined && asked.evidence === undefined && !isNarrowed(asked, undefined) ? A_FEW : many };
  const [exact, agents] = await Promise.all([asked.kind === undefined ? namedExactly(connection, asked.text, asked) : [], startedBy(connection, asked, options.people ?? true)]);
  // What a page of the past is, shows when all of it is known.
  const wide: Page = asked.asOf === undefined ? page : { ...page, skip: 0, each: page.looked };
  const known = agents?.length === 0 ? [] : await found(connection, names, asked, agents, wide, options.people ?? true);
  const lists = asked.asOf === undefined ? known : await asTheyWere(connection, known, asked, page);
  const end = page.skip + page.each;
  return {
    ...saidPast(asked),
    exact: exact.map((node) => hitOf(node, [])),
    groups: lists.map((list) => groupOf({ ...list, count: counted + list.count }, exact, asked)).filter(({ hits }) => hits.length > 0),
    next: asked.kind === undefined ? null
      : lists.some(({ count }) => count > end) ? `${page.block}.${end}.${counted}`
      : lists.some(({ more }) => more) && !UNDIVIDED.includes(asked.kind) ? `${page.block + 1}.0.${counted + sum(lists)}` : null,
    truncated: lists.some(({ count, more }) => more || count > end),
  };
}

/** Which block, how much of it was given before, and how many the blocks before it had. @throws BadQuestionError */
function placeOf(after: string | undefined, { kind }: Asked): { block: number; skip: number; counted: number } {
  if (after === undefined) return { block: 0, skip: 0, counted: 0 };
  const [block, skip, counted] = (/^(\d{1,5})\.(\d{1,5})\.(\d{1,9})$/.exec(after) ?? []).slice(1).map(Number);
  if (block === undefined || skip === undefined || counted === undefined || kind === undefined) throw notGiven();
  return { block, skip, counted };
}

function sum(lists: FoundList[]): number {
  return lists.reduce((total, { count }) => total + count, 0);
}

async function startedBy(connection: Connection, { user, asOf }: Asked, people: boolean): Promise<string[] | undefined> {
  if (user === undefined) return undefined;
  if (user.startsWith('agent/')) return [user];
  const words = searchedWords(user);
  return words.length === 0 ? [] : (await agentsNamed(connection, words, people, { asOf })).map(({ id }) => id);
}

async function found(connection: Connection, names: () => Promise<SearchNames>, asked: Asked, agents: string[] | undefined, page: Page, people: boolean): Promise<FoundList[]> {
  const { kind, words, text, since, before, evidence } = asked;
  if (words.length === 0 && text !== '') return [];
  const narrowed = isNarrowed(asked, agents);
  const steps = async (): Promise<FoundList> => stepsOf(connection, asked, (await names()).activities, agents, page);
  const named = async (): Promise<FoundList> => paged('agent', await agentsNamed(connection, words, people, asked), MOST_AGENTS, page);
  const contents = async (): Promise<FoundList> => paged('content', await contentsBeginning(connection, text, page.looked, asked), page.looked, page);
  // Links of these are structure.
  if (evidence !== undefined && kind !== undefined && UNLINKED.includes(kind)) return [];
  if (kind === 'step') return [await steps()];
  if (kind === 'agent') return [await named()];
  if (kind === 'content') return [await contents()];
  const lists: List[] = kind !== undefined ? [LISTS.find((list) => list.kind === kind) ?? { kind, marks: [mark('kind', kind)] }]
    : narrowed || evidence !== undefined ? LISTS.filter((list) => list.kind !== 'code')
    : words.length === 0 && since === undefined && before === undefined ? NEWEST : LISTS;
  if (words.length === 0 && narrowed && evidence === undefined) return ofRuns(connection, asked, agents, lists, page);
  const some = await listed(connection, lists, asked, agents, page);
  if (kind !== undefined || words.length === 0) return some;
  return [...some, await steps(), ...(narrowed || evidence !== undefined ? [] : await Promise.all([named(), contents()]))];
}

/** Without words: the newest runs that are as they must be, and what these have made. */
async function ofRuns(connection: Connection, asked: Asked, agents: string[] | undefined, lists: List[], page: Page): Promise<FoundList[]> {
  const others = lists.filter(({ kind }) => kind !== 'run');
  // Which of them were as they must have been is looked at afterwards.
  const each = asked.asOf === undefined ? Math.min(A_FEW, page.looked) : page.looked;
  const before = page.block * each;
  const all: Page = { ...page, block: Math.floor(before / page.looked), skip: before % page.looked, each };
  const ofPage = async (part: Page): Promise<FoundList> =>
    agents === undefined ? (await listed(connection, LISTS.filter(({ kind }) => kind === 'run'), asked, undefined, part))[0] ?? { kind: 'run', nodes: [], count: 0, more: false }
      : runsStartedBy(connection, asked, agents, part);
  if (others.length === 0) return [await ofPage(page)];
  const runs = await ofPage(all);
  const isCut = runs.more || runs.count > all.skip + all.each;
  const made = (await madeBy(connection, runs.nodes, others, asked, page)).map((list) => ({ ...list, more: list.more || isCut }));
  return lists.length === others.length ? made : [...made, { ...runs, nodes: runs.nodes.slice(0, page.each) }];
}

function paged(kind: string, nodes: AnswerNode[], looked: number, { skip, each }: Page): FoundList {
  return { kind, nodes: nodes.slice(skip, skip + each), count: nodes.length, more: nodes.length === looked };
}

/** What the text names exactly is told apart. */
function groupOf({ kind, nodes, count, more }: FoundList, exact: AnswerNode[], { words }: Asked): SearchGroup {
  const ids = new Set(exact.map(({ id }) => id));
  return { kind, hits: nodes.filter(({ id }) => !ids.has(id)).map((node) => hitOf(node, words)), count, more };
}
