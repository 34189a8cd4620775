// Runs in: server, CLI. How far the record is proved: by the day, and the runs in which something is wanting.
import neo4j from 'neo4j-driver';
import type { AnswerNode, Completeness, Seal } from './answers.ts';
import type { Connection, Query, Row } from './connection.ts';
import { cursorFrom, cursorOf } from './cursor.ts';
import { toldLater } from './facts.ts';
import { type AsOf, nodeAsOf, nodeFor, runSummary, saidPast } from './rows.ts';

const DEFAULT_PAGE = 100;
type Day = Completeness['days'][number];
type Wanting = Completeness['wanting'][number];

/** @param together so many runs of which more was told after the past time that is asked about are looked at together @throws BadQuestionError, GraphUnavailableError */
export async function completeness(connection: Connection, { after, limit = DEFAULT_PAGE, ...way }: { after?: string; limit?: number } & AsOf = {}, together = 5_000): Promise<Completeness> {
  const from = after === undefined ? null : cursorFrom(after);
  return connection.read(async (query) => {
    const rows = way.asOf === undefined ? await countedNow(query, way) : [...(await countedNow(query, way)), ...(await countedThen(query, way, together))];
    const found = await wantingRuns(query, way, from, limit + 1, together);
    const wanting = found.slice(0, limit);
    const last = wanting.at(-1);
    return { ...saidPast(way), ...summed(rows), wanting, next: found.length > limit && last ? cursorOf(last.recordedAt, last.id) : null };
  });
}

/** Runs as they are; where a past time is asked about, those alone that are still as they were. */
const countedNow = (query: Query, { asOf }: AsOf): Promise<Row[]> => query(
  `MATCH (n:Run) WHERE n.recordedAt IS NOT NULL AND ($asOf IS NULL OR n.recordedAt <= $asOf AND NOT ${toldLater('n')})
   RETURN left(n.recordedAt, 10) AS day, coalesce(n.seal, 'unsealed') AS seal, count(*) AS runs, count(n.gaps) AS withGaps, sum(coalesce(n.sealUnconfirmed, 0)) AS unconfirmed ORDER BY day`,
  { asOf: asOf ?? null },
);

/** The others, of each of which it must be worked out what it was. */
async function countedThen(query: Query, way: AsOf, together: number): Promise<Row[]> {
  const counted: Row[] = [];
  for (let last = ''; ; ) {
    const rows = await query(
      `MATCH (n:Run) WHERE n.id > $last AND n.recordedAt <= $asOf AND ${toldLater('n')} WITH n ORDER BY n.id LIMIT $together RETURN ${nodeFor(way)} AS run`,
      { last, asOf: way.asOf, together: neo4j.int(together) },
    );
    for (const { id, properties: p } of rows.map(({ run }) => nodeAsOf(run, way)!)) {
      last = id;
      counted.push({ day: String(p.recordedAt).slice(0, 10), seal: p.seal ?? 'unsealed', runs: 1, withGaps: p.gaps === undefined ? 0 : 1, unconfirmed: p.sealUnconfirmed ?? 0 });
    }
    if (rows.length < together) return counted;
  }
}

/** The newest first, as many as `most`. Of a past time, more have to be looked at than were wanting. */
async function wantingRuns(query: Query, way: AsOf, from: [string, string] | null, most: number, together: number): Promise<Wanting[]> {
  const found: Wanting[] = [];
  const look = way.asOf === undefined ? most : together;
  for (let [time, id] = from ?? [null, null]; ; ) {
    const rows = await query(
      `MATCH (n:Run) WHERE n.recordedAt IS NOT NULL AND ($asOf IS NULL OR n.recordedAt <= $asOf)
         AND (coalesce(n.seal, '') <> 'sealed' OR n.gaps IS NOT NULL OR ($asOf IS NOT NULL AND ${toldLater('n')}))
         AND ($time IS NULL OR n.recordedAt < $time OR (n.recordedAt = $time AND n.id > $id))
       WITH n ORDER BY n.recordedAt DESC, n.id LIMIT $look RETURN ${nodeFor(way)} AS run`,
      { asOf: way.asOf ?? null, time, id, look: neo4j.int(look) },
    );
    const runs = rows.map(({ run }) => nodeAsOf(run, way)!);
    found.push(...runs.filter(({ properties: p }) => p.seal !== 'sealed' || p.gaps !== undefined).map(wantingOf));
    if (found.length >= most || rows.length < look) return found.slice(0, most);
    const { id: lastId, properties: { recordedAt } } = runs.at(-1)!;
    [time, id] = [String(recordedAt), lastId];
  }
}

function wantingOf(node: AnswerNode): Wanting {
  const number = (name: string) => (typeof node.properties[name] === 'number' ? node.properties[name] : null);
  return { ...runSummary(node), recordedAt: String(node.properties.recordedAt), gaps: number('gaps') ?? 0, missing: number('sealMissing') };
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
  return { counts, days: [...days.values()].sort((a, b) => (a.day < b.day ? -1 : 1)) };
}
