// Runs in: isolate, worker, client. The one header that travels with a call: which values its arguments hold.
import { type Headers, defaultPayloadConverter } from '@temporalio/common';
import type { StepKind } from '../model/id.ts';

export const HEADER = '__provenance';
/** Headers are in history: this much of each is ours at most. What does not fit is told by the sink alone. */
const LARGEST = 4_096;

/**
 * Where a part of a value came from: `[path in the value, source, path in that source, marks]`.
 *
 * A source names a value in terms of the run that made the link, its parts percent-encoded: `input`, `memo`, `last-result`,
 * `activity|local|nexus/ID/OCCURRENCE` (the step's result), `signal/NAME/NUMBER`, `update/ID`, `run/WORKFLOW_ID/RUN_ID` (a child's
 * result). With `~` before it, the run has it from before it was reset: another run made it.
 *
 * Marks: 1, known by equality only, or changed since it came; 2, elements of the one list went into the other, it is not said which.
 */
export type Link = [toPath: string, source: string, fromPath: string, marks?: 1 | 2 | 3];

/** The step in which a client's call was made, or the Nexus operation that is asked for. */
export interface CallingStep {
  namespace: string;
  workflowId: string;
  runId: string;
  kind: StepKind;
  id: string;
  occurrence: number;
}

export interface CallHeader {
  v: 1;
  /** The run that wrote this: a reset's new run takes over what the old one has scheduled, headers included. */
  run?: string;
  /** With `run`: the workflow that sends a signal. */
  workflow?: string;
  /** Which use of its activity id within the run this is, from 1. */
  occurrence?: number;
  /** The client that started a run, or sent it a signal or an update. */
  client?: string;
  /** The person or service that had the client do it, or had a schedule made. */
  actor?: string;
  /** In the place of `actor`, where the name must not be in history in clear. */
  actorDigest?: string;
  links?: Link[];
  /** Where the memo of a run came from. */
  memo?: Link[];
  /** The run before that continued as this one: the links are in its terms, not in the parent's. */
  previous?: string;
  step?: CallingStep;
  /** Set when the links are not all there: they did not fit, or there was too much to look at. */
  more?: true;
  /** Set when there are texts or numbers outside of all links. */
  loose?: true;
  /** Sources that had just come in when it was scheduled, where links don't tell why it was. */
  followed?: string[];
}

/** The call's headers with ours added; `more` tells that the links did not fit. */
export function withHeader(headers: Headers, content: Omit<CallHeader, 'v'>): { headers: Headers; more: boolean } {
  const payload = defaultPayloadConverter.toPayload({ v: 1, ...content });
  if ((payload.data?.byteLength ?? 0) <= LARGEST) return { headers: { ...headers, [HEADER]: payload }, more: content.more ?? false };
  const { links: _, memo: __, followed: ___, ...rest } = content;
  return { headers: { ...headers, [HEADER]: defaultPayloadConverter.toPayload({ v: 1, ...rest, more: true }) }, more: true };
}

/** Our header of a call; undefined when the caller has none, or one that we can't read. */
export function readHeader(headers: Headers): CallHeader | undefined {
  const payload = headers[HEADER];
  if (!payload) return undefined;
  try {
    return versioned(defaultPayloadConverter.fromPayload<CallHeader>(payload));
  } catch {
    return undefined;
  }
}

/** Nexus headers are plain text, in ASCII. */
export function withNexusHeader(headers: Record<string, string>, step: CallingStep): Record<string, string> {
  return { ...headers, [HEADER]: encodeURIComponent(JSON.stringify({ v: 1, step } satisfies CallHeader)) };
}

export function readNexusHeader(headers: Record<string, string>): CallingStep | undefined {
  try {
    return versioned(JSON.parse(decodeURIComponent(headers[HEADER] ?? '')) as CallHeader)?.step;
  } catch {
    return undefined;
  }
}

/** What `header` says that the step followed; nothing in a run that has it from before it was reset: the run before tells it. */
export function followedIn(header: CallHeader | undefined, runId: string): string[] {
  return header?.run === undefined || header.run === runId ? (header?.followed ?? []) : [];
}

function versioned(header: CallHeader | undefined): CallHeader | undefined {
  return header?.v === 1 ? header : undefined;
}
