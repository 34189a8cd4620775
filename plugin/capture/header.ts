// Runs in: isolate, worker. The one header that travels with a call: which values its arguments hold.
import { type Headers, defaultPayloadConverter } from '@temporalio/common';

export const HEADER = '__provenance';
/** Headers are in history: this much of each is ours at most. What does not fit is in the sink's record alone. */
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
  /** Set when the links are in terms of the run before (continue-as-new), not of the parent. */
  previous?: true;
  /** Set when the links did not fit. */
  more?: true;
}

/** The call's headers with ours added. */
export function withHeader(headers: Headers, content: Omit<CallHeader, 'v'>): Headers {
  let payload = defaultPayloadConverter.toPayload({ v: 1, ...content });
  if ((payload.data?.byteLength ?? 0) > LARGEST) {
    const { links: _, ...rest } = content;
    payload = defaultPayloadConverter.toPayload({ v: 1, ...rest, more: true });
  }
  return { ...headers, [HEADER]: payload };
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
