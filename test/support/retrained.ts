// Runs in: tests. Two trainings on one cleaned dataset, that differ in a parameter, and a third on other raw data; predictions of each, some in a batch.
import { Telling } from '../graph-ui/fixture-builder.ts';
import { artifactVersionId, sha256 } from '../../plugin/model/id.ts';
import type { NodeKey, ProvenanceRecord } from '../../plugin/model/record.ts';
import type { ArtifactReference } from '../../plugin/model/reference.ts';

type Version = ArtifactReference & { version: string; sha256: string };

export interface Training {
  raw: Version;
  clean: Version;
  model: Version;
  batch: Version;
  predictions: Version[];
  /** Run ids. */
  run: string;
  predictRun: string;
  /** Step ids. */
  cleanStep: string;
  trainStep: string;
}

export interface Retrained {
  scope: string;
  rawUri: string;
  /** The first and the second share their raw data, the second differs in `trees`; the third has other raw data. */
  first: Training;
  second: Training;
  third: Training;
  records: ProvenanceRecord[];
}

export function retrained(scope: string): Retrained {
  const telling = new Telling(scope);
  const artifact = (kind: string, path: string, version: string, content = path + version): Version =>
    ({ kind, uri: `s3://${scope}/${path}`, version, sha256: sha256(`${scope} ${content}`), size: content.length });
  const training = (name: string, rawVersion: string, trees: number): Training => {
    const raw = artifact('dataset', 'raw/flights.csv', rawVersion);
    // Each run writes to a folder of its own.
    const clean = artifact('dataset', `runs/${name}/clean.parquet`, '1', `clean of ${rawVersion}`);
    const model = artifact('model', `models/${name}`, '1.0.0', `forest of ${trees} on ${rawVersion}`);
    const run = telling.run('trainModel', `train-${name}`, [{ json: { raw: raw.uri, trees } }]);
    const read = run.step('readRaw', { takes: [run.argument(0)], uses: [raw], gives: { rows: rawVersion.length * 1000, source: rawVersion } });
    const cleaned = run.step('cleanRows', { takes: [read], makes: [clean], gives: clean });
    const fitted = run.step('fitForest', { takes: [cleaned], uses: [clean], makes: [model], gives: model, params: { trees, seed: 42 }, metrics: { rmse: 12 - trees / 100 } });
    const scored = run.step('evaluate', { takes: [fitted], uses: [model], gives: { rmse: 12.5 }, metrics: { rmse: 12.5 - trees / 100 } });
    run.close(scored);
    const predictions = Array.from({ length: 3 }, (_, index) => artifact('prediction', `predictions/${name}/${index}`, '1'));
    const batch: Version = { ...artifact('prediction', `predictions/${name}/batch`, '1') };
    const predict = telling.run('predict', `predict-${name}`, [{ json: model }]);
    const made = predict.step('predictAll', { takes: [predict.argument(0)], uses: [model], makes: [batch], gives: batch });
    predict.close(made);
    telling.say('interceptor', { at: telling.tick(), nodes: predictions.map((each) => declared(each)), edges: predictions.map((each) => ({
      type: 'HAD_MEMBER', from: key(batch), to: key(each), evidence: 'declared', via: 'batch', walk: false,
    })) });
    return { raw, clean, model, batch, predictions, run: run.id, predictRun: predict.id, cleanStep: cleaned.stepId, trainStep: fitted.stepId };
  };
  return {
    scope, rawUri: `s3://${scope}/raw/flights.csv`,
    first: training('one', '2026-01', 100), second: training('two', '2026-01', 200), third: training('three', '2026-02-late', 200),
    records: telling.records,
  };
}

export const key = (version: Version): NodeKey => ({ label: 'ArtifactVersion', id: artifactVersionId(version) });

const declared = (version: Version) => ({ ...key(version), kind: version.kind!, aspect: 'declared', timeless: true as const, set: { kind: version.kind!, uri: version.uri, version: version.version, sha256: version.sha256 } });
