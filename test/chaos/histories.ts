// Runs in: CLI (chaos). What Temporal's histories say of all runs, read without the plugin.
import type { Connection } from '@temporalio/client';
import type { temporal } from '@temporalio/proto';
import type { Started } from './load.ts';

export interface RunHistory extends Started {
  /** Undefined while it is open. */
  outcome?: 'completed' | 'continued-as-new' | 'failed';
  steps: StepHistory[];
}

/** One activity, or one local activity that came to its end. */
export interface StepHistory {
  activityId: string;
  isLocal: boolean;
  /** The number of its last attempt; 0 before the first. */
  attempts: number;
  isCompleted: boolean;
}

/** These runs, their children, and those that continue them. */
export async function readHistories(connection: Connection, namespace: string, first: Started[]): Promise<RunHistory[]> {
  const runs: RunHistory[] = [];
  const left = [...first];
  for (let next = left.shift(); next; next = left.shift()) {
    const { run, others } = runOf(next, await eventsOf(connection, namespace, next));
    runs.push(run);
    left.push(...others);
  }
  return runs;
}

async function eventsOf(connection: Connection, namespace: string, execution: Started): Promise<temporal.api.history.v1.IHistoryEvent[]> {
  const events: temporal.api.history.v1.IHistoryEvent[] = [];
  let nextPageToken: Uint8Array | undefined;
  do {
    const page = await connection.workflowService.getWorkflowExecutionHistory({ namespace, execution, ...(nextPageToken && { nextPageToken }) });
    events.push(...(page.history?.events ?? []));
    nextPageToken = page.nextPageToken?.length ? page.nextPageToken : undefined;
  } while (nextPageToken);
  return events;
}

function runOf(of: Started, events: temporal.api.history.v1.IHistoryEvent[]): { run: RunHistory; others: Started[] } {
  const run: RunHistory = { ...of, steps: [] };
  const others: Started[] = [];
  const steps = new Map<string, StepHistory>();
  for (const event of events) {
    const scheduled = event.activityTaskScheduledEventAttributes;
    if (scheduled) steps.set(String(event.eventId), { activityId: scheduled.activityId!, isLocal: false, attempts: 0, isCompleted: false });
    const started = event.activityTaskStartedEventAttributes;
    if (started) steps.get(String(started.scheduledEventId))!.attempts = started.attempt!;
    const completed = event.activityTaskCompletedEventAttributes;
    if (completed) steps.get(String(completed.scheduledEventId))!.isCompleted = true;
    const marker = event.markerRecordedEventAttributes;
    if (marker?.markerName === 'core_local_activity') {
      const { activity_id: activityId, attempt } = JSON.parse(Buffer.from(marker.details!.data!.payloads![0]!.data!).toString()) as { activity_id: string; attempt: number };
      steps.set(String(event.eventId), { activityId, isLocal: true, attempts: attempt, isCompleted: !marker.failure });
    }
    const child = event.childWorkflowExecutionStartedEventAttributes?.workflowExecution;
    if (child) others.push({ workflowId: child.workflowId!, runId: child.runId! });
    const next = event.workflowExecutionContinuedAsNewEventAttributes?.newExecutionRunId;
    if (next) others.push({ workflowId: of.workflowId, runId: next });
    if (next) run.outcome = 'continued-as-new';
    else if (event.workflowExecutionCompletedEventAttributes) run.outcome = 'completed';
    else if (event.workflowExecutionFailedEventAttributes ?? event.workflowExecutionTimedOutEventAttributes ?? event.workflowExecutionTerminatedEventAttributes ?? event.workflowExecutionCanceledEventAttributes) run.outcome = 'failed';
  }
  run.steps = [...steps.values()];
  return { run, others };
}
