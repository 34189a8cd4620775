// Runs in: server, CLI. The graph, open for questions.
import type { Questions } from './answers.ts';
import { Connection, type GraphAddress } from './connection.ts';
import { diff } from './diff.ts';
import { nodeDetail } from './node-detail.ts';
import { likelyNode, resolve, resolveVersions, versionsAt } from './resolve.ts';
import { type RunCounts, runCounts } from './run-counts.ts';
import { runsUsing } from './runs-using.ts';
import { ensureSchema } from './schema.ts';
import { search } from './search.ts';
import { trace } from './trace.ts';

export type OpenGraph = Questions & { runCounts(): Promise<RunCounts>; close(): Promise<void> };

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
    prepared ??= ensureSchema(connection);
    try {
      await prepared;
    } catch (error) {
      prepared = undefined; // Tried again at the next question.
      throw error;
    }
    return connection;
  };
  return {
    async trace(subject, options = {}) {
      const likely = likelyNode(subject);
      // Most ids tell what they name: asking first would take as long as a small trace.
      const answer = likely && (await trace(await ready(), [likely], options));
      return answer ?? (await trace(await ready(), await resolve(connection, subject), options))!;
    },
    async runsUsing(subject, options = {}) {
      return runsUsing(await ready(), await resolveVersions(connection, subject), options);
    },
    versions: async (uri) => versionsAt(await ready(), uri),
    node: async (id) => nodeDetail(await ready(), id),
    diff: async (from, to) => diff(await ready(), from, to),
    search: async (text, { limit } = {}) => search(await ready(), text, limit),
    runCounts: async () => runCounts(await ready()),
    async ready() {
      await (await ready()).read((run) => run('RETURN 1'));
    },
    close: () => connection.close(),
  };
}
