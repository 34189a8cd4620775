// Runs in: worker. Measures a model on flights it has not seen: numbers, a plot and a report.
import { type ArtifactReference, artifact, lineage } from 'temporal-provenance/activity';
import { readExamples, readModel, score } from '../delay-model.ts';
import { drawEvaluation } from '../evaluation-plot.ts';
import type { Metrics, StoredFile } from '../messages.ts';
import { deciles, measure, rocCurve } from '../metrics.ts';
import { writeWhole } from './files.ts';

export async function evaluateModel(input: {
  model: StoredFile;
  test: StoredFile;
  outDir: string;
}): Promise<{ metrics: Metrics; plot: StoredFile; report: StoredFile }> {
  const { model, test, outDir } = input;
  lineage.used(model.reference, test.reference);

  const fitted = await readModel(model.path);
  const examples = await readExamples(test.path);
  const scores = score(fitted, examples.map(({ features }) => features));
  const metrics = measure(scores, examples, fitted.trainedOn.lateRate);
  lineage.metrics({ ...metrics });

  const svg = await drawEvaluation(metrics, deciles(scores, examples), rocCurve(scores, examples));
  const plot = await store('plot', `${outDir}/evaluation.svg`, svg, 'Evaluation: late rates and ROC curve');
  const report = await store('report', `${outDir}/evaluation.md`, describeMetrics(metrics, test.reference), 'Evaluation report');
  lineage.generated(plot.reference, report.reference);
  return { metrics, plot, report };
}

async function store(kind: string, path: string, text: string, name: string): Promise<StoredFile> {
  await writeWhole(path, text);
  return { reference: await artifact({ kind, uri: path, name }), path };
}

function describeMetrics(metrics: Metrics, test: ArtifactReference): string {
  const percent = (share: number) => `${(share * 100).toFixed(1)} %`;
  return `# How well late arrivals are foretold

Measured on ${metrics.rows.toLocaleString('en-US')} flights that the model has not seen (SHA-256 \`${test.sha256}\`).
Late means 15 minutes or more; the model knows a flight's time, route and the months before, not the weather.

| measure | model | without a model |
| --- | --- | --- |
| area under the ROC curve | ${metrics.auc.toFixed(3)} | 0.500 |
| Brier score (lower is better) | ${metrics.brier.toFixed(4)} | ${metrics.brierOfBaseRate.toFixed(4)} |
| late among the riskiest tenth | ${percent(metrics.topDecileLateRate)} | ${percent(metrics.lateRate)} |

The expected delay is off by ${metrics.delayMeanAbsoluteError.toFixed(1)} minutes on average.

![Evaluation](evaluation.svg)
`;
}
