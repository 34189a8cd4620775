// Runs in: worker. The activities around a group of features.
import type { DuckDBConnection } from '@duckdb/node-api';
import { lineage } from 'temporal-provenance/activity';
import { FEATURES, GROUPS, openHistory } from '../feature-groups.ts';
import type { FeatureGroupName, FeatureGroupResult, StoredFile } from '../messages.ts';
import { quoted, storeParquet, withDatabase } from './duckdb.ts';
import { heartbeating } from './heartbeating.ts';

export async function summariseHistory(input: {
  group: FeatureGroupName;
  clean: StoredFile;
  until: string;
  outDir: string;
}): Promise<StoredFile> {
  const { group, clean, until, outDir } = input;
  lineage.used(clean.reference);
  lineage.params({ group, until });
  const history = await heartbeating(() => writeHistory(group, clean.path, until, `${outDir}/features/${group}-history.parquet`));
  lineage.generated(history.reference);
  return history;
}

export async function buildFeatures(input: {
  group: FeatureGroupName;
  examples: StoredFile;
  history: StoredFile;
  outDir: string;
}): Promise<StoredFile> {
  const { group, examples, history, outDir } = input;
  lineage.used(examples.reference, history.reference);
  const features = await writeFeatures(group, examples.path, history.path, `${outDir}/features/${group}.parquet`);
  lineage.generated(features.reference);
  return features;
}

export async function joinFeatures(input: {
  examples: StoredFile;
  groups: FeatureGroupResult[];
  outDir: string;
}): Promise<StoredFile> {
  const groups = input.groups.map(({ features }) => features);
  lineage.used(input.examples.reference, ...groups.map(({ reference }) => reference));
  const joined = await writeJoined(input.examples.path, groups.map(({ path }) => path), `${input.outDir}/features.parquet`);
  lineage.generated(joined.reference);
  return joined;
}

/** What was known on the day `until` (which is excluded): the examples' own period never looks at itself. */
export function writeHistory(group: FeatureGroupName, cleanPath: string, until: string, path: string): Promise<StoredFile> {
  return withDatabase(async (db) => {
    await db.run(
      `CREATE VIEW past AS SELECT * FROM read_parquet(${quoted(cleanPath)}) WHERE departed_at < ${quoted(until)}::TIMESTAMP`,
    );
    return storeParquet(db, GROUPS[group].history, path, { name: `History of group '${group}'` });
  });
}

export function writeFeatures(group: FeatureGroupName, examplesPath: string, historyPath: string, path: string): Promise<StoredFile> {
  return withDatabase(async (db) => {
    await openFlights(db, examplesPath);
    await openHistory(db, group, historyPath);
    return storeParquet(db, `${GROUPS[group].select} ORDER BY flight_id`, path, { name: `Features of group '${group}'` });
  });
}

/** One row per example: id, outcome, and all features. */
export function writeJoined(examplesPath: string, groupPaths: string[], path: string): Promise<StoredFile> {
  return withDatabase(async (db) => {
    await openFlights(db, examplesPath);
    const joins = groupPaths.map((group) => `JOIN read_parquet(${quoted(group)}) USING (flight_id)`);
    return storeParquet(
      db,
      `SELECT flight_id, late, delay, ${FEATURES.join(', ')} FROM flights ${joins.join(' ')} ORDER BY flight_id`,
      path,
      { name: 'Features of all groups' },
    );
  });
}

async function openFlights(db: DuckDBConnection, path: string): Promise<void> {
  await db.run(`CREATE VIEW flights AS SELECT * FROM read_parquet(${quoted(path)})`);
}
