// Runs in: worker. Watches one attempt of an activity: what it was given, what it did, how it ended.
import { CompleteAsyncError, type Context } from '@temporalio/activity';
import { CancelledFailure } from '@temporalio/common';
import type { ActivityInterceptorsFactory } from '@temporalio/worker';
import type { Decoded } from '../model/value.ts';
import { type AttemptEnd, attemptEnded, attemptKeys, attemptStarted } from './attempt-records.ts';
import { Declarations, declareInto } from './declarations.ts';
import { readHeader } from './header.ts';
import type { Recorder } from './recorder.ts';

export function activityInterceptor(recorder: Recorder): ActivityInterceptorsFactory {
  return (context: Context) => ({
    inbound: {
      async execute(input, next) {
        const startedAt = new Date();
        const header = readHeader(input.headers);
        const keys = attemptKeys(context.info, header);
        const declared = new Declarations();
        // Decoded at once: the activity may change its arguments.
        const given = decodedAll(recorder, input.args);
        // Not waited for: it is on disk in a moment, and the end record is waited for.
        const started = recorder.record('interceptor', () => attemptStarted(recorder, keys, context.info, header, given, startedAt));
        const ended = async (end: Pick<AttemptEnd, 'outcome' | 'failure'>, result?: { value: unknown }) => {
          const endedAt = new Date();
          await recorder.record('interceptor', () => {
            const decoded = result && decodedAll(recorder, [result.value])[0];
            return attemptEnded(recorder, keys, header, given, { ...end, startedAt, endedAt, ...(decoded && { result: decoded }) }, declared);
          });
          await started;
        };
        let value: unknown;
        try {
          value = await declareInto(declared, () => next(input));
        } catch (error) {
          await ended(endOf(error));
          throw error;
        }
        await ended({ outcome: 'completed' }, { value });
        return value;
      },
    },
  });
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
