// Runs in: tests. One model, trained four times: its metrics go somewhere, and the last worker has another environment.
import { artifactVersionId, environmentId, runId, sha256 } from '../../plugin/model/id.ts';
import type { ProvenanceRecord } from '../../plugin/model/record.ts';
import type { ArtifactReference } from '../../plugin/model/reference.ts';
import { unique } from '../support/engines.ts';
import { Telling } from './fixture-builder.ts';

export interface TrainedAgain {
  /** Ids, oldest first. */
  models: string[];
  runs: string[];
  trainSteps: string[];
  records: ProvenanceRecord[];
}

const RMSE = [14.2, 12.9, 13.1, 11.4];

export function trainedAgain(): TrainedAgain {
  const scope = unique('again');
  const [first, last] = [new Telling(scope), new Telling(`${scope}-last`)];
  last.say('interceptor', { at: last.tick(), edges: [], nodes: [{
    label: 'Environment', id: environmentId(sha256(`environment of ${scope}-last`)), aspect: 'collected', timeless: true, set: { gpu: 'NVIDIA L4', libraries: JSON.stringify({ '@temporalio/worker': '1.25.0' }) },
  }] });
  last.tick(3_600);
  const models: string[] = [];
  const runs: string[] = [];
  const trainSteps: string[] = [];
  for (const [index, rmse] of RMSE.entries()) {
    const telling = index === 3 ? last : first;
    // Nothing of the last one happens before the others are over.
    if (index === 3) last.tick(600_000);
    const model: ArtifactReference = { kind: 'model', name: 'delay-forest', uri: `models://${scope}/forest`, version: `${index + 1}.0.0`, sha256: sha256(`${scope} ${index}`), statistics: { brier: [0.2, 0.19, 0.17, 0.18][index]! } };
    const run = telling.run(`trainForest${scope.replace('-', '')}`, `train-${index}`);
    const trained = run.step('trainForest', { makes: [model], gives: model, params: { trees: 100 * (index + 1) }, metrics: { rmse, epochs: 5 } });
    run.close(run.step('measureForest', { takes: [trained], uses: [model], gives: { auc: 0.7 }, metrics: { rmse: rmse + 0.5, auc: 0.71 + index / 100 } }));
    models.push(artifactVersionId(model));
    runs.push(runId(run.key));
    trainSteps.push(trained.stepId);
  }
  return { models, runs, trainSteps, records: [...first.records, ...last.records] };
}
