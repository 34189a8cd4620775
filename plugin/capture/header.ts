// Runs in: isolate, worker. The one header that travels with a call: which values its arguments hold.
import { type Headers, defaultPayloadConverter } from '@temporalio/common';

export const HEADER = '__provenance';
/** Headers are in history: this much of each is ours at most. What does not fit is told by the sink alone. */
const LARGEST = 4_096;

/**
 * Where a part of the arguments came from: `[path in the arguments, source, path in that source]`.
 * A source is `input` (what the run took in), or KIND/ID/OCCURRENCE of a step, or `run/WORKFLOW_ID/RUN_ID` of a child,
 * its parts percent-encoded; all within the run that calls.
 */
export type Link = [toPath: string, source: string, fromPath: string];

export interface CallHeader {
  v: 1;
  /** Which use of its activity id within the run this is, from 1. */
  occurrence?: number;
  /** The client that started a run. */
  client?: string;
  links?: Link[];
  /** The run before that continued as this one: the links are in its terms, not in the parent's. */
  previous?: string;
  /** Set when the links are not all there: they did not fit, or there was too much to look at. */
  more?: true;
}

/** The call's headers with ours added; `more` tells that the links did not fit. */
export function withHeader(headers: Headers, content: Omit<CallHeader, 'v'>): { headers: Headers; more: boolean } {
  const payload = defaultPayloadConverter.toPayload({ v: 1, ...content });
  if ((payload.data?.byteLength ?? 0) <= LARGEST) return { headers: { ...headers, [HEADER]: payload }, more: content.more ?? false };
  const { links: _, ...rest } = content;
  return { headers: { ...headers, [HEADER]: defaultPayloadConverter.toPayload({ v: 1, ...rest, more: true }) }, more: true };
}

/** Our header of a call; undefined when the caller has none, or one that we can't read. */
export function readHeader(headers: Headers): CallHeader | undefined {
  const payload = headers[HEADER];
  if (!payload) return undefined;
  try {
    const header = defaultPayloadConverter.fromPayload<CallHeader>(payload);
    return header?.v === 1 ? header : undefined;
  } catch {
    return undefined;
  }
}
