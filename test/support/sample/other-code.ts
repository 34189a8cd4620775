// Runs in: isolate. The workflow `linear` as it was never run: its first step is another.
import { proxyActivities } from '@temporalio/workflow';
import type * as activities from './activities.ts';

const { transform } = proxyActivities<typeof activities>({ startToCloseTimeout: '2m' });

export async function linear(): Promise<unknown> {
  return transform({ rows: [1] });
}
