// Runs in: worker. Watches one attempt of an activity: what it was given, what it did, how it ended.
import { CompleteAsyncError, type Context } from '@temporalio/activity';
import { CancelledFailure } from '@temporalio/common';
import type { ActivityExecuteInput, ActivityInterceptorsFactory } from '@temporalio/worker';
import type { Decoded } from '../model/value.ts';
import { type AttemptEnd, attemptEnded, attemptKeys, attemptStarted } from './attempt-records.ts';
import { Declarations, declareInto } from './declarations.ts';
import { readHeader } from './header.ts';
import type { Recorder } from './recorder.ts';

export function activityInterceptor(recorder: Recorder): ActivityInterceptorsFactory {
  return (context: Context) => ({
    inbound: {
      async execute(input, next) {
        const declared = new Declarations();
        const watch = watchAttempt(recorder, context, input, declared);
        let value: unknown;
        try {
          value = await declareInto(declared, () => next(input));
        } catch (error) {
          await watch?.ended(endOf(error));
          throw error;
        }
        await watch?.ended({ outcome: 'completed' }, { value });
        return value;
      },
    },
  });
}

/** Records the start, and hands out what records the end. Undefined when not even the start could be understood. */
function watchAttempt(recorder: Recorder, { info }: Context, { headers, args }: ActivityExecuteInput, declared: Declarations) {
  try {
    const startedAt = new Date();
    const header = readHeader(headers);
    const keys = attemptKeys(info, header);
    // Decoded at once: the activity may change its arguments.
    const given = decodedAll(recorder, args);
    // Not waited for: it is on disk in a moment, and the end record is waited for.
    const started = recorder.record('interceptor', () => attemptStarted(recorder, keys, info, header, given, startedAt));
    return {
      async ended(end: Pick<AttemptEnd, 'outcome' | 'failure'>, result?: { value: unknown }): Promise<void> {
        const endedAt = new Date();
        await recorder.record('interceptor', () => {
          const decoded = result && decodedAll(recorder, [result.value])[0];
          return attemptEnded(recorder, keys, header, given, { ...end, startedAt, endedAt, ...(decoded && { result: decoded }) }, declared);
        });
        await started;
      },
    };
  } catch (error) {
    recorder.lost(error);
    return undefined;
  }
}

function endOf(error: unknown): Pick<AttemptEnd, 'outcome' | 'failure'> {
  if (error instanceof CompleteAsyncError) return { outcome: 'async' };
  const { name, message, stack } = error instanceof Error ? error : new Error(String(error));
  const type = error instanceof Error && 'type' in error && typeof error.type === 'string' ? error.type : name;
  const cancelled = error instanceof CancelledFailure || name === 'AbortError';
  return { outcome: cancelled ? 'cancelled' : 'failed', failure: { type, message, ...(stack !== undefined && { stack }) } };
}

/** What the converter can't write will fail the activity on its own; to us it is a value of which nothing is known. */
function decodedAll(recorder: Recorder, values: unknown[]): Decoded[] {
  return values.map((value) => {
    try {
      return recorder.privacy.decode(value);
    } catch {
      return { encoding: 'unknown', bytes: new Uint8Array() };
    }
  });
}
