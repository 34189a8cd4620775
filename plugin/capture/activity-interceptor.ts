// Runs in: worker. Watches one attempt of an activity: what it was given, what it did, how it ended.
import { CompleteAsyncError, type Context } from '@temporalio/activity';
import { CancelledFailure } from '@temporalio/common';
import type { ActivityExecuteInput, ActivityInterceptorsFactory } from '@temporalio/worker';
import { recordLog, watchLog } from './attempt-log.ts';
import { type AttemptEnd, attemptEnded, attemptGap, type AttemptKeys, attemptKeys, attemptStarted } from './attempt-records.ts';
import { recordBatches } from './batch-records.ts';
import { Declarations, declareInto } from './declarations.ts';
import { failureChain } from './failure-chain.ts';
import { type CallHeader, readHeader } from './header.ts';
import { watchHeartbeats } from './heartbeats.ts';
import { recordPreviews } from './previews.ts';
import type { Content, Recorder } from './recorder.ts';
import { Stopwatch } from './stopwatch.ts';

/** An attempt that was killed sooner than this has left no start of ours; Temporal's history has it. */
const SHORT_MS = 20;

export function activityInterceptor(recorder: Recorder): ActivityInterceptorsFactory {
  return (context: Context) => ({
    inbound: {
      async execute(input, next) {
        const call = callOf(recorder, context, input);
        const declared = new Declarations(call?.keys.stepKey, recorder.artifacts.recognise);
        const watch = call && watchAttempt(recorder, context, input, call, declared);
        const tooLate = (helper: string) => recorder.tooLate(helper, context.info);
        let value: unknown;
        try {
          value = await declareInto(declared, () => next(input));
        } catch (error) {
          declared.end(tooLate);
          // It fails for its own reason, whatever becomes of its record.
          await watch?.ended(() => endOf(error)).catch(() => undefined);
          throw error;
        }
        declared.end(tooLate);
        await watch?.ended(() => ({ outcome: 'completed' }), { value });
        return value;
      },
    },
  });
}

/** What the attempt is called, and what its caller says of it. */
interface Call {
  header: CallHeader | undefined;
  keys: AttemptKeys;
}

function callOf(recorder: Recorder, { info }: Context, { headers }: ActivityExecuteInput): Call | undefined {
  try {
    const header = readHeader(headers);
    return { header, keys: attemptKeys(info, header) };
  } catch (error) {
    recorder.lost(error);
    return undefined;
  }
}

/** Records the start, and hands out what records the end. Undefined when not even the start could be understood. */
function watchAttempt(recorder: Recorder, context: Context, { args }: ActivityExecuteInput, { header, keys }: Call, declared: Declarations) {
  try {
    const { info } = context;
    const stopwatch = new Stopwatch();
    const { startedAt } = stopwatch;
    // Decoded at once: the activity may change its arguments.
    const given = args.map((value) => recorder.privacy.decodedOrGap(value));
    const left = info.heartbeatDetails === undefined || info.heartbeatDetails === null ? undefined : recorder.privacy.decodedOrGap(info.heartbeatDetails);
    const heartbeats = watchHeartbeats(context, (value) => recorder.privacy.decode(value));
    const log = watchLog(recorder, context);
    // Soon, and not waited for: of a short attempt start and end are one record, which costs half as much.
    let started: Promise<void> | undefined;
    const start = () => attemptStarted(recorder, keys, info, header, given, startedAt, left);
    const soon = setTimeout(() => (started = recorder.record('interceptor', start)), SHORT_MS);
    soon.unref();
    return {
      async ended(tell: () => Pick<AttemptEnd, 'outcome' | 'failures'>, result?: { value: unknown }): Promise<void> {
        const times = { startedAt, endedAt: stopwatch.now() };
        clearTimeout(soon);
        const whole = (end: Content) => (started ? end : both(start(), end));
        const end = () => attemptEnded(recorder, keys, info, header, given, { ...times, ...told(recorder, tell(), result), heartbeats, cancelReasons: cancelReasons(context) }, declared);
        const more = () => Promise.all([
          started, recordBatches(recorder, declared, times.endedAt), recordPreviews(recorder, info.activityType, declared.previews, times.endedAt),
          recordLog(recorder, keys, context, log, times.endedAt),
        ]);
        // What is recorded last is in the graph last.
        if (recorder.durability === 'graph') await more();
        await recorder.recordAttempt(
          () => whole(end()),
          // What is left when something about it can't be told: that it ended, and why no more is known.
          (gap) => {
            const known = attemptGap(keys, times, result ? 'completed' : 'failed', gap);
            try {
              return whole(known);
            } catch {
              return known;
            }
          },
          context.cancellationSignal,
        );
        if (recorder.durability !== 'graph') await more();
      },
    };
  } catch (error) {
    recorder.lost(error);
    return undefined;
  }
}

function both(start: Content, end: Content): Content {
  return { at: end.at, nodes: [...start.nodes.map((node) => ({ ...node, at: start.at })), ...end.nodes], edges: [...start.edges, ...end.edges] };
}

function endOf(error: unknown): Pick<AttemptEnd, 'outcome' | 'failures'> {
  if (error instanceof CompleteAsyncError) return { outcome: 'async' };
  const cancelled = error instanceof CancelledFailure || (error instanceof Error && error.name === 'AbortError');
  return { outcome: cancelled ? 'cancelled' : 'failed', failures: failureChain(error) };
}

const REASONS = ['cancelRequested', 'notFound', 'paused', 'reset', 'timedOut', 'workerShutdown'] as const;

/** Why the attempt was asked to stop, if it was. */
function cancelReasons({ cancellationDetails }: Context): string[] {
  return REASONS.filter((reason) => cancellationDetails?.[reason] === true);
}

/** A result that the converter can't write fails the activity, after we have seen it complete. */
function told(recorder: Recorder, end: Pick<AttemptEnd, 'outcome' | 'failures'>, result: { value: unknown } | undefined): Pick<AttemptEnd, 'outcome' | 'failures' | 'result'> {
  if (!result) return end;
  try {
    return { ...end, result: recorder.privacy.decode(result.value) };
  } catch (error) {
    return endOf(error);
  }
}
