// Runs in: CLI (fuzz), tests. The lineage of a flight-delay pipeline, from raw data over a model to twenty predictions, as records.
import { randomUUID } from 'node:crypto';
import { artifactVersionId, sha256 } from '../../plugin/model/id.ts';
import type { ProvenanceRecord } from '../../plugin/model/record.ts';
import type { ArtifactReference } from '../../plugin/model/reference.ts';
import { part, Telling } from './fixture-builder.ts';

/** What tests ask for. */
export interface Flights {
  /** A word by which a search finds only this fixture's things. */
  word: string;
  /** Is in every name of a client or a worker. */
  scope: string;
  /** Ids. */
  ids: {
    rawFlights: string;
    cleanFlights: string;
    model: string;
    predictions: string[];
    prepareRun: string;
    cleanStep: string;
  };
  rawFlights: ArtifactReference & { sha256: string };
  records: ProvenanceRecord[];
}

/** @param modelName what people call the model */
export function flightDelays(modelName = 'flight-delay-forest'): Flights {
  // In all names: nothing meets what others write.
  const scope = `lake-${randomUUID().slice(0, 8)}`;
  const telling = new Telling(scope);
  const artifact = (kind: string, uri: string, version: string, more: Partial<ArtifactReference> = {}): ArtifactReference & { sha256: string } => {
    const digest = sha256(uri + version);
    return { kind, uri, version, sha256: digest, size: 1000 + (Number.parseInt(digest.slice(0, 7), 16) % 90_000_000), ...more };
  };
  const file = (kind: string, path: string, version: string, more: Partial<ArtifactReference> = {}) => artifact(kind, `file://${scope}/${path}`, version, more);

  const rawFlights = file('dataset', 'data/raw/flights-2m.csv', '2025-03', {
    statistics: { rows: 231_083, columns: { carrier: { type: 'VARCHAR', nulls: 41_000, min: 'AA', max: 'WN' }, delay: { type: 'BIGINT', nulls: 0, min: -60, max: 1014 }, distance: { type: 'DOUBLE', nulls: 12, min: 24, max: 4962 } } },
  });
  const rawWeather = file('dataset', 'data/raw/weather-hourly.csv', '2025-03');
  const rules = file('config', 'config/cleaning-rules.yaml', 'r14');
  const cleanFlights = file('dataset', 'data/clean/flights-clean.parquet', 'v7');
  const timeFeatures = file('dataset', 'data/features/time-features.parquet', 'v7');
  const weatherFeatures = file('dataset', 'data/features/weather-features.parquet', 'v7');
  const features = file('dataset', 'data/features/features.parquet', 'v7');
  const trainSet = file('dataset', 'data/split/train.parquet', 'v7');
  const testSet = file('dataset', 'data/split/test.parquet', 'v7');

  const prepare = telling.run('prepareFlights', 'prepare-flights-2025-03-14');
  const fetched = prepare.step('fetchFlights', { makes: [rawFlights], gives: rawFlights });
  const fetchedWeather = prepare.step('fetchWeather', { makes: [rawWeather], gives: rawWeather });
  const cleaned = prepare.step('cleanFlights', {
    takes: [fetched], uses: [rawFlights, rules], makes: [cleanFlights], gives: cleanFlights, params: { dropNegativeDelays: true, maximumDelayMinutes: 720 },
    failures: ['Row 18,204: arrival before departure (2001-01-14T23:59 > 2001-01-14T00:41)'],
  });
  const timeRun = telling.run('buildFeatures', 'features-time-2025-03-14', [cleaned], prepare);
  const time = timeRun.close(timeRun.step('timeFeatures', { takes: [timeRun.argument(0)], uses: [cleanFlights], makes: [timeFeatures], gives: timeFeatures }));
  const weatherRun = telling.run('buildFeatures', 'features-weather-2025-03-14', [cleaned, fetchedWeather], prepare);
  const weather = weatherRun.close(weatherRun.step('weatherFeatures', {
    takes: [weatherRun.argument(0), weatherRun.argument(1)], uses: [cleanFlights, rawWeather], makes: [weatherFeatures], gives: weatherFeatures,
  }));
  const joined = prepare.step('joinFeatures', { takes: [time, weather], uses: [timeFeatures, weatherFeatures], makes: [features], gives: features });
  const split = prepare.step('splitDataset', {
    takes: [joined], uses: [features], makes: [trainSet, testSet], gives: { train: trainSet, test: testSet }, params: { testShare: 0.2, seed: 42 },
  });
  prepare.close(split);

  // Started by a client, which names the versions to train with.
  const model = artifact('model', `models://${scope}/flight-delay/model`, '3.2.0', { name: modelName });
  const train = telling.run('trainDelayModel', 'train-delay-model-2025-03-14', [{ json: { train: trainSet, test: testSet } }]);
  const trained = train.step('trainModel', {
    takes: [part(train.argument(0), 'train')], uses: [trainSet], makes: [model], gives: model, params: { trees: 200, maximumDepth: 12, seed: 42 }, metrics: { rmse: 11.8342, mae: 7.92, r2: 0.4127 },
  });
  const report = file('report', 'reports/evaluation.json', 'v7');
  const plot = file('plot', 'reports/residuals.svg', 'v7');
  const evaluated = train.step('evaluateModel', {
    takes: [trained, part(train.argument(0), 'test')], uses: [model, testSet], makes: [report, plot], gives: { report, plot }, metrics: { rmse: 12.031, mae: 8.1 },
  });
  train.close(train.step('registerModel', { takes: [trained, evaluated], gives: model }));

  const today = file('dataset', 'data/raw/flights-today.csv', '2025-03-15');
  const predictions = Array.from({ length: 20 }, (_, index) =>
    artifact('prediction', `predictions://${scope}/2025-03-15/UA${100 + index * 7}`, '1', { name: `delay UA${100 + index * 7}` }));
  const predict = telling.run('predictDelays', 'predict-delays-2025-03-15', [{ json: model }]);
  const loaded = predict.step('fetchFlights', { makes: [today], gives: today });
  predict.close(predict.step('predictDelays', { takes: [predict.argument(0), loaded], uses: [model, today], makes: predictions, gives: predictions }));

  return {
    word: scope.split('-')[1]!,
    scope,
    ids: {
      rawFlights: artifactVersionId(rawFlights), cleanFlights: artifactVersionId(cleanFlights), model: artifactVersionId(model),
      predictions: predictions.map((prediction) => artifactVersionId(prediction)), prepareRun: prepare.id, cleanStep: cleaned.stepId,
    },
    rawFlights,
    records: telling.records,
  };
}
