// Runs in: worker. Watches a handler of Nexus operations: one attempt of the caller's step.
import type { NexusInterceptorsFactory } from '@temporalio/worker';
import { attemptId, stepId, type StepKey } from '../model/id.ts';
import { Declarations, declareInto } from './declarations.ts';
import { readNexusHeader } from './header.ts';
import { nexusAttemptEnded, nexusAttemptStarted, type NexusKeys } from './nexus-records.ts';
import type { Recorder } from './recorder.ts';
import { Stopwatch } from './stopwatch.ts';

export function nexusInterceptor(recorder: Recorder): NexusInterceptorsFactory {
  return () => ({
    inbound: {
      async startOperation(input, next) {
        const keys = keysOf(recorder, input.ctx.headers);
        if (!keys) return next(input);
        const declared = new Declarations(keys.stepKey, recorder.artifacts.recognise);
        const stopwatch = new Stopwatch();
        const { startedAt } = stopwatch;
        const operation = `${input.ctx.service}/${input.ctx.operation}`;
        const given = recorder.privacy.decodedOrGap(input.input);
        const started = recorder.record('interceptor', () => nexusAttemptStarted(recorder, keys, operation, given, startedAt));
        const ended = async (end: Omit<Parameters<typeof nexusAttemptEnded>[2], 'startedAt' | 'endedAt'>) => {
          await recorder.recordAttempt(() => nexusAttemptEnded(recorder, keys, { startedAt, endedAt: stopwatch.now(), ...end }, declared), undefined, input.ctx.abortSignal);
          await started;
        };
        try {
          const output = await declareInto(declared, () => next(input));
          await ended(output.result.isAsync ? { outcome: 'async', token: output.result.token } : { outcome: 'completed', result: recorder.privacy.decodedOrGap(output.result.value) });
          return output;
        } catch (error) {
          await ended({ outcome: 'failed', error }).catch(() => undefined);
          throw error;
        }
      },
    },
  });
}

/** Undefined for a caller that is not watched: which step it is of is then not known. */
function keysOf(recorder: Recorder, headers: Record<string, string>): NexusKeys | undefined {
  try {
    const caller = readNexusHeader(headers);
    if (!caller) return undefined;
    const { kind, id, occurrence, ...run } = caller;
    const stepKey: StepKey = { run, kind, id, occurrence };
    // A request has no number: its time tells it from the others.
    return { stepKey, step: { label: 'Step', id: stepId(stepKey) }, attempt: { label: 'Attempt', id: attemptId(stepKey, 0, Date.now()) } };
  } catch (error) {
    recorder.lost(error);
    return undefined;
  }
}
