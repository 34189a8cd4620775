// Runs in: worker. What an attempt reports while it runs. The SDK has no interceptor for that: the context's own function is wrapped.
import type { Context } from '@temporalio/activity';
import type { Decoded } from '../model/value.ts';

export interface Heartbeats {
  count: number;
  /** When the last one was reported. */
  lastAt?: Date;
  /** The details that were reported last. The SDK may have sent fewer: it throttles. */
  details?: Decoded;
}

/** @param decode may throw: the SDK then fails the attempt on its own */
export function watchHeartbeats(context: Context, decode: (value: unknown) => Decoded): Heartbeats {
  const heartbeats: Heartbeats = { count: 0 };
  const original = context.heartbeat;
  const heartbeat = (details?: unknown): void => {
    original.call(context, details);
    heartbeats.count++;
    heartbeats.lastAt = new Date();
    try {
      // At once: the activity may change them.
      if (details !== undefined) heartbeats.details = decode(details);
    } catch {
      // What can't be written down is not sent either.
    }
  };
  try {
    Object.defineProperty(context, 'heartbeat', { value: heartbeat, configurable: true, enumerable: true, writable: true });
  } catch {
    // A context that can't be wrapped keeps its own.
  }
  return heartbeats;
}
