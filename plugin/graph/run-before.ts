// Runs in: server, CLI. The run of the same pipeline before one, and how its code and environment differ.
import type { AnswerNode, RunBefore } from './answers.ts';
import type { Connection } from './connection.ts';
import { part } from './diff.ts';
import { NothingFoundError } from './errors.ts';
import { nodeById, orWasBy } from './resolve.ts';
import { type AsOf, asOfOrNow, nodeFor, runSummary } from './rows.ts';

/** @param id a Run's @throws NothingFoundError, GraphUnavailableError */
export async function runBefore(connection: Connection, id: string, way: AsOf = {}): Promise<RunBefore> {
  const self = await nodeById(connection, id, way);
  if (self?.labels[0] !== 'Run') throw new NothingFoundError(`no run is recorded under the id '${id}'${orWasBy(way)}`);
  const { workflowType, startedAt, namespace } = self.properties;
  const [found] = await connection.read((run) => run(
    `MATCH (n:Run) WHERE n.workflowType = $workflowType AND n.startedAt < $startedAt AND n.namespace = $namespace AND ($asOf IS NULL OR n.recordedAt <= $asOf)
     RETURN ${nodeFor(way)} AS node ORDER BY n.workflowType DESC, n.startedAt DESC LIMIT 1`,
    { workflowType: workflowType ?? null, startedAt: startedAt ?? null, namespace: namespace ?? null, asOf: way.asOf ?? null },
  ));
  if (!found) return { before: null, parts: [] };
  const before = asOfOrNow(found.node, way);
  const [from, to] = await Promise.all([surroundings(connection, before.id, way), surroundings(connection, id, way)]);
  const parts = (['CodeVersion', 'Environment'] as const).map((label) => part(label, of(from, label), of(to, label))).filter((each) => each.from.length > 0 || each.to.length > 0);
  return { before: runSummary(before), parts };
}

/** Of all of its attempts: a run may have had several workers. */
async function surroundings(connection: Connection, id: string, way: AsOf): Promise<AnswerNode[]> {
  const known = way.asOf === undefined ? 'true' : 'r.recordedAt <= $asOf';
  const rows = await connection.read((run) => run(
    `CALL () {
       MATCH (:Run {id: $id})-[r:RAN_CODE]->(n) WHERE ${known} RETURN n
       UNION
       MATCH (:Run {id: $id})<-[:PART_OF]-(:Step)<-[:ATTEMPT_OF]-(:Attempt)-[r:RAN_IN|RAN_CODE]->(n) WHERE ${known} RETURN DISTINCT n
     }
     RETURN ${nodeFor(way)} AS node ORDER BY n.id`,
    { id, asOf: way.asOf ?? null },
  ));
  return rows.map(({ node }) => asOfOrNow(node, way));
}

function of(nodes: AnswerNode[], label: string): AnswerNode[] {
  return nodes.filter(({ labels }) => labels[0] === label);
}
