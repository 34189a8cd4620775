// Runs in: isolate, worker. What the isolate tells the worker through the sink. Types only.
import type { Sinks } from '@temporalio/workflow';
import type { Failure } from './failure-chain.ts';
import type { Links } from './flow.ts';
import type { CallHeader, Link } from './header.ts';

/** A payload as it crosses from the isolate: bytes are ours alone, made for this message. */
export interface SinkPayload {
  encoding: string;
  data: Uint8Array;
}

/** The kinds of step that workflow code schedules. Of timers only those are told that something followed. */
export type ScheduledKind = 'activity' | 'local' | 'nexus' | 'timer';

export interface RunStartedMessage {
  workflowType: string;
  taskQueue: string;
  attempt: number;
  /** ISO 8601, the server's. */
  startedAt: string;
  firstRunId: string;
  continuedFrom?: string;
  cronSchedule?: string;
  /** The schedule that started it. */
  scheduledBy?: string;
  /** Whether the run before ended well, so that the last result is its result. */
  lastSucceeded?: boolean;
  parent?: { namespace: string; workflowId: string; runId: string };
  /** What its caller says of it: what the input is made of, in terms of the parent, or of the run `previous`. */
  header?: CallHeader;
}

/** What a run was given beside its input. */
export interface GivenPayloads {
  memo?: SinkPayload;
  lastResult?: SinkPayload;
}

/** This run is the copy of another up to some point, and goes on from there on its own. */
export interface RunResetMessage extends RunStartedMessage {
  /** The run that was reset, where it is known: after a second reset it is not. */
  base?: string;
  /** Sources that it has from before; `1` where the base may not have been the one that made it. */
  past: [source: string, uncertain?: 1][];
}

export interface StepScheduledMessage extends Links {
  kind: ScheduledKind;
  id: string;
  occurrence: number;
  /** Of a Nexus operation: ENDPOINT/SERVICE/OPERATION; of a timer, nothing. */
  activityType?: string;
  taskQueue?: string;
  /** ISO 8601, the workflow's time. */
  at: string;
  /** Of a timer, in milliseconds; and when it fired, by the workflow's time. */
  durationMs?: number;
  firedAt?: string;
  /** Sources that had just come in when it was scheduled, where links don't tell why it was. */
  followed?: string[];
  /** Set when not all of that is in its header: nothing else tells it. */
  alone?: true;
}

export interface StepFailedMessage {
  kind: ScheduledKind;
  id: string;
  occurrence: number;
  at: string;
  outcome: 'failed' | 'cancelled' | 'timed-out' | 'terminated';
  /** Why it is not tried again, in Temporal's words. */
  retryState?: string;
  /** What the workflow is told, outermost first. */
  failures: Failure[];
}

/** How a child ended that did not complete, as its parent learns of it. */
export interface ChildFailedMessage {
  at: string;
  child: { workflowId: string; runId: string };
  outcome: 'failed' | 'cancelled' | 'timed-out' | 'terminated';
  failures: Failure[];
}

/** What was handed to another run, where the header could not tell it all. */
export interface HandedOnMessage {
  at: string;
  links: Link[];
  /** Where its memo came from, if no header tells. */
  memo?: Link[];
  /** The child; without one, the run that continues this one. */
  child?: { workflowId: string; runId: string };
  /** The run that continues this one: only history knows its id. */
  next?: { workflowId: string; runId: string };
}

/** A signal or an update has come in. */
export interface MessageReceivedMessage {
  kind: 'signal' | 'update';
  name: string;
  /** Of a signal, which of its name in this run, from 1; of an update, its id. */
  id: string;
  at: string;
  /** An update that its validator has turned away leaves nothing in history. */
  rejected?: Failure[];
  header?: CallHeader;
}

/** An update is over. */
export interface UpdateAnsweredMessage {
  id: string;
  name: string;
  at: string;
  outcome: 'completed' | 'failed' | 'cancelled';
  links: Link[];
  followed?: string[];
  /** Outermost first. */
  failures?: Failure[];
}

export interface RunClosedMessage {
  outcome: 'completed' | 'failed' | 'cancelled' | 'continued-as-new';
  /** ISO 8601, the workflow's time. */
  at: string;
  links: Link[];
  /** Outermost first. */
  failures?: Failure[];
  /** Sources that had just come in, where links don't tell what the result is made of. */
  followed?: string[];
  /** Where this run goes on from others: the first run of its chain, whose starter waits for this one's result. */
  firstRunId?: string;
}

/** Messages are JSON text, since a sink's arguments are not copied at call time. */
export interface ProvenanceSinks extends Sinks {
  provenance: {
    runStarted(message: string, input: SinkPayload[], given: GivenPayloads): void;
    runReset(message: string): void;
    messageReceived(message: string, args: SinkPayload[]): void;
    updateAnswered(message: string, result: SinkPayload[]): void;
    queryAnswered(message: string): void;
    stepScheduled(message: string): void;
    stepFailed(message: string): void;
    childFailed(message: string): void;
    handedOn(message: string): void;
    runClosed(message: string, result: SinkPayload[]): void;
  };
}
