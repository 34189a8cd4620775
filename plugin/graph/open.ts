// Runs in: server, CLI. The graph, open for questions.
import type { AnswerNode, AsOfOption, PageOption, Questions, SearchNames } from './answers.ts';
import { unbounded } from './bounds.ts';
import { card } from './card.ts';
import { compare } from './compare.ts';
import { completeness } from './completeness.ts';
import { Connection, type GraphAddress } from './connection.ts';
import { pageOf } from './cursor.ts';
import { diff } from './diff.ts';
import { AmbiguousQuestionError, BadQuestionError } from './errors.ts';
import { impact } from './impact.ts';
import { metricHistory } from './metric-history.ts';
import { nodeDetail } from './node-detail.ts';
import { likelyNode, resolve, resolveVersions, versionsAt } from './resolve.ts';
import type { AsOf } from './rows.ts';
import { runBefore } from './run-before.ts';
import { type RunCounts, runCounts } from './run-counts.ts';
import { runsUsing } from './runs-using.ts';
import { ensureSchema } from './schema.ts';
import { search } from './search.ts';
import { beginsWithDate } from './search-query.ts';
import { searchNames } from './search-names.ts';
import { timeline } from './timeline.ts';
import { trace } from './trace.ts';
import { isAnythingWithdrawn, withdrawnBehind } from './withdrawals.ts';

export type OpenGraph = Questions & { runCounts(): Promise<RunCounts>; close(): Promise<void> };

const NAMES_MILLISECONDS = 60_000;

/**
 * Connects at the first question, and makes sure then that the indexes which the questions need are there, so that a server
 * may start before Neo4j does. Every question throws GraphUnavailableError while Neo4j can't be reached or refuses.
 *
 * @throws GraphUnavailableError for an address that is none
 */
export function openGraph(address: GraphAddress): OpenGraph {
  const connection = new Connection(address);
  let prepared: Promise<void> | undefined;
  const ready = async (): Promise<Connection> => {
    prepared ??= unbounded(() => ensureSchema(connection));
    try {
      await prepared;
    } catch (error) {
      prepared = undefined; // Tried again at the next question.
      throw error;
    }
    return connection;
  };
  /** Most ids tell what they name: asking first would take as long as a small trace. */
  const of = async <T>(subject: string, options: AsOfOption, answer: (roots: AnswerNode[], then: AsOf) => Promise<T | undefined>): Promise<T | undefined> => {
    const then = pastOf(options);
    await ready();
    const likely = then.asOf === undefined ? likelyNode(subject) : undefined;
    return (likely && (await answer([likely], then))) ?? answer(await resolve(connection, subject, then), then);
  };
  const paged = async <O extends PageOption & AsOfOption, A extends { next: string | null }>(question: unknown[], options: O, answer: (page: O & AsOf) => Promise<A>): Promise<A> => {
    const then = pastOf(options);
    await ready();
    return pageOf([...question, then], { ...options, ...then }, answer);
  };
  let known: { at: number; names: Promise<SearchNames> } | undefined;
  /** Asked for with each key that is typed: what is a minute old will do. */
  const names = async (): Promise<SearchNames> => {
    if (known === undefined || Date.now() - known.at > NAMES_MILLISECONDS) {
      const asking = { at: Date.now(), names: unbounded(() => ready().then(searchNames)) };
      known = asking;
      asking.names.catch(() => {
        if (known === asking) known = undefined;
      });
    }
    return known.names;
  };
  return {
    async trace(subject, options = {}) {
      return (await of(subject, options, (roots, then) => trace(connection, roots, { ...options, ...then })))!;
    },
    async impact(subject, options = {}) {
      return (await of(subject, options, (roots, then) => impact(connection, roots, { ...options, ...then })))!;
    },
    async withdrawnBehind(subject, options = {}) {
      if (!(await isAnythingWithdrawn(await ready()))) return { withdrawn: [], truncated: false };
      return withdrawnBehind((await of(subject, options, (roots, then) => trace(connection, roots, then)))!);
    },
    async card(subject, options = {}) {
      const then = pastOf(options);
      const versions = await resolveVersions(await ready(), subject, then);
      if (versions.length !== 1) throw new AmbiguousQuestionError(`'${subject}' names ${versions.length} versions: ask for one of them`, versions);
      return (await card(connection, { id: versions[0]!.id, labels: ['ArtifactVersion'], properties: {} }, then))!;
    },
    compare: async (from, to, options = {}) => compare(await ready(), from, to, pastOf(options)),
    runsUsing: (subject, options = {}) =>
      paged(['runs using', subject, options.carried], options, async (page) => runsUsing(connection, await resolveVersions(connection, subject, { asOf: page.asOf }), page)),
    versions: (uri, options = {}) => paged(['versions', uri], options, (page) => versionsAt(connection, uri, page)),
    timeline: (uri, options = {}) => paged(['timeline', uri], options, (page) => timeline(connection, uri, page)),
    completeness: (options = {}) => paged(['completeness'], options, (page) => completeness(connection, page)),
    node: (id, options = {}) => paged(['node', id], options, (page) => nodeDetail(connection, id, page)),
    diff: async (from, to, options = {}) => diff(await ready(), from, to, pastOf(options)),
    search: (text, options = {}) => {
      const { after: _, limit: __, asOf: ___, ...filters } = options;
      return paged(['search', text, Object.entries(filters).sort()], options, (page) => search(connection, names, text, page));
    },
    searchNames: names,
    metricHistory: async (id, options = {}) => metricHistory(await ready(), id, pastOf(options)),
    runBefore: async (id, options = {}) => runBefore(await ready(), id, pastOf(options)),
    runCounts: async () => runCounts(await ready()),
    async ready() {
      await (await ready()).read((run) => run('RETURN 1'));
    },
    close: () => connection.close(),
  };
}

/** @throws BadQuestionError for what is no time */
function pastOf({ asOf }: AsOfOption): AsOf {
  if (asOf === undefined) return {};
  // A day means all of it.
  const time = new Date(/^\d{4}-\d{2}-\d{2}$/.test(asOf) ? `${asOf}T23:59:59.999Z` : asOf);
  if (!beginsWithDate(asOf) || Number.isNaN(time.getTime())) throw new BadQuestionError(`'${asOf}' is no time: give it like 2026-11-03 (the end of that day, UTC) or 2026-11-03T12:00:00Z`);
  return { asOf: time.toISOString() };
}
