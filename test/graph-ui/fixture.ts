// Runs in: tests. The lineage of a flight-delay pipeline: from raw data over a model to a batch of twenty predictions.
import { FixtureGraph } from './fixture-builder.ts';

/** Ids that tests ask for. */
export interface FlightIds {
  rawFlights: string;
  rawWeather: string;
  cleanFlights: string;
  model: string;
  predictions: string[];
  predictionRun: string;
}

export function flightDelays(): { graph: FixtureGraph; ids: FlightIds } {
  const graph = new FixtureGraph();
  graph.add('code/9b1c44f2', ['CodeVersion'], {
    gitCommit: '9b1c44f20d5e6f7a8b9c0d1e2f3a4b5c6d7e8f90', gitBranch: 'main', gitDirty: false, packageName: 'flight-delays', packageVersion: '2.3.0',
  });
  graph.add('env/51aa03de', ['Environment'], { os: 'linux 6.1 x64', cpu: 'AMD EPYC 7B13 × 4', memory: 16_777_216_000, node: 'v20.20.2' });
  graph.add('agent/worker/4182@worker-7f9c', ['Agent'], { kind: 'worker', identity: '4182@worker-7f9c', host: 'worker-7f9c', pid: 4182 });

  const prepare = graph.run('prepareFlights', 'prepare-flights-2025-03-14');
  const timeRun = graph.run('buildFeatures', 'features-time-2025-03-14');
  const weatherRun = graph.run('buildFeatures', 'features-weather-2025-03-14');
  const train = graph.run('trainDelayModel', 'train-delay-model-2025-03-14');
  const predict = graph.run('predictDelays', 'predict-delays-2025-03-15');
  for (const child of [timeRun, weatherRun]) graph.link(child, 'STARTED_BY', prepare);

  const rawFlights = graph.version('file:///data/raw/flights-2m.csv', 'Dataset', '2025-03', {
    statistics: JSON.stringify({ rows: 231_083, columns: { delay: { min: -60, max: 1014, mean: 7.18, nulls: 0 }, distance: { min: 24, max: 4962, mean: 726.2, nulls: 12 } } }),
  });
  const rawWeather = graph.version('file:///data/raw/weather-hourly.csv', 'Dataset', '2025-03');
  const rules = graph.version('file:///config/cleaning-rules.yaml', 'Config', 'r14');
  const fetched = graph.step('fetchFlights', { run: prepare, makes: [rawFlights] });
  const fetchedWeather = graph.step('fetchWeather', { run: prepare, makes: [rawWeather] });

  const cleanFlights = graph.version('file:///data/clean/flights-clean.parquet', 'Dataset', 'v7');
  const cleaned = graph.step('cleanFlights', {
    run: prepare, takes: [fetched], uses: [rawFlights, rules], makes: [cleanFlights], params: { dropNegativeDelays: true, maximumDelayMinutes: 720 },
    failures: ['Row 18,204: arrival before departure (2001-01-14T23:59 > 2001-01-14T00:41)'],
  });
  const timeFeatures = graph.version('file:///data/features/time-features.parquet', 'Dataset', 'v7');
  const time = graph.step('timeFeatures', { run: timeRun, takes: [cleaned], uses: [cleanFlights], makes: [timeFeatures] });
  const weatherFeatures = graph.version('file:///data/features/weather-features.parquet', 'Dataset', 'v7');
  const weather = graph.step('weatherFeatures', { run: weatherRun, takes: [cleaned, fetchedWeather], uses: [cleanFlights, rawWeather], makes: [weatherFeatures] });
  const features = graph.version('file:///data/features/features.parquet', 'Dataset', 'v7');
  const joined = graph.step('joinFeatures', { run: prepare, takes: [time, weather], uses: [timeFeatures, weatherFeatures], makes: [features] });
  const trainSet = graph.version('file:///data/split/train.parquet', 'Dataset', 'v7');
  const testSet = graph.version('file:///data/split/test.parquet', 'Dataset', 'v7');
  const split = graph.step('splitDataset', { run: prepare, takes: [joined], uses: [features], makes: [trainSet, testSet], params: { testShare: 0.2, seed: 42 } });

  const model = graph.version('models://flight-delay/model', 'Model', '3.2.0', { name: 'flight-delay-forest' });
  const trained = graph.step('trainModel', {
    run: train, takes: [split], uses: [trainSet], makes: [model], params: { trees: 200, maximumDepth: 12, seed: 42 }, metrics: { rmse: 11.8342, mae: 7.92, r2: 0.4127 },
  });
  const report = graph.version('file:///reports/evaluation.json', 'Report', 'v7');
  const plot = graph.version('file:///reports/residuals.svg', 'Plot', 'v7');
  const evaluated = graph.step('evaluateModel', { run: train, takes: [trained, split], uses: [model, testSet], makes: [report, plot], metrics: { rmse: 12.031, mae: 8.1 } });
  const registered = graph.step('registerModel', { run: train, takes: [trained, evaluated], carries: [model] });

  const today = graph.version('file:///data/raw/flights-today.csv', 'Dataset', '2025-03-15');
  const loaded = graph.step('fetchFlights', { run: predict, makes: [today] });
  const predictions = Array.from({ length: 20 }, (_, index) =>
    graph.version(`predictions://delays/2025-03-15/UA${100 + index * 7}`, 'Prediction', '1', { name: `delay UA${100 + index * 7}` }),
  );
  graph.step('predictDelays', { run: predict, takes: [registered, loaded], uses: [model, today], makes: predictions });
  return { graph, ids: { rawFlights, rawWeather, cleanFlights, model, predictions, predictionRun: predict } };
}
