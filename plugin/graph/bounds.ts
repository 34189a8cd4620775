// Runs in: server, CLI. How long a question may take. What is asked within ends with it, in Neo4j as well.
import { AsyncLocalStorage } from 'node:async_hooks';
import { TookTooLongError } from './errors.ts';

export interface Bounds {
  /** Aborted when nobody waits for the answer any more, or when it has taken too long. */
  signal: AbortSignal;
  /** Milliseconds that are left. */
  left(): number;
}

const current = new AsyncLocalStorage<Bounds | undefined>();

/**
 * Asks, and stops asking after so many milliseconds, or when `signal` is aborted: whatever is under way in Neo4j is then ended.
 * @throws TookTooLongError; the signal's reason
 */
export async function bounded<T>(milliseconds: number, signal: AbortSignal, ask: () => T | Promise<T>): Promise<T> {
  const end = performance.now() + milliseconds;
  const ending = new AbortController();
  const timer = setTimeout(() => ending.abort(new TookTooLongError(`this took longer than ${milliseconds / 1000} seconds and was ended: ask for less, such as by a lower limit, or for what is nearer`)), milliseconds);
  const bounds: Bounds = { signal: AbortSignal.any([signal, ending.signal]), left: () => end - performance.now() };
  try {
    return await orAborted(bounds.signal, current.run(bounds, async () => ask()));
  } finally {
    clearTimeout(timer);
  }
}

/** For what is asked once and used by many: it must not end with the one who happened to need it first. */
export function unbounded<T>(ask: () => T): T {
  return current.run(undefined, ask);
}

/** Those of the question that is being asked; undefined when it has none. */
export function currentBounds(): Bounds | undefined {
  return current.getStore();
}

/** Whichever comes first. What comes second is nobody's any more, a failure too. */
export function orAborted<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason as Error);
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}
