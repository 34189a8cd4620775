// Runs in: isolate. Scores a batch of flights that have just left with one registered model.
import { proxyActivities, workflowInfo } from '@temporalio/workflow';
import type * as activities from '../activities.ts';
import { DATA_STEP } from './activity-options.ts';
import type { PredictDelaysInput, PredictDelaysResult } from './messages.ts';

const { pickBatch, scoreBatch } = proxyActivities<typeof activities>(DATA_STEP);

export async function predictDelays(input: PredictDelaysInput): Promise<PredictDelaysResult> {
  const { model, outDir } = input;
  const batch = await pickBatch({ source: input.batch, outDir });
  const { predictions, collection } = await scoreBatch({
    model,
    batch,
    batchId: workflowInfo().runId,
    outDir,
  });
  return { model, batch: batch.reference, predictions, collection };
}
