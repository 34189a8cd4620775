// Runs in: worker, server, CLI. Which runs carry which certificates.
import type { Connection } from './connection.ts';

export interface SealCounts {
  sealed: number;
  /** Compared while they went on. */
  open: number;
  failed: number;
  unsealed: number;
}

/** Of all runs in the graph. @throws GraphUnavailableError */
export async function sealCounts(connection: Connection): Promise<SealCounts> {
  const rows = await connection.read((run) => run("MATCH (r:Run) RETURN coalesce(r.seal, 'unsealed') AS seal, count(*) AS runs"));
  const counts: SealCounts = { sealed: 0, open: 0, failed: 0, unsealed: 0 };
  for (const { seal, runs } of rows) counts[seal as keyof SealCounts] = Number(runs);
  return counts;
}

/** The ids of the namespace's runs that no certificate confirms for good. @throws GraphUnavailableError */
export async function unsealedRuns(connection: Connection, namespace: string): Promise<string[]> {
  const rows = await connection.read((run) => run("MATCH (r:Run) WHERE r.namespace = $namespace AND coalesce(r.seal, '') <> 'sealed' RETURN r.id AS id ORDER BY id", { namespace }));
  return rows.map(({ id }) => String(id));
}
