// Runs in: server, CLI. How far the record is proved: by the day, and the runs in which something is wanting.
import neo4j from 'neo4j-driver';
import type { Completeness, Seal } from './answers.ts';
import type { Connection, Row } from './connection.ts';
import { cursorFrom, cursorOf } from './cursor.ts';
import { NODE, nodeOf, runSummary } from './rows.ts';

const DEFAULT_PAGE = 100;
type Day = Completeness['days'][number];

/** @throws BadQuestionError, GraphUnavailableError */
export async function completeness(connection: Connection, { after, limit = DEFAULT_PAGE }: { after?: string; limit?: number } = {}): Promise<Completeness> {
  const [afterTime, afterId] = after === undefined ? [null, null] : cursorFrom(after);
  return connection.read(async (run) => {
    const counted = await run(
      `MATCH (r:Run) WHERE r.recordedAt IS NOT NULL
       RETURN left(r.recordedAt, 10) AS day, coalesce(r.seal, 'unsealed') AS seal, count(*) AS runs, count(r.gaps) AS withGaps, sum(coalesce(r.sealUnconfirmed, 0)) AS unconfirmed ORDER BY day`,
    );
    const rows = await run(
      `MATCH (n:Run) WHERE n.recordedAt IS NOT NULL AND (coalesce(n.seal, '') <> 'sealed' OR n.gaps IS NOT NULL)
         AND ($afterTime IS NULL OR n.recordedAt < $afterTime OR (n.recordedAt = $afterTime AND n.id > $afterId))
       WITH n ORDER BY n.recordedAt DESC, n.id LIMIT $limit RETURN ${NODE} AS run`,
      { afterTime, afterId, limit: neo4j.int(limit + 1) },
    );
    const wanting = rows.slice(0, limit).map((row) => {
      const node = nodeOf(row.run);
      const number = (name: string) => (typeof node.properties[name] === 'number' ? node.properties[name] : null);
      return { ...runSummary(node), recordedAt: String(node.properties.recordedAt), gaps: number('gaps') ?? 0, missing: number('sealMissing') };
    });
    const last = wanting.at(-1);
    return { ...summed(counted), wanting, next: rows.length > limit && last ? cursorOf(last.recordedAt, last.id) : null };
  });
}

function summed(rows: Row[]): Pick<Completeness, 'counts' | 'days'> {
  const none = { runs: 0, sealed: 0, open: 0, failed: 0, unsealed: 0, withGaps: 0 };
  const counts = { ...none, unconfirmed: 0 };
  const days = new Map<string, Day>();
  for (const { day, seal, runs, withGaps, unconfirmed } of rows as unknown as { day: string; seal: Seal; runs: number; withGaps: number; unconfirmed: number }[]) {
    const of = days.get(day) ?? { day, ...none };
    days.set(day, of);
    for (const sum of [counts, of]) {
      sum.runs += runs;
      sum[seal] += runs;
      sum.withGaps += withGaps;
    }
    counts.unconfirmed += unconfirmed;
  }
  return { counts, days: [...days.values()] };
}
