// Runs in: worker. Takes the isolate's messages and records them before the workflow task is reported.
import type { InjectedSinks } from '@temporalio/worker';
import type { WorkflowInfo } from '@temporalio/workflow';
import type { RunKey } from '../model/id.ts';
import { decode, type Decoded } from '../model/value.ts';
import type {
  HandedOnMessage, ProvenanceSinks, RunClosedMessage, RunStartedMessage, SinkPayload, StepFailedMessage, StepScheduledMessage,
} from './messages.ts';
import type { Recorder } from './recorder.ts';
import { handedOn, runClosed, runStarted, stepFailed, stepScheduled } from './run-records.ts';

// Never during replay: what was recorded live once would be recorded at each one.
const live = { callDuringReplay: false };

export function provenanceSinks(recorder: Recorder): InjectedSinks<ProvenanceSinks> {
  return {
    provenance: {
      runStarted: {
        ...live,
        fn: (info, message, input) =>
          recorder.record('sink', () => runStarted(recorder, keyOf(info), JSON.parse(message) as RunStartedMessage, input.map(decoded))),
      },
      stepScheduled: {
        ...live,
        fn: (info, message) => recorder.record('sink', () => stepScheduled(keyOf(info), JSON.parse(message) as StepScheduledMessage)),
      },
      stepFailed: {
        ...live,
        fn: (info, message) => recorder.record('sink', () => stepFailed(keyOf(info), JSON.parse(message) as StepFailedMessage)),
      },
      handedOn: {
        ...live,
        fn: (info, message) => recorder.record('sink', () => handedOn(keyOf(info), JSON.parse(message) as HandedOnMessage)),
      },
      runClosed: {
        ...live,
        fn: (info, message, result) =>
          recorder.record('sink', () => runClosed(recorder, keyOf(info), JSON.parse(message) as RunClosedMessage, result.map(decoded))),
      },
    },
  };
}

/** For replays, which record nothing. */
export const silentSinks: InjectedSinks<ProvenanceSinks> = {
  provenance: {
    runStarted: { fn: () => undefined }, stepScheduled: { fn: () => undefined }, stepFailed: { fn: () => undefined },
    handedOn: { fn: () => undefined }, runClosed: { fn: () => undefined },
  },
};

function keyOf({ namespace, workflowId, runId }: WorkflowInfo): RunKey {
  return { namespace, workflowId, runId };
}

function decoded({ encoding, data }: SinkPayload): Decoded {
  return decode({ metadata: { encoding: Buffer.from(encoding) }, data });
}
