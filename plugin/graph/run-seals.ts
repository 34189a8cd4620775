// Runs in: worker, server, CLI. Which runs carry which certificates.
import type { RunKey } from '../model/id.ts';
import type { Connection } from './connection.ts';

/**
 * The namespace's runs that no certificate confirms for good.
 * @param before only those that were first told of before then (ISO 8601)
 * @throws GraphUnavailableError
 */
export async function unsealedRuns(connection: Connection, namespace: string, before: string): Promise<(RunKey & { id: string })[]> {
  const rows = await connection.read((run) => run(
    `MATCH (r:Run) WHERE r.recordedAt < $before AND r.namespace = $namespace AND coalesce(r.seal, '') <> 'sealed' AND r.runId IS NOT NULL
     RETURN r.id AS id, r.workflowId AS workflowId, r.runId AS runId ORDER BY id`,
    { namespace, before },
  ));
  return rows.map(({ id, workflowId, runId }) => ({ id: String(id), namespace, workflowId: String(workflowId), runId: String(runId) }));
}

/** Those of these runs that a certificate confirms for good. @throws GraphUnavailableError */
export async function sealedAmong(connection: Connection, runs: string[]): Promise<string[]> {
  const rows = await connection.read((run) => run("UNWIND $runs AS id MATCH (r:Run {id: id}) WHERE r.seal = 'sealed' RETURN id", { runs }));
  return rows.map(({ id }) => String(id));
}

/** How Temporal names these runs, where the graph knows. @throws GraphUnavailableError */
export async function runKeys(connection: Connection, runs: string[]): Promise<RunKey[]> {
  const rows = await connection.read((run) => run(
    'UNWIND $runs AS id MATCH (r:Run {id: id}) WHERE r.runId IS NOT NULL RETURN r.namespace AS namespace, r.workflowId AS workflowId, r.runId AS runId', { runs },
  ));
  return rows.map(({ namespace, workflowId, runId }) => ({ namespace: String(namespace), workflowId: String(workflowId), runId: String(runId) }));
}
