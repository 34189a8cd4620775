// Runs in: CLI. How many runs the graph has.
import type { Connection } from './connection.ts';

export interface RunCounts {
  runs: number;
  /** By status. */
  byStatus: { [status: string]: number };
  /** Runs of which something could not be recorded when it happened. */
  withGaps: number;
}

/** @throws GraphUnavailableError */
export async function runCounts(connection: Connection): Promise<RunCounts> {
  const rows = await connection.read((run) => run(
    'MATCH (r:Run) RETURN coalesce(r.status, $unknown) AS status, count(*) AS runs, count(r.gaps) AS withGaps ORDER BY status', { unknown: 'unknown' },
  ));
  const counts: RunCounts = { runs: 0, byStatus: {}, withGaps: 0 };
  for (const { status, runs, withGaps } of rows as { status: string; runs: number; withGaps: number }[]) {
    counts.runs += runs;
    counts.byStatus[status] = runs;
    counts.withGaps += withGaps;
  }
  return counts;
}
