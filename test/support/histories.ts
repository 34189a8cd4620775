// Runs in: tests. What Temporal itself says of runs: the authority that the graph is held against.
import type { Client } from '@temporalio/client';
import { expect, vi } from 'vitest';
import { runId, stepId } from '../../plugin/model/id.ts';

export interface HistoryRun {
  id: string;
  workflowId: string;
  type: string;
  /** Completed activities. */
  activities: { stepId: string; type: string; attempts: number }[];
}

/** The completed runs of a task queue. Visibility may lag behind: waits until there are `count`. */
export async function completedRuns(client: Client, taskQueue: string, count: number): Promise<HistoryRun[]> {
  const { namespace } = client.options;
  const query = `TaskQueue = "${taskQueue}" AND ExecutionStatus = "Completed"`;
  await vi.waitFor(async () => expect((await client.workflow.count(query)).count).toBe(count), { timeout: 60_000 });
  const runs: HistoryRun[] = [];
  for await (const { workflowId, runId: run, type } of client.workflow.list({ query })) {
    const { events } = await client.workflow.getHandle(workflowId, run).fetchHistory();
    const key = { namespace, workflowId, runId: run };
    const byEvent = new Map((events ?? []).map((event) => [String(event.eventId), event]));
    const activities = (events ?? []).flatMap(({ activityTaskCompletedEventAttributes: completed }) => {
      if (!completed) return [];
      const scheduled = byEvent.get(String(completed.scheduledEventId))!.activityTaskScheduledEventAttributes!;
      const started = byEvent.get(String(completed.startedEventId))!.activityTaskStartedEventAttributes!;
      return [{
        stepId: stepId({ run: key, kind: 'activity', id: scheduled.activityId!, occurrence: 1 }),
        type: scheduled.activityType!.name!,
        attempts: started.attempt!,
      }];
    });
    runs.push({ id: runId(key), workflowId, type, activities });
  }
  return runs;
}
