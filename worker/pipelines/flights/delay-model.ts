// Runs in: worker. The model: a forest, the history its features look back on, and what delay to expect at which probability.
import { readFile } from 'node:fs/promises';
import type { DuckDBConnection } from '@duckdb/node-api';
import { query, quoted, type Row, withDatabase } from './activities/duckdb.ts';
import { FEATURES, GROUPS, loadHistory } from './feature-groups.ts';
import { type Example, type Forest, growForest, probabilities } from './forest.ts';
import { FEATURE_GROUPS, type FeatureGroupName, type ForestOptions } from './messages.ts';

/** All that is needed to score a flight, in one JSON file. */
export interface DelayModel {
  format: 'delay-model/1';
  features: string[];
  trainedOn: { rows: number; lateRate: number };
  forest: Forest;
  history: Record<FeatureGroupName, Row[]>;
  /** Mean delay of the training flights, by tenths of probability, in ascending order. */
  expectedDelays: { upTo: number; minutes: number }[];
}

export interface Score {
  /** Of arriving 15 minutes late or more. */
  probability: number;
  /** Minutes. */
  expectedDelay: number;
}

export async function fitModel(
  examples: Example[],
  history: DelayModel['history'],
  options: ForestOptions,
  seed: number,
  onTree?: (grown: number) => void,
): Promise<DelayModel> {
  if (examples.length === 0) throw new Error('no flights to learn from: the examples’ period holds none');
  const forest = await growForest(examples, options, seed, onTree);
  const found = probabilities(forest, examples.map(({ features }) => features));
  return {
    format: 'delay-model/1',
    features: FEATURES,
    trainedOn: { rows: examples.length, lateRate: mean(examples.map(({ late }) => late)) },
    forest,
    history,
    expectedDelays: delaysByTenth(examples, found),
  };
}

export function score(model: DelayModel, rows: number[][]): Score[] {
  return probabilities(model.forest, rows).map((probability) => {
    const tenth = model.expectedDelays.find(({ upTo }) => probability <= upTo) ?? model.expectedDelays.at(-1)!;
    return { probability, expectedDelay: tenth.minutes };
  });
}

/** @throws when the file is not a model of this format, or of other features than this code builds. */
export async function readModel(path: string): Promise<DelayModel> {
  const model = JSON.parse(await readFile(path, 'utf8')) as DelayModel;
  if (model.format !== 'delay-model/1' || model.features.join() !== FEATURES.join()) {
    throw new Error(`'${path}' is not a model that this code can use: it needs delay-model/1 over ${FEATURES.join(', ')}`);
  }
  return model;
}

/** The joined features of a Parquet file, as the forest takes them. */
export async function readExamples(path: string): Promise<Example[]> {
  const rows = await withDatabase((db) =>
    query(db, `SELECT late::INTEGER AS late, delay, ${FEATURES.join(', ')} FROM read_parquet(${quoted(path)}) ORDER BY flight_id`),
  );
  return rows.map((row) => ({ late: row.late as 0 | 1, delay: row.delay as number, features: featuresOf(row) }));
}

/** The features of the flights in the view `flights`, by the history that the model carries. */
export async function featuresFor(db: DuckDBConnection, model: DelayModel): Promise<{ flightId: string; features: number[] }[]> {
  for (const group of FEATURE_GROUPS) await loadHistory(db, group, model.history[group]);
  const joins = FEATURE_GROUPS.map((group) => `JOIN (${GROUPS[group].select}) USING (flight_id)`);
  const rows = await query(
    db,
    `SELECT flight_id, ${FEATURES.join(', ')} FROM (SELECT flight_id FROM flights) ${joins.join(' ')} ORDER BY flight_id`,
  );
  return rows.map((row) => ({ flightId: String(row.flight_id), features: featuresOf(row) }));
}

function featuresOf(row: Row): number[] {
  return FEATURES.map((feature) => row[feature] as number);
}

function delaysByTenth(examples: Example[], found: number[]): DelayModel['expectedDelays'] {
  const ranked = examples.map(({ delay }, row) => ({ delay, probability: found[row]! })).sort((a, b) => a.probability - b.probability);
  const size = Math.ceil(ranked.length / 10);
  return Array.from({ length: Math.ceil(ranked.length / size) }, (_, tenth) => {
    const part = ranked.slice(tenth * size, (tenth + 1) * size);
    return { upTo: part.at(-1)!.probability, minutes: Math.round(mean(part.map(({ delay }) => delay))) };
  });
}

function mean(values: number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
