// Runs in: worker. A batch of flights that have just left, and one prediction for each.
import { createHash } from 'node:crypto';
import { type ArtifactReference, artifact, lineage, prediction } from 'temporal-provenance/activity';
import { type DelayModel, featuresFor, readModel, score } from '../delay-model.ts';
import type { BatchSource, StoredFile } from '../messages.ts';
import { quoted, storeParquet, withDatabase } from './duckdb.ts';
import { writeWhole } from './files.ts';
import { referTo } from './raw.ts';
import { findModel } from './registry.ts';
import { FLIGHT_ID } from './sample.ts';

/** What is said about one flight. As JSON with its keys in this order it is a line of the predictions' file; the line's SHA-256 is the prediction's digest. */
export interface PredictionRecord {
  expectedDelayMinutes: number;
  flightId: string;
  model: { name: string; sha256: string; version: string };
  probability: number;
}

export async function pickBatch(input: { source: BatchSource; outDir: string }): Promise<StoredFile> {
  const { source, outDir } = input;
  lineage.used(await referTo(source, { name: 'Departures' }));
  lineage.params({ size: source.size, seed: source.seed });
  const batch = await writeBatch(source.path, source.size, source.seed, `${outDir}/batch.parquet`);
  lineage.generated(batch.reference);
  return batch;
}

export async function scoreBatch(input: {
  model: ArtifactReference;
  batch: StoredFile;
  /** Sets this batch's predictions apart from those of any other. */
  batchId: string;
  outDir: string;
}): Promise<{ predictions: ArtifactReference[]; collection: ArtifactReference }> {
  const { model, batch, batchId, outDir } = input;
  lineage.used(model, batch.reference);
  const { entry, path: modelPath } = await findModel(model);
  const { name, sha256, version } = entry;
  const records = await scoreFlights(await readModel(modelPath), { name, sha256, version }, batch.path);
  const lines = records.map((record) => JSON.stringify(record));

  const path = `${outDir}/predictions.jsonl`;
  await writeWhole(path, lines.map((line) => `${line}\n`).join(''));
  const predictions = await Promise.all(
    records.map((record, row) =>
      prediction({
        uri: `prediction://flight-delays/${batchId}/${record.flightId}`,
        sha256: createHash('sha256').update(lines[row]!).digest('hex'),
        size: Buffer.byteLength(lines[row]!),
        name: `Delay of ${record.flightId}`,
        statistics: { probability: record.probability, expectedDelayMinutes: record.expectedDelayMinutes },
      }),
    ),
  );
  const collection = await artifact({
    kind: 'prediction-batch',
    uri: path,
    name: `Predictions for ${records.length} flights`,
    statistics: { rows: records.length },
    members: predictions,
  });
  lineage.generated(...predictions, collection);
  return { predictions, collection };
}

/** `size` flights of the feed, drawn by digest and seed. */
export function writeBatch(sourcePath: string, size: number, seed: number, path: string): Promise<StoredFile> {
  return withDatabase((db) =>
    storeParquet(
      db,
      `SELECT * FROM (
         SELECT ${FLIGHT_ID} AS flight_id, * FROM read_parquet(${quoted(sourcePath)})
         ORDER BY md5(concat_ws('|', flight_id, ${Number(seed)})) LIMIT ${Number(size)})
       ORDER BY flight_id`,
      path,
      { name: 'Batch of departures' },
    ),
  );
}

/** Riskiest first. */
export async function scoreFlights(
  loaded: DelayModel,
  model: PredictionRecord['model'],
  batchPath: string,
): Promise<PredictionRecord[]> {
  const flights = await withDatabase(async (db) => {
    await db.run(`CREATE VIEW flights AS SELECT * FROM read_parquet(${quoted(batchPath)})`);
    return featuresFor(db, loaded);
  });
  const scores = score(loaded, flights.map(({ features }) => features));
  return flights
    .map(({ flightId }, row) => ({
      expectedDelayMinutes: scores[row]!.expectedDelay,
      flightId,
      model,
      probability: Math.round(scores[row]!.probability * 10_000) / 10_000,
    }))
    .sort((a, b) => b.probability - a.probability || (a.flightId < b.flightId ? -1 : 1));
}
