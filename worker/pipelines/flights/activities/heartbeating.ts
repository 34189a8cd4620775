// Runs in: worker. Tells the server that a long scan is still going on.
import { heartbeat } from '@temporalio/activity';

/** Heartbeats every two seconds while `work` runs. Only for work that leaves the event loop free, as DuckDB does. */
export async function heartbeating<T>(work: () => Promise<T>): Promise<T> {
  const timer = setInterval(() => heartbeat(), 2_000);
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}
