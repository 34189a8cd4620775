// Runs in: worker, serving process. A log that says the same once a minute.
import type { Log } from './recorder.ts';

const REPEAT_MS = 60_000;
const MOST_KNOWN = 1_000;

/** The same trouble may be met a thousand times a second; and a log that fails may not fail what tells it something. */
export function seldom(log: Log): Log {
  const last = new Map<string, number>();
  const told = (level: 'info' | 'warn') => (message: string, attributes?: Record<string, unknown>) => {
    if (performance.now() - (last.get(message) ?? -Infinity) < REPEAT_MS) return;
    if (last.size >= MOST_KNOWN) last.clear();
    last.set(message, performance.now());
    try {
      log[level](message, attributes);
    } catch {
      // There is nobody left to tell.
    }
  };
  return { info: told('info'), warn: told('warn') };
}
