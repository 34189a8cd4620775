// Runs in: isolate. One activity with the options that a test gives it, and how it ended.
import { type ActivityCancellationType, ActivityFailure, type ActivityOptions, CancellationScope, isCancellation, proxyActivities, sleep } from '@temporalio/workflow';

interface Call {
  activity: string;
  args?: unknown[];
  options: ActivityOptions;
  /** Cancels the call after this long. */
  cancelAfterMs?: number;
  cancellationType?: ActivityCancellationType;
}

export async function callsOne({ activity, args = [], options, cancelAfterMs, cancellationType }: Call): Promise<unknown> {
  const call = proxyActivities({ ...options, ...(cancellationType && { cancellationType }) })[activity]!;
  try {
    return await CancellationScope.cancellable(async () => {
      const scope = CancellationScope.current();
      if (cancelAfterMs !== undefined) void CancellationScope.nonCancellable(() => sleep(cancelAfterMs).then(() => scope.cancel()));
      return await call(...args);
    });
  } catch (error) {
    if (isCancellation(error)) return 'cancelled';
    if (error instanceof ActivityFailure) return { failed: error.cause?.name };
    throw error;
  }
}
