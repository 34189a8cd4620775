// Runs in: worker. Which flights to learn from, and which of them to keep back for testing: by digest and seed, so repeatable.
import { lineage } from 'temporal-provenance/activity';
import type { ExamplePeriod, StoredFile } from '../messages.ts';
import { quoted, storeParquet, withDatabase } from './duckdb.ts';
import { heartbeating } from './heartbeating.ts';

export async function sampleFlights(input: {
  clean: StoredFile;
  period: ExamplePeriod;
  seed: number;
  outDir: string;
}): Promise<StoredFile> {
  lineage.used(input.clean.reference);
  lineage.params({ seed: input.seed, ...input.period });
  const examples = await heartbeating(() =>
    writeExamples(input.clean.path, input.period, input.seed, `${input.outDir}/examples.parquet`),
  );
  lineage.generated(examples.reference);
  return examples;
}

export async function splitTrainTest(input: {
  features: StoredFile;
  testShare: number;
  seed: number;
  outDir: string;
}): Promise<{ train: StoredFile; test: StoredFile }> {
  lineage.used(input.features.reference);
  lineage.params({ seed: input.seed, testShare: input.testShare });
  const { train, test } = await writeSplit(input.features.path, input.testShare, input.seed, input.outDir);
  lineage.generated(train.reference, test.reference);
  return { train, test };
}

/** A flight's id: when it left, and where it went. */
export const FLIGHT_ID = `strftime(departed_at, '%Y%m%dT%H%M') || '-' || origin || '-' || destination`;

/**
 * A flight's id is its minute and route. Where two drawn flights share them, the less delayed one stays, so there may be a few rows
 * fewer than asked for.
 */
export function writeExamples(cleanPath: string, period: ExamplePeriod, seed: number, path: string): Promise<StoredFile> {
  return withDatabase((db) =>
    storeParquet(
      db,
      `SELECT DISTINCT ON (flight_id) ${FLIGHT_ID} AS flight_id, *
       FROM (SELECT * FROM read_parquet(${quoted(cleanPath)})
             WHERE departed_at >= ${quoted(period.from)}::TIMESTAMP AND departed_at < ${quoted(period.until)}::TIMESTAMP
             ORDER BY md5(concat_ws('|', departed_at, origin, destination, delay, ${Number(seed)})) LIMIT ${Number(period.rows)})
       ORDER BY flight_id, delay`,
      path,
      { name: 'Examples' },
    ),
  );
}

/** Every row lands in exactly one of the two files; the test set has `testShare` of them, rounded. */
export function writeSplit(
  featuresPath: string,
  testShare: number,
  seed: number,
  outDir: string,
): Promise<{ train: StoredFile; test: StoredFile }> {
  return withDatabase(async (db) => {
    await db.run(
      `CREATE TABLE ranked AS
       SELECT *, row_number() OVER (ORDER BY md5(concat_ws('|', flight_id, 'split', ${Number(seed)}))) AS place
       FROM read_parquet(${quoted(featuresPath)})`,
    );
    const testRows = `(SELECT round(count(*) * ${Number(testShare)}) FROM ranked)`;
    const part = (condition: string) =>
      `SELECT * EXCLUDE (place) FROM ranked WHERE place ${condition} ${testRows} ORDER BY flight_id`;
    return {
      train: await storeParquet(db, part('>'), `${outDir}/train.parquet`, { name: 'Training set' }),
      test: await storeParquet(db, part('<='), `${outDir}/test.parquet`, { name: 'Test set' }),
    };
  });
}
