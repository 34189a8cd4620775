// Runs in: worker. Leaves out flights that can't be true, and gives the columns their names and types.
import { activityInfo, ApplicationFailure } from '@temporalio/activity';
import { lineage } from 'temporal-provenance/activity';
import type { StoredFile } from '../messages.ts';
import { query, quoted, storeParquet, withDatabase } from './duckdb.ts';
import { heartbeating } from './heartbeating.ts';

const COMPLETE = 'date IS NOT NULL AND delay IS NOT NULL AND distance IS NOT NULL AND origin IS NOT NULL AND destination IS NOT NULL';
const MOVED = 'origin <> destination AND distance > 0';
const POSSIBLE_DELAY = 'delay BETWEEN -90 AND 1440';

export async function cleanFlights(input: { raw: StoredFile; until: string; outDir: string }): Promise<StoredFile> {
  lineage.used(input.raw.reference);
  failOnFirstAttempt();
  const clean = await heartbeating(() => writeCleanFlights(input.raw.path, input.until, `${input.outDir}/clean.parquet`));
  lineage.generated(clean.reference);
  return clean;
}

/** Flights that left before `until` and can be true, in the order of the raw file. The statistics tell what was dropped and why. */
export async function writeCleanFlights(rawPath: string, until: string, path: string): Promise<StoredFile> {
  return withDatabase(async (db) => {
    await db.run(`CREATE VIEW raw AS SELECT * FROM read_parquet(${quoted(rawPath)})`);
    const inPeriod = `date < ${quoted(until)}::TIMESTAMP`;
    const [dropped] = await query(
      db,
      `SELECT count(*) FILTER (NOT (${COMPLETE}))::INTEGER AS incomplete,
              count(*) FILTER (NOT (${inPeriod}))::INTEGER AS "laterThanPeriod",
              count(*) FILTER (${inPeriod} AND NOT (${MOVED}))::INTEGER AS "wentNowhere",
              count(*) FILTER (${inPeriod} AND ${MOVED} AND NOT (${POSSIBLE_DELAY}))::INTEGER AS "impossibleDelay"
       FROM raw`,
    );
    return storeParquet(
      db,
      `SELECT date AS departed_at, origin, destination, distance::INTEGER AS distance, delay::INTEGER AS delay, delay >= 15 AS late
       FROM raw WHERE ${COMPLETE} AND ${inPeriod} AND ${MOVED} AND ${POSSIBLE_DELAY}`,
      path,
      { name: 'Clean flights', statistics: { dropped: dropped! } },
    );
  });
}

/** Here to show a retry: the first attempt meets a flaky network mount, the second one gets through. */
function failOnFirstAttempt(): void {
  if (activityInfo().attempt > 1) return;
  throw ApplicationFailure.retryable('Reading the raw flights failed: stale handle of the network mount', 'StorageUnavailable');
}
