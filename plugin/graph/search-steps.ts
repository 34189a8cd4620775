// Runs in: server, CLI. Steps, by the names of their activities: those are few, and each leads to its steps, newest first.
import type { Connection } from './connection.ts';
import { nodeFor, nodesAsOf } from './rows.ts';
import { hasEvidence } from './search-evidence.ts';
import { conditions, type FoundList, inPage, isNarrowed, type Page } from './search-lists.ts';
import { type Asked, runFits } from './search-query.ts';
import { wordsOf } from './search-text.ts';

/** @param agents ids of those who must have started the runs; undefined for any @throws GraphUnavailableError */
export async function stepsOf(connection: Connection, asked: Asked, activities: string[], agents: string[] | undefined, page: Page): Promise<FoundList> {
  const types = activities.filter((type) => {
    const own = wordsOf(type);
    return asked.words.every((word) => own.some((begun) => begun.startsWith(word)));
  });
  const rows = types.length === 0 ? [] : await connection.read((query) => query(
    `UNWIND $types AS type
     CALL (type) {
       MATCH (n:Step) WHERE n.activityType = type AND n.recordedAt >= $since AND n.recordedAt < $before
       RETURN n ORDER BY n.activityType DESC, n.recordedAt DESC LIMIT $from + $looked
     }
     WITH n ORDER BY n.recordedAt DESC, n.id SKIP $from LIMIT $looked
     WITH count(*) AS seen, collect(CASE WHEN ${isNarrowed(asked, agents) ? `EXISTS { MATCH (n)-[:PART_OF]->(r:Run) WHERE ${runFits('r')} }` : 'true'} AND ${hasEvidence('n')} THEN n END) AS found
     RETURN seen, size(found) AS count, [n IN found[$skip..$skip + $each] | ${nodeFor(asked)}] AS nodes`,
    { types, ...conditions(asked, agents), ...inPage(page) },
  ));
  const { seen = 0, count = 0, nodes = [] } = rows[0] ?? {};
  return { kind: 'step', nodes: nodesAsOf(nodes, asked), count: count as number, more: seen === page.looked };
}
