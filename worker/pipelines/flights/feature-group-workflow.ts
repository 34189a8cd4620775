// Runs in: isolate. Child workflow: one group of features, from history to Parquet.
import { proxyActivities } from '@temporalio/workflow';
import type * as activities from '../activities.ts';
import { DATA_STEP } from './activity-options.ts';
import type { FeatureGroupInput, FeatureGroupResult } from './messages.ts';

const { summariseHistory, buildFeatures } = proxyActivities<typeof activities>(DATA_STEP);

/** First what was known before the examples' period, then the features of each example. */
export async function buildFeatureGroup(input: FeatureGroupInput): Promise<FeatureGroupResult> {
  const { group, clean, examples, historyUntil, outDir } = input;
  const history = await summariseHistory({ group, clean, until: historyUntil, outDir });
  const features = await buildFeatures({ group, examples, history, outDir });
  return { group, features, history };
}
