// Runs in: isolate, tests. A labelled workflow: what it is given, what is done to it, and what is true of its data flow.
//
// Names in labels. Within a run: `input`, `result`, `memo`, `last-result`; `signal:NAME#N`, the Nth of its name; `update:ID` for an
// update's arguments, `answer:ID` for its result; a step by its type, `produce`, the second of that type `produce#2` (in the
// order of scheduling), or by its own activity id where it has one, `step:ID`. `artifact:NAME` is a version of an artifact, by the
// last part of its URI. A child workflow's things are `CHILD>produce`, the child being named by what its workflow id has
// after its parent's; those of a chain's later runs are `run2>produce`, also `CHILD>run2>produce`.
import type { Client, WithStartWorkflowOperation, WorkflowHandleWithFirstExecutionRunId, WorkflowStartOptions } from '@temporalio/client';
import type { Workflow } from '@temporalio/common';
import type { Truth } from './score.ts';

/** What a case is driven with. */
export interface Driving {
  client: Client;
  workflowId: string;
  taskQueue: string;
  args: unknown[];
  /** Labels are bundled for the isolate, which has no client to import. */
  withStart(workflowType: string, options: ConstructorParameters<typeof WithStartWorkflowOperation>[1]): WithStartWorkflowOperation<Workflow>;
  start(options?: Partial<WorkflowStartOptions>): Promise<WorkflowHandleWithFirstExecutionRunId>;
}

export interface CorpusCase extends Truth {
  name: string;
  pattern: string;
  args: unknown[] | ((scope: string) => unknown[]);
  /** Runs it to its end. Default: starts it and waits for its result. */
  drive(driving: Driving): Promise<unknown>;
}

/** All labelled workflows, by the order of their files. */
export const cases: CorpusCase[] = [];

/** Labels a workflow. Stands right below it. */
export function label(workflow: { name: string }, truth: Pick<CorpusCase, 'pattern'> & Partial<Omit<CorpusCase, 'name'>>): void {
  cases.push({ args: [], drive: async ({ start }) => (await start()).result(), ...truth, name: workflow.name });
}

type Event = Awaited<ReturnType<typeof historyOf>>[number];

export async function historyOf(client: Client, workflowId: string) {
  return (await client.workflow.getHandle(workflowId).fetchHistory().catch(() => undefined))?.events ?? [];
}

export async function until<T>(ask: () => Promise<T | undefined>): Promise<T> {
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** Completes the activity `outside` from here, once history holds an event that `when` is true of. */
export async function completeOnce({ client, workflowId }: Driving, when: (event: Event) => unknown): Promise<void> {
  await until(async () => ((await historyOf(client, workflowId)).some(when) ? true : undefined));
  // The server would also take a result for an attempt that has not begun yet.
  await until(async () => {
    const { pendingActivities } = (await client.workflow.getHandle(workflowId).describe()).raw;
    return pendingActivities?.some(({ activityId, lastStartedTime }) => activityId === 'outside' && lastStartedTime) ? true : undefined;
  });
  await client.activity.complete({ workflowId, activityId: 'outside' }, { id: '5f0c7a1e-90d4-4a7b-8a0e-1f9b6f3f2a11', amount: 48_210_377 });
}
