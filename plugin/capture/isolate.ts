// Runs in: isolate. What the interceptors on both sides of workflow code share.
import { ActivityFailure, CancelledFailure, ChildWorkflowFailure, defaultPayloadConverter, NexusOperationFailure, type PayloadConverter, TerminatedFailure, TimeoutFailure } from '@temporalio/common';
import { isCancellation, workflowInfo } from '@temporalio/workflow';
import { maybeGetActivator } from '@temporalio/workflow/lib/global-attributes.js';
import { type Failure, failureChain } from './failure-chain.ts';
import type { SinkPayload } from './messages.ts';
import { RETELLING } from './retelling.ts';

/** No fault of ours may reach the workflow. What is lost by it is missing from the record, and sealing will find it. */
export function guarded<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}

/** Sinks are not called during replay: then it is not worth it to put values into words for them. */
export function isLive(): boolean {
  return !workflowInfo().unsafe.isReplaying || isRetold();
}

/** A replay to tell what nobody recorded: no header of it will ever be read, so the sink tells it all. */
export function isRetold(): boolean {
  return workflowInfo().taskQueue.startsWith(RETELLING);
}

/** The workflow's time: the same at every replay. */
export function now(): string {
  return new Date().toISOString();
}

/** A value that the converter can't write is told as such: what it does to the workflow is not ours to say. */
export function payloadOf(value: unknown): SinkPayload {
  const activator = maybeGetActivator();
  const random = activator?.random;
  try {
    // A converter of the user's may draw random numbers: those of the workflow are not to be used up by us.
    if (activator) activator.random = Object.assign(() => 0.5, random);
    const converter: PayloadConverter = activator?.payloadConverter ?? defaultPayloadConverter;
    const payload = converter.toPayload(value);
    return { encoding: String.fromCharCode(...(payload?.metadata?.encoding ?? [])), data: payload?.data ?? new Uint8Array() };
  } catch {
    return { encoding: 'unwritable', data: new Uint8Array() };
  } finally {
    if (activator && random) activator.random = random;
  }
}

/**
 * Sees what the SDK resolves a call with, in the moment it does. A handler on the call's own promise would do that too, but it
 * would also make a rejection count as handled which the workflow does not handle, and any other promise would come a tick later.
 */
export function onCompletion(
  of: 'activity' | 'childWorkflowStart' | 'childWorkflowComplete' | 'timer' | 'nexusOperationStart' | 'nexusOperationComplete',
  seq: number,
  resolved: (value: unknown) => void,
  rejected?: (error: unknown) => void,
): void {
  const completion = maybeGetActivator()?.completions?.[of]?.get(seq) as { resolve(value: unknown): unknown; reject(error: unknown): unknown } | undefined;
  if (!completion) return;
  const { resolve, reject } = completion;
  completion.resolve = (value) => {
    guarded(() => resolved(value));
    return resolve(value);
  };
  if (!rejected) return;
  completion.reject = (error) => {
    guarded(() => rejected(error));
    return reject(error);
  };
}

/** How a step or a child ended, by the failure that the workflow is given. */
export function endOf(error: unknown): { outcome: 'failed' | 'cancelled' | 'timed-out' | 'terminated'; retryState?: string; failures: Failure[] } {
  const isWrapped = error instanceof ActivityFailure || error instanceof ChildWorkflowFailure || error instanceof NexusOperationFailure;
  const cause = isWrapped ? error.cause : error;
  const outcome = cause instanceof CancelledFailure ? 'cancelled' : cause instanceof TimeoutFailure ? 'timed-out' : cause instanceof TerminatedFailure ? 'terminated' : 'failed';
  const retryState = error instanceof ActivityFailure || error instanceof ChildWorkflowFailure ? error.retryState : undefined;
  return { outcome, ...(retryState && { retryState }), failures: cause ? failureChain(cause) : [] };
}

/** How a run, or an update, ended that threw. */
export function failureOf(error: unknown): { outcome: 'failed' | 'cancelled'; failures: Failure[] } {
  return { outcome: isCancellation(error) ? 'cancelled' : 'failed', failures: failureChain(error) };
}
