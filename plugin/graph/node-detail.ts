// Runs in: server, CLI. Everything that is recorded about one node.
import neo4j from 'neo4j-driver';
import type { Json } from '../model/json.ts';
import type { NodeDetail } from './answers.ts';
import type { Connection } from './connection.ts';
import { NothingFoundError } from './errors.ts';
import { withLostAttempts } from './lost-attempts.ts';
import { nodeById } from './resolve.ts';
import { edgeOf, nodeOf } from './rows.ts';

const MOST_NEIGHBOURS = 500;

export async function nodeDetail(connection: Connection, id: string): Promise<NodeDetail> {
  const node = await nodeById(connection, id);
  if (!node) throw new NothingFoundError(`nothing is recorded under the id '${id}'`);
  const label = node.labels[0]!;
  return connection.read(async (run) => {
    const told = await run(`MATCH (:${label} {id: $id})<-[:DETAIL_OF]-(d:Detail) RETURN properties(d) AS properties`, { id });
    // All attempts are given the same: it is their step's.
    if (label === 'Step') told.push(...(await run('MATCH (:Step {id: $id})<-[:ATTEMPT_OF]-()<-[:DETAIL_OF]-(d:Detail) WHERE d.input IS NOT NULL RETURN d {.input, .inputIsPreview} AS properties LIMIT 1', { id })));
    const rows = await run(
      `MATCH (self:${label} {id: $id})-[r]-(other) WHERE type(r) <> 'DETAIL_OF'
       RETURN {from: startNode(r).id, to: endNode(r).id, type: type(r), properties: properties(r)} AS edge,
         {labels: labels(other), properties: other {.*, facts: null, searchText: null}} AS node
       ORDER BY type(r), other.recordedAt, other.id LIMIT $limit`,
      { id, limit: neo4j.int(MOST_NEIGHBOURS + 1) },
    );
    const around = rows.slice(0, MOST_NEIGHBOURS).map((row) => nodeOf(row.node));
    const [self, ...others] = await withLostAttempts(run, [node, ...around]);
    return {
      node: self!,
      details: Object.assign({}, ...told.map(({ properties }) => shown(properties as { [name: string]: Json }))) as NodeDetail['details'],
      neighbours: others.map((other, index) => ({ edge: edgeOf(rows[index]!.edge), node: other })),
      truncated: rows.length > MOST_NEIGHBOURS,
    };
  });
}

/** What the detail tells, without what makes it a node. */
function shown(properties: { [name: string]: Json }): { [name: string]: Json } {
  return Object.fromEntries(Object.entries(properties).filter(([name]) => !['id', 'facts', 'recordedAt'].includes(name)));
}
