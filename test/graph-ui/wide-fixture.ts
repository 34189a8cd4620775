// Runs in: tests. A lineage too large to be drawn at once: sixty daily files join into one table, and of its model come
// five hundred predictions of one step, and sixty reports, each of a step of its own. The activities of days and reports
// are all different ones, as look-alikes would be drawn as one.
import { artifactVersionId, sha256 } from '../../plugin/model/id.ts';
import type { ProvenanceRecord } from '../../plugin/model/record.ts';
import type { ArtifactReference } from '../../plugin/model/reference.ts';
import { unique } from '../support/engines.ts';
import { part, Telling } from './fixture-builder.ts';

export const DAYS = 60;
export const PREDICTIONS = 500;
export const REPORTS = 60;

export interface Wide {
  ids: { model: string; table: string; days: string[]; predictions: string[]; reports: string[]; joinStep: string; predictStep: string; joinRun: string; trainRun: string };
  records: ProvenanceRecord[];
}

export function wideLineage(): Wide {
  const scope = unique('wide');
  const telling = new Telling(scope);
  const artifact = (kind: string, uri: string): ArtifactReference => ({ kind, uri: `s3://${scope}/${uri}`, version: 'v1', sha256: sha256(scope + uri), size: 4096 }) as ArtifactReference;
  const number = (index: number): string => String(index).padStart(3, '0');

  const join = telling.run('joinDays', 'join-days');
  const days = Array.from({ length: DAYS }, (_, index) => artifact('dataset', `days/day-${number(index)}.csv`));
  const cleanDays = days.map((_, index) => artifact('dataset', `clean/day-${number(index)}.parquet`));
  for (const [index, day] of days.entries()) join.step(`cleanDay${number(index)}`, { uses: [day], makes: [cleanDays[index]!], gives: { rows: 1000 + index } });
  const table = artifact('dataset', 'table.parquet');
  const joined = join.step('joinTable', { uses: cleanDays, makes: [table], gives: table });
  join.close(joined);

  const train = telling.run('trainModel', 'train-model', [{ json: table }]);
  const model = artifact('model', 'model.onnx');
  train.close(train.step('fit', { takes: [train.argument(0)], uses: [table], makes: [model], gives: model, metrics: { auc: 0.91 } }));

  const score = telling.run('scoreAll', 'score-all', [{ json: { model } }]);
  const predictions = Array.from({ length: PREDICTIONS }, (_, index) => artifact('prediction', `predictions/flight-${number(index)}`));
  const predicted = score.step('predictFlights', { takes: [part(score.argument(0), 'model')], uses: [model], makes: predictions, gives: { made: PREDICTIONS } });
  const reports = Array.from({ length: REPORTS }, (_, index) => artifact('report', `reports/airport-${number(index)}.html`));
  for (const [index, report] of reports.entries()) score.step(`reportAirport${number(index)}`, { takes: [part(score.argument(0), 'model')], uses: [model], makes: [report], gives: report });
  score.close(predicted);

  const idOf = (reference: ArtifactReference): string => artifactVersionId(reference);
  return {
    ids: {
      model: idOf(model), table: idOf(table), days: days.map(idOf), predictions: predictions.map(idOf), reports: reports.map(idOf),
      joinStep: joined.stepId, predictStep: predicted.stepId, joinRun: join.id, trainRun: train.id,
    },
    records: telling.records,
  };
}
