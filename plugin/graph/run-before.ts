// Runs in: server, CLI. The run of the same pipeline before one, and how its code and environment differ.
import type { AnswerNode, RunBefore } from './answers.ts';
import type { Connection } from './connection.ts';
import { part } from './diff.ts';
import { NothingFoundError } from './errors.ts';
import { NODE, nodeOf, runSummary } from './rows.ts';

/** @param id a Run's @throws NothingFoundError, GraphUnavailableError */
export async function runBefore(connection: Connection, id: string): Promise<RunBefore> {
  const [self] = await connection.read((run) => run(`MATCH (n:Run {id: $id}) RETURN ${NODE} AS node`, { id }));
  if (!self) throw new NothingFoundError(`no run is recorded under the id '${id}'`);
  const { workflowType, startedAt, namespace } = nodeOf(self.node).properties;
  const [found] = await connection.read((run) => run(
    `MATCH (n:Run) WHERE n.workflowType = $workflowType AND n.startedAt < $startedAt AND n.namespace = $namespace
     RETURN ${NODE} AS node ORDER BY n.workflowType DESC, n.startedAt DESC LIMIT 1`,
    { workflowType: workflowType ?? null, startedAt: startedAt ?? null, namespace: namespace ?? null },
  ));
  if (!found) return { before: null, parts: [] };
  const before = nodeOf(found.node);
  const [from, to] = await Promise.all([surroundings(connection, before.id), surroundings(connection, id)]);
  const parts = (['CodeVersion', 'Environment'] as const).map((label) => part(label, of(from, label), of(to, label))).filter((each) => each.from.length > 0 || each.to.length > 0);
  return { before: runSummary(before), parts };
}

/** Of all of its attempts: a run may have had several workers. */
async function surroundings(connection: Connection, id: string): Promise<AnswerNode[]> {
  const rows = await connection.read((run) => run(
    `CALL () {
       MATCH (:Run {id: $id})-[:RAN_CODE]->(n) RETURN n
       UNION
       MATCH (:Run {id: $id})<-[:PART_OF]-(:Step)<-[:ATTEMPT_OF]-(:Attempt)-[:RAN_IN|RAN_CODE]->(n) RETURN DISTINCT n
     }
     RETURN ${NODE} AS node ORDER BY n.id`,
    { id },
  ));
  return rows.map(({ node }) => nodeOf(node));
}

function of(nodes: AnswerNode[], label: string): AnswerNode[] {
  return nodes.filter(({ labels }) => labels[0] === label);
}
