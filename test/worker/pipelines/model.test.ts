// Runs in: worker. The pipelines' model, from real flights to predictions, without Temporal.
import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { dataset, model } from 'temporal-provenance/activity';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeCleanFlights } from '../../../worker/pipelines/flights/activities/clean.ts';
import { writeFeatures, writeHistory, writeJoined } from '../../../worker/pipelines/flights/activities/features.ts';
import { scoreBatch, writeBatch } from '../../../worker/pipelines/flights/activities/predict.ts';
import { addToRegistry } from '../../../worker/pipelines/flights/activities/registry.ts';
import { writeExamples, writeSplit } from '../../../worker/pipelines/flights/activities/sample.ts';
import { readHistory } from '../../../worker/pipelines/flights/activities/train.ts';
import { type DelayModel, fitModel, readExamples, readModel, score } from '../../../worker/pipelines/flights/delay-model.ts';
import { drawEvaluation } from '../../../worker/pipelines/flights/evaluation-plot.ts';
import type { Example } from '../../../worker/pipelines/flights/forest.ts';
import { landDepartures, publishedFlights } from '../../../worker/pipelines/flights/lake.ts';
import { FEATURE_GROUPS, type Metrics, type StoredFile } from '../../../worker/pipelines/flights/messages.ts';
import { deciles, measure, rocCurve } from '../../../worker/pipelines/flights/metrics.ts';
import { ask, temporaryFolder } from './lake-for-tests.ts';

const FROM = '2001-04-01';
const UNTIL = '2001-06-01';
const OPTIONS = { trees: 10, maxDepth: 5, rowsPerTree: 1_500, featuresPerTree: 5, minRows: 50 };
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let train: Example[];
let test: Example[];
let history: DelayModel['history'];
let fitted: DelayModel;
let metrics: Metrics;

beforeAll(async () => {
  folder = await temporaryFolder();
  const out = folder.path;
  const clean = await writeCleanFlights(publishedFlights(), UNTIL, `${out}/clean.parquet`);
  const examples = await writeExamples(clean.path, { from: FROM, until: UNTIL, rows: 12_000 }, 7, `${out}/examples.parquet`);
  const groups: { group: (typeof FEATURE_GROUPS)[number]; history: StoredFile; features: StoredFile }[] = [];
  for (const group of FEATURE_GROUPS) {
    const known = await writeHistory(group, clean.path, FROM, `${out}/${group}-history.parquet`);
    groups.push({ group, history: known, features: await writeFeatures(group, examples.path, known.path, `${out}/${group}.parquet`) });
  }
  const joined = await writeJoined(examples.path, groups.map(({ features }) => features.path), `${out}/features.parquet`);
  expect(joined.reference.statistics!.rows).toBe(examples.reference.statistics!.rows);
  const split = await writeSplit(joined.path, 0.3, 7, out);
  train = await readExamples(split.train.path);
  test = await readExamples(split.test.path);
  history = await readHistory(groups);
  fitted = await fitModel(train, history, OPTIONS, 7);
  metrics = measure(score(fitted, test.map(({ features }) => features)), test, fitted.trainedOn.lateRate);
});
afterAll(() => folder.remove());

describe('the features', () => {
  it('are numbers for every flight', () => {
    const missing = [...train, ...test].filter(({ features }) => !features.every(Number.isFinite));
    expect(missing).toEqual([]);
  });
});

describe('the model', () => {
  it('says more about unseen flights than their base rate does', () => {
    expect(metrics.auc).toBeGreaterThan(0.6);
    expect(metrics.brier).toBeLessThan(metrics.brierOfBaseRate);
    expect(metrics.topDecileLateRate).toBeGreaterThan(metrics.lateRate * 1.3);
  });

  it('is the same to the byte for the same seed, and another for another', async () => {
    const small = { ...OPTIONS, trees: 2 };
    const grow = async (seed: number) => JSON.stringify(await fitModel(train, history, small, seed));
    expect(await grow(7)).toBe(await grow(7));
    expect(await grow(8)).not.toBe(await grow(7));
  });

  it('scores the same after a way through its file', async () => {
    const path = `${folder.path}/model.json`;
    await writeFile(path, JSON.stringify(fitted));
    const rows = test.slice(0, 50).map(({ features }) => features);
    expect(score(await readModel(path), rows)).toEqual(score(fitted, rows));
  });

  it('says what to do when there is nothing to learn from', async () => {
    await expect(fitModel([], history, OPTIONS, 7)).rejects.toThrow('no flights to learn from');
  });
});

