// Runs in: isolate, worker. What the isolate tells the worker through the sink. Types only.
import type { Sinks } from '@temporalio/workflow';
import type { Links } from './flow.ts';
import type { Link } from './header.ts';

/** A payload as it crosses from the isolate: bytes are ours alone, made for this message. */
export interface SinkPayload {
  encoding: string;
  data: Uint8Array;
}

export interface RunStartedMessage {
  workflowType: string;
  taskQueue: string;
  attempt: number;
  /** ISO 8601, the server's. */
  startedAt: string;
  firstRunId: string;
  continuedFrom?: string;
  parent?: { namespace: string; workflowId: string; runId: string };
  client?: string;
  /** What the input is made of, in terms of the parent, or of the run `previous`. */
  links: Link[];
  previous?: string;
  /** Set when the caller's header could not hold all links. */
  more?: true;
}

export interface StepScheduledMessage extends Links {
  kind: 'activity' | 'local';
  id: string;
  occurrence: number;
  activityType: string;
  taskQueue: string;
  /** ISO 8601, the workflow's time. */
  at: string;
}

export interface StepFailedMessage {
  kind: 'activity' | 'local';
  id: string;
  occurrence: number;
  at: string;
  outcome: 'failed' | 'cancelled' | 'timed-out';
}

/** What was handed to another run, where the header could not tell it all. */
export interface HandedOnMessage {
  at: string;
  links: Link[];
  /** The child; without one, the run that continues this one, whose id is not known yet. */
  child?: { workflowId: string; runId: string };
}

export interface RunClosedMessage {
  outcome: 'completed' | 'failed' | 'cancelled' | 'continued-as-new';
  /** ISO 8601, the workflow's time. */
  at: string;
  links: Link[];
  failure?: { type: string; message: string; stack?: string };
  /** Where this run goes on from others: the first run of its chain, whose starter waits for this one's result. */
  firstRunId?: string;
}

/** Messages are JSON text, since a sink's arguments are not copied at call time. */
export interface ProvenanceSinks extends Sinks {
  provenance: {
    runStarted(message: string, input: SinkPayload[]): void;
    stepScheduled(message: string): void;
    stepFailed(message: string): void;
    handedOn(message: string): void;
    runClosed(message: string, result: SinkPayload[]): void;
  };
}
