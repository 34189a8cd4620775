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
