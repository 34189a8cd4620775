// Runs in: CLI. How many runs the graph has, and how many of them history has confirmed.
import type { Seal } from './answers.ts';
import type { Connection } from './connection.ts';

export interface RunCounts {
  runs: number;
  /** By status. */
  byStatus: { [status: string]: number };
  bySeal: { [seal in Seal]: number };
  /** Runs of which something could not be recorded when it happened. */
  withGaps: number;
}

/** @throws GraphUnavailableError */
export async function runCounts(connection: Connection): Promise<RunCounts> {
  const rows = await connection.read((run) => run(
    "MATCH (r:Run) RETURN coalesce(r.status, 'unknown') AS status, coalesce(r.seal, 'unsealed') AS seal, count(*) AS runs, count(r.gaps) AS withGaps ORDER BY status",
  ));
  const counts: RunCounts = { runs: 0, byStatus: {}, bySeal: { sealed: 0, open: 0, failed: 0, unsealed: 0 }, withGaps: 0 };
  for (const { status, seal, runs, withGaps } of rows as { status: string; seal: Seal; runs: number; withGaps: number }[]) {
    counts.runs += runs;
    counts.byStatus[status] = (counts.byStatus[status] ?? 0) + runs;
    counts.bySeal[seal] += runs;
    counts.withGaps += withGaps;
  }
  return counts;
}
