// Runs in: worker, CLI. One run's event history, page by page, as Temporal's service gives it.
import { setImmediate } from 'node:timers/promises';
import type { WorkflowService } from '@temporalio/client';
import type { temporal } from '@temporalio/proto';
import type { RunKey } from '../model/id.ts';
import { HistoryDigest } from './history-digest.ts';

export interface FetchedHistory {
  history: temporal.api.history.v1.IHistory;
  /** Of the history as it came. */
  digest: string;
  events: number;
}

/** Temporal holds no such run, or no longer: its namespace's retention has passed. */
export class HistoryGoneError extends Error {
  override name = 'HistoryGoneError';
}

/** It has more events than whoever asked for it can take on. */
export class HistoryTooLongError extends Error {
  override name = 'HistoryTooLongError';
}

/**
 * @param most events
 * @throws HistoryGoneError, HistoryTooLongError, and what the connection throws while Temporal is away
 */
export async function fetchHistory(service: WorkflowService, { namespace, workflowId, runId }: RunKey, most = Infinity): Promise<FetchedHistory> {
  const events: temporal.api.history.v1.IHistoryEvent[] = [];
  const digest = new HistoryDigest();
  let nextPageToken: Uint8Array | undefined;
  do {
    const page = await service.getWorkflowExecutionHistory({ namespace, execution: { workflowId, runId }, ...(nextPageToken && { nextPageToken }) })
      .catch((error: unknown) => {
        throw isNotFound(error) ? new HistoryGoneError(`Temporal has no history of the run ${runId} of '${workflowId}' in the namespace '${namespace}': its retention may have passed`, { cause: error }) : error;
      });
    const { events: more = [] } = page.history ?? {};
    digest.add(more ?? []);
    for (const event of more ?? []) events.push(event);
    if (events.length > most) throw new HistoryTooLongError(`the history of the run ${runId} of '${workflowId}' has more than ${most} events`);
    nextPageToken = page.nextPageToken?.length ? page.nextPageToken : undefined;
    // Between pages a worker's own work comes first.
    await setImmediate();
  } while (nextPageToken);
  return { history: { events }, digest: digest.end(), events: events.length };
}

/** Whether Temporal's service says that it has no such thing. */
export function isNotFound(error: unknown): boolean {
  const code = (error as { code?: unknown } | null)?.code;
  return code === 5 || (error as { cause?: { code?: unknown } } | null)?.cause?.code === 5;
}