describe('the evaluation', () => {
  it('measures the extremes as they are', () => {
    const outcomes = [0, 1, 0, 1].map((late) => ({ late: late as 0 | 1, delay: 20 * late }));
    const as = (share: number[]) => share.map((probability) => ({ probability, expectedDelay: 0 }));
    expect(measure(as([0.1, 0.9, 0.2, 0.8]), outcomes, 0.5)).toMatchObject({ auc: 1, brierOfBaseRate: 0.25, lateRate: 0.5 });
    expect(measure(as([0.5, 0.5, 0.5, 0.5]), outcomes, 0.5)).toMatchObject({ auc: 0.5, brier: 0.25 });
    expect(measure(as([0.9, 0.1, 0.8, 0.2]), outcomes, 0.5).auc).toBe(0);
  });

  it('draws a plot that holds the measured area', async () => {
    const scores = score(fitted, test.map(({ features }) => features));
    const svg = await drawEvaluation(metrics, deciles(scores, test), rocCurve(scores, test));
    expect(svg).toMatch(/^<svg /);
    expect(svg).toContain(`area ${metrics.auc.toFixed(3)}`);
  });
});

describe('the registry and the predictions', () => {
  const register = async (runId: string, version?: string) => {
    const path = `${folder.path}/registered-${runId}.json`;
    await writeFile(path, JSON.stringify({ ...fitted, trainedOn: { ...fitted.trainedOn, rows: runId.length } }));
    const report = await dataset({ uri: path });
    const registration = { model: { reference: await model({ uri: path }), path }, report, metrics, name: 'flight-delays', registryDir: `${folder.path}/registry` };
    return addToRegistry(version === undefined ? registration : { ...registration, version }, runId);
  };

  it('counts versions up, gives a run the version it has, and never changes one', async () => {
    expect((await register('a')).version).toBe('1');
    expect((await register('bb')).version).toBe('2');
    expect((await register('a')).version).toBe('1');
    await expect(register('ccc', '2')).rejects.toThrow("version 2 of 'flight-delays' is another model already");
  });

  it('makes one prediction per flight, each with the digest of its line', async () => {
    const entry = await register('dddd');
    const registered = await model({ uri: `${folder.path}/registry/flight-delays`, version: entry.version, sha256: entry.sha256 });
    const departures = await landDepartures(folder.path);
    const batch = await writeBatch(departures.path, 20, 1, `${folder.path}/batch.parquet`);
    const input = { model: registered, batch, batchId: 'batch-1', outDir: folder.path };
    const { predictions, collection } = await scoreBatch(input);

    const lines = (await ask(batch.path, 'SELECT flight_id FROM FILE')).map(({ flight_id }) => String(flight_id));
    expect(predictions.map(({ uri }) => uri.split('/').at(-1)).sort()).toEqual(lines.sort());
    const written = (await readFile(`${folder.path}/predictions.jsonl`, 'utf8')).trimEnd().split('\n');
    expect(written.map((line) => createHash('sha256').update(line).digest('hex'))).toEqual(predictions.map(({ sha256 }) => sha256));
    expect(JSON.parse(written[0]!)).toMatchObject({ model: { name: 'flight-delays', version: entry.version, sha256: entry.sha256 } });
    expect(collection.members).toEqual(predictions.map(({ uri, sha256 }) => ({ uri, sha256 })));

    const again = await scoreBatch({ ...input, outDir: `${folder.path}/again` });
    expect(again.predictions.map(({ sha256 }) => sha256)).toEqual(predictions.map(({ sha256 }) => sha256));
    await expect(scoreBatch({ ...input, model: { ...registered, sha256: 'b'.repeat(64) } })).rejects.toThrow('was registered with');
    await expect(scoreBatch({ ...input, model: { ...registered, version: '99' } })).rejects.toThrow('has no version 99');
  });
});
