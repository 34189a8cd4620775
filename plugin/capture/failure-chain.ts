// Runs in: isolate, worker, CLI. A failure and what caused it, outermost first, as plain data.
import { ApplicationFailure, TimeoutFailure } from '@temporalio/common';
import type { Properties } from '../model/record.ts';

export interface Failure {
  /** An ApplicationFailure's type, else the error's name. */
  type: string;
  message: string;
  stack?: string;
  nonRetryable?: boolean;
  /** Which timeout it was: START_TO_CLOSE, SCHEDULE_TO_START, SCHEDULE_TO_CLOSE or HEARTBEAT. */
  timeoutType?: string;
  /** When the next attempt was asked for, as the code said it. */
  nextRetryDelay?: string | number;
}

/** Causes may go round in a circle. */
const LONGEST = 20;

/** Whatever may be thrown: only what an Error has is looked at. Never empty. */
export function failureChain(thrown: unknown): Failure[] {
  const chain: Failure[] = [];
  for (let error = thrown; chain.length < LONGEST && (chain.length === 0 || error instanceof Error); error = (error as Error).cause) {
    chain.push(failureOf(error));
    if (!(error instanceof Error)) break;
  }
  return chain;
}

function failureOf(error: unknown): Failure {
  if (!(error instanceof Error)) return { type: typeof error, message: typeof error === 'object' ? 'something that is no Error was thrown' : String(error) };
  const { name, message, stack } = error;
  const failure: Failure = { type: 'type' in error && typeof error.type === 'string' ? error.type : name, message: String(message) };
  if (typeof stack === 'string') failure.stack = stack;
  if (error instanceof TimeoutFailure && error.timeoutType) failure.timeoutType = error.timeoutType;
  if (error instanceof ApplicationFailure) {
    if (typeof error.nonRetryable === 'boolean') failure.nonRetryable = error.nonRetryable;
    if (typeof error.nextRetryDelay === 'string' || typeof error.nextRetryDelay === 'number') failure.nextRetryDelay = error.nextRetryDelay;
  }
  return failure;
}

/** What of a failure holds no words of people's: kept in the skeleton. */
export function failureProperties(chain: Failure[]): Properties {
  const [first] = chain;
  if (!first) return {};
  const timeoutType = chain.find((failure) => failure.timeoutType !== undefined)?.timeoutType;
  return {
    failureType: first.type, failureTypes: chain.map(({ type }) => type),
    ...(first.nonRetryable !== undefined && { nonRetryable: first.nonRetryable }),
    ...(first.nextRetryDelay !== undefined && { nextRetryDelay: String(first.nextRetryDelay) }),
    ...(timeoutType !== undefined && { timeoutType }),
  };
}

/**
 * Messages and stacks, for the Detail; empty when nothing may be shown.
 * @returns of the outermost failure `failureMessage` and `failureStack`; where there are causes, all of them as JSON text in `failureChain`
 */
export function failureDetail(privacy: { failure(message: string, stack: string | undefined): Properties }, chain: Failure[]): Properties {
  const [first, ...causes] = chain;
  if (!first) return {};
  const told = privacy.failure(first.message, first.stack);
  if (Object.keys(told).length === 0 || causes.length === 0) return told;
  const whole = chain.map(({ message, stack, ...rest }) => {
    const { failureMessage, failureStack } = privacy.failure(message, stack);
    return { ...rest, message: failureMessage, ...(failureStack !== undefined && { stack: failureStack }) };
  });
  return { ...told, failureChain: JSON.stringify(whole) };
}
