// Runs in: server, CLI. Everything that is recorded about one node.
import neo4j from 'neo4j-driver';
import type { Json } from '../model/json.ts';
import type { NodeDetail } from './answers.ts';
import type { Connection, Row } from './connection.ts';
import { NothingFoundError } from './errors.ts';
import { withLostAttempts } from './lost-attempts.ts';
import { nodeById, orWasBy } from './resolve.ts';
import { asOfOrNow, type AsOf, edgeOf, nodeAsOf, nodeFor } from './rows.ts';

const MOST_NEIGHBOURS = 500;

export async function nodeDetail(connection: Connection, id: string, { asOf }: AsOf = {}): Promise<NodeDetail> {
  const node = await nodeById(connection, id, { asOf });
  if (!node) throw new NothingFoundError(`nothing is recorded under the id '${id}'${orWasBy({ asOf })}`);
  const label = node.labels[0]!;
  const known = '($asOf IS NULL OR r.recordedAt <= $asOf)';
  return connection.read(async (run) => {
    const told = await run(`MATCH (:${label} {id: $id})<-[:DETAIL_OF]-(n:Detail) RETURN ${nodeFor({ asOf })} AS detail`, { id });
    // All attempts are given the same: it is their step's.
    const given = label !== 'Step' ? [] : await run(`MATCH (:Step {id: $id})<-[:ATTEMPT_OF]-()<-[:DETAIL_OF]-(n:Detail) WHERE n.input IS NOT NULL RETURN ${nodeFor({ asOf })} AS detail LIMIT 1`, { id });
    const rows = await run(
      `MATCH (self:${label} {id: $id})-[r]-(n) WHERE type(r) <> 'DETAIL_OF' AND ${known}
       RETURN {from: startNode(r).id, to: endNode(r).id, type: type(r), properties: properties(r)} AS edge, ${nodeFor({ asOf })} AS node
       ORDER BY type(r), n.recordedAt, n.id LIMIT $limit`,
      { id, asOf: asOf ?? null, limit: neo4j.int(MOST_NEIGHBOURS + 1) },
    );
    const around = rows.slice(0, MOST_NEIGHBOURS).map((row) => asOfOrNow(row.node, { asOf }));
    const [self, ...others] = await withLostAttempts(run, [node, ...around], { asOf });
    return {
      node: self!,
      details: {
        ...detailOf(told, (name) => !['id', 'recordedAt'].includes(name)),
        ...detailOf(given, (name) => ['input', 'inputIsPreview'].includes(name)),
      },
      neighbours: others.map((other, index) => ({ edge: edgeOf(rows[index]!.edge), node: other })),
      truncated: rows.length > MOST_NEIGHBOURS,
    };
  });

  /** What a Detail told by then, without what makes it a node. */
  function detailOf(rows: Row[], isShown: (name: string) => boolean): { [name: string]: Json } {
    return Object.fromEntries(rows.flatMap(({ detail }) => Object.entries(nodeAsOf(detail, { asOf })?.properties ?? {})).filter(([name]) => isShown(name)));
  }
}
