// Runs in: isolate, tests. The corpus' activities as workflows call them.
import { proxyActivities, proxyLocalActivities } from '@temporalio/workflow';
import type * as activities from '../activities.ts';

const options = { startToCloseTimeout: '60s', retry: { initialInterval: '50ms', maximumAttempts: 3 } } as const;

export const steps = proxyActivities<typeof activities>(options);
export const local = proxyLocalActivities<typeof activities>(options);
/** A step that is named by its own id in labels, for where the order of scheduling is not the same each time. */
export const named = (activityId: string) => proxyActivities<typeof activities>({ ...options, activityId });
