// Runs in: worker. Activities that end in each way an attempt can end.
import { activityInfo, CompleteAsyncError, Context, heartbeat, sleep } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import { lineage } from 'temporal-provenance/activity';

/** Task tokens of attempts that wait for a client, by key. */
export const waiting = new Map<string, Uint8Array>();
/** Keys of which `untilReset` has had its first try. */
export const begun = new Set<string>();

export async function hang(): Promise<never> {
  return Context.current().cancelled;
}

export async function hangBeating(): Promise<never> {
  for (;;) {
    heartbeat({ still: 'here' });
    await sleep(50);
  }
}

/** Leaves its progress to the next attempt, then fails for a reason that has one of its own. */
export async function resumes(): Promise<{ from: unknown }> {
  const { attempt, heartbeatDetails } = activityInfo();
  lineage.used({ kind: 'dataset', uri: 's3://resumed/in', version: `attempt-${attempt}` });
  if (attempt > 1) return { from: heartbeatDetails };
  heartbeat({ done: 1, token: 'planted-secret' });
  heartbeat({ done: 2, token: 'planted-secret' });
  const cause = new Error('connect postgres://me:s3cret@db/x', { cause: new RangeError('port') });
  throw ApplicationFailure.create({ message: 'no database', type: 'Away', cause, nextRetryDelay: '100ms' });
}

export async function completesLater(key: string): Promise<{ by: string }> {
  lineage.used({ kind: 'dataset', uri: 's3://async/in', version: key });
  waiting.set(key, activityInfo().taskToken);
  throw new CompleteAsyncError();
}

/** Its first try fails, and is tried again once it is reset; that try makes the same version again. */
export async function untilReset(key: string): Promise<{ made: string }> {
  const version = begun.has(key) ? 'second' : 'first';
  lineage.used({ kind: 'dataset', uri: `s3://reset/${key}`, version });
  lineage.generated({ kind: 'dataset', uri: `s3://reset-out/${key}`, version: 'v1' });
  if (version === 'second') return { made: version };
  begun.add(key);
  throw ApplicationFailure.retryable('not yet', 'NotYet');
}
