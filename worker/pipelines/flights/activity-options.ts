// Runs in: isolate. Timeouts and retries of the flight pipelines.
import type { ActivityOptions } from '@temporalio/workflow';

const retry = { initialInterval: '200ms', backoffCoefficient: 2, maximumInterval: '10s', maximumAttempts: 5 } as const;

/** For scans and small files: seconds of work. */
export const DATA_STEP: ActivityOptions = {
  startToCloseTimeout: '2 minutes',
  heartbeatTimeout: '30 seconds',
  retry,
};

/** For growing the forest: minutes with larger settings, a heartbeat after each tree. */
export const TRAINING_STEP: ActivityOptions = {
  startToCloseTimeout: '15 minutes',
  heartbeatTimeout: '30 seconds',
  retry,
};
