// Runs in: server. How metrics went, and the run before one.
import type { MetricHistory, MetricPoint, MetricSeries, RunBefore } from '../../../../plugin/graph/answers.ts';
import { integer, list, nullable, object, Schema, text, time } from '../schema.ts';
import { comparedPartSchema } from './node.ts';
import { runSchema } from './versions.ts';

const metricPointSchema = object<MetricPoint>({
  id: text().about("The version's id, or the step's"),
  name: text().about("The version, or the workflow id of the step's run"),
  at: time(),
  value: new Schema<number>({ type: 'number' }),
}, 'MetricPoint');

const metricSeriesSchema = object<MetricSeries>({
  activity: nullable(text()).about('Which activity measured it; null for a number among the statistics that a version states of itself'),
  metric: text(),
  points: list(metricPointSchema).about('Oldest first'),
}, 'MetricSeries');

export const metricHistorySchema = object<MetricHistory>({
  series: list(metricSeriesSchema),
  most: integer().about('So many versions or steps were looked at: the one that was asked about, those before it, and at most half as many after it'),
}, 'MetricHistory');

export const runBeforeSchema = object<RunBefore>({
  before: nullable(runSchema).about('Null where there is none'),
  parts: list(comparedPartSchema).about('Its code and environment, and how those of the run differ from them'),
}, 'RunBefore');
