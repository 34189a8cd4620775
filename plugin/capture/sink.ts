// Runs in: worker. Takes the isolate's messages and records them before the workflow task is reported.
import type { InjectedSinks } from '@temporalio/worker';
import type { WorkflowInfo } from '@temporalio/workflow';
import { type RunKey, runId } from '../model/id.ts';
import { decode, type Decoded, UNWRITABLE } from '../model/value.ts';
import { messageReceived, queriesAnswered, updateAnswered } from './message-records.ts';
import type {
  ChildFailedMessage, HandedOnMessage, MessageReceivedMessage, ProvenanceSinks, RunClosedMessage, RunResetMessage, RunStartedMessage, SinkPayload, StepFailedMessage,
  StepScheduledMessage, UpdateAnsweredMessage,
} from './messages.ts';
import type { Content, Recorder } from './recorder.ts';
import { RETELLING } from './retelling.ts';
import { runClosed, runReset, runStarted, type Teller } from './run-records.ts';
import { childFailed, handedOn, stepFailed, stepScheduled } from './step-records.ts';

type Calls = ProvenanceSinks['provenance'];

/** Takes what is made of a message. @param soon it is known from elsewhere too */
type Say = (info: WorkflowInfo, make: (teller: Teller, key: RunKey) => Content, soon: boolean) => void | Promise<void>;

export function provenanceSinks(recorder: Recorder): InjectedSinks<ProvenanceSinks> {
  const queries = new QueryCounter(recorder);
  const say: Say = (info, make, soon) => {
    const content = () => make(tellerOf(recorder, info), keyOf(info));
    return soon ? recorder.recordSoon('sink', content) : recorder.record('sink', content);
  };
  // Never during replay: what was recorded live once would be recorded at each one.
  return sinks(say, false, (text) => JSON.parse(text) as unknown, (info, { at }) => recorder.record('sink', () => queriesAnswered(keyOf(info), at, ...queries.next(keyOf(info)))));
}

/**
 * For one replay that tells anew what nobody recorded: see `RETELLING`.
 * @param run the one that is replayed
 * @param taskQueue the one that it ran on: a replay has another
 * @param next the run that continues it
 */
export function retoldSinks(teller: Teller, run: RunKey, taskQueue: string, next: HandedOnMessage['next'], say: (make: () => Content) => void): InjectedSinks<ProvenanceSinks> {
  const read = (text: string) => {
    const message = JSON.parse(text) as { taskQueue?: string };
    return message.taskQueue?.startsWith(RETELLING) ? { ...message, taskQueue } : message;
  };
  const { provenance } = sinks((_, make) => say(() => make(teller, run)), true, read, () => undefined);
  const handed = (text: string) => {
    const message = JSON.parse(text) as HandedOnMessage;
    return handedOn(run, { ...message, ...(next && !message.child && { next }) });
  };
  return { provenance: { ...provenance, handedOn: { callDuringReplay: true, fn: (_, text) => say(() => handed(text)) } } };
}

function sinks(say: Say, callDuringReplay: boolean, read: (text: string) => unknown, query: (info: WorkflowInfo, message: { at: string }) => void | Promise<void>): InjectedSinks<ProvenanceSinks> {
  const told = <Message, Rest extends unknown[]>(make: (teller: Teller, key: RunKey, message: Message, ...rest: Rest) => Content, soon = (_: Message) => false) => ({
    callDuringReplay,
    fn: (info: WorkflowInfo, text: string, ...rest: Rest) => {
      const message = read(text) as Message;
      return say(info, (teller, key) => make(teller, key, message, ...rest), soon(message));
    },
  });
  return {
    provenance: {
      runStarted: told<RunStartedMessage, Parameters<Calls['runStarted']> extends [string, ...infer Rest] ? Rest : never>((teller, key, message, input, { memo, lastResult }) =>
        runStarted(teller, key, message, input.map(decoded), { ...(memo && { memo: decoded(memo) }), ...(lastResult && { lastResult: decoded(lastResult) }) })),
      runReset: told<RunResetMessage, []>(runReset),
      messageReceived: told<MessageReceivedMessage, [SinkPayload[]]>((teller, key, message, args) => messageReceived(teller, key, message, args.map(decoded))),
      updateAnswered: told<UpdateAnsweredMessage, [SinkPayload[]]>((teller, key, message, result) => updateAnswered(teller, key, message, result.map(decoded))),
      queryAnswered: { callDuringReplay: false, fn: (info, text) => query(info, JSON.parse(text) as { at: string }) },
      // What is in an activity's header as well, history keeps: the disk is not worth waiting for.
      stepScheduled: told<StepScheduledMessage, []>((_, key, message) => stepScheduled(key, message), ({ kind, alone }) => kind === 'activity' && !alone),
      stepFailed: told<StepFailedMessage, []>(stepFailed),
      childFailed: told<ChildFailedMessage, []>(childFailed),
      handedOn: told<HandedOnMessage, []>((_, key, message) => handedOn(key, message)),
      runClosed: told<RunClosedMessage, [SinkPayload[]]>((teller, key, message, result) => runClosed(teller, key, message, result.map(decoded))),
    },
  };
}

/** For replays, which record nothing. */
export const silentSinks: InjectedSinks<ProvenanceSinks> = {
  provenance: {
    runStarted: { fn: () => undefined }, runReset: { fn: () => undefined }, messageReceived: { fn: () => undefined }, updateAnswered: { fn: () => undefined },
    queryAnswered: { fn: () => undefined }, stepScheduled: { fn: () => undefined }, stepFailed: { fn: () => undefined }, childFailed: { fn: () => undefined },
    handedOn: { fn: () => undefined }, runClosed: { fn: () => undefined },
  },
};

const MOST_COUNTED = 10_000;

/** Counts by process and run. A counter that was forgotten is never taken up again: another begins, and their counts add up. */
class QueryCounter {
  readonly #process: string;
  #counts = new Map<string, number>();
  #round = 0;

  constructor({ process }: Recorder) {
    this.#process = process.agent.id;
  }

  next(key: RunKey): [counter: string, count: number] {
    if (this.#counts.size >= MOST_COUNTED) {
      this.#counts = new Map();
      this.#round++;
    }
    const run = runId(key);
    const count = (this.#counts.get(run) ?? 0) + 1;
    this.#counts.set(run, count);
    return [`queries/${this.#process}/${this.#round}`, count];
  }
}

function tellerOf({ privacy, artifacts, process }: Recorder, { workflowType }: WorkflowInfo): Teller {
  return { privacy: privacy.forWorkflow(workflowType), artifacts, process };
}

function keyOf({ namespace, workflowId, runId: run }: WorkflowInfo): RunKey {
  return { namespace, workflowId, runId: run };
}

function decoded({ encoding, data }: SinkPayload): Decoded {
  if (encoding === UNWRITABLE.encoding) return UNWRITABLE;
  return decode({ metadata: { encoding: Buffer.from(encoding) }, data });
}
