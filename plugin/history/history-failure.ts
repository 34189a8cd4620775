// Runs in: worker, CLI. What the event history says of an activity's failure, in the words that the workflow's side uses.
import { decodeRetryState, defaultFailureConverter, defaultPayloadConverter } from '@temporalio/common';
import type { temporal } from '@temporalio/proto';
import { type Failure, failureChain } from '../capture/failure-chain.ts';
import type { StepFailedMessage } from '../capture/messages.ts';

type Event = temporal.api.history.v1.IHistoryEvent;

/** Undefined for events that tell of no failure of an activity. */
export function failureOfActivity(event: Event): Pick<StepFailedMessage, 'outcome' | 'retryState' | 'failures'> | undefined {
  const failed = event.activityTaskFailedEventAttributes;
  const timedOut = event.activityTaskTimedOutEventAttributes;
  const closed = failed ?? timedOut;
  if (closed) {
    const retryState = decodeRetryState(closed.retryState);
    return { outcome: failed ? 'failed' : 'timed-out', ...(retryState && { retryState }), failures: failuresOf(closed.failure) };
  }
  if (event.activityTaskCanceledEventAttributes) return { outcome: 'cancelled', failures: [] };
  return undefined;
}

/** A failure and its causes, outermost first; none where there is none, or nothing that can be read. */
export function failuresOf(failure: temporal.api.failure.v1.IFailure | null | undefined): Failure[] {
  if (!failure) return [];
  try {
    return failureChain(defaultFailureConverter.failureToError(failure, defaultPayloadConverter));
  } catch {
    return [];
  }
}
