// Runs in: isolate. Workflows that are spoken to: signals, updates, queries, Nexus, resets, crons, timers, memos.
import { ApplicationFailure } from '@temporalio/common';
import {
  condition, createNexusServiceClient, defineQuery, defineSignal, defineUpdate, executeChild, getExternalWorkflowHandle, proxyActivities, setHandler, sleep, workflowInfo,
} from '@temporalio/workflow';
import type * as activities from './activities.ts';
import { tables } from './nexus-service.ts';

const { produce, transform, combine, echo } = proxyActivities<typeof activities>({ startToCloseTimeout: '2m', retry: { initialInterval: '50ms', maximumAttempts: 3 } });

type Rows = { rows: number[] };

export const add = defineSignal<[Rows]>('add');
export const finish = defineSignal('finish');
export const amend = defineUpdate<Rows, [Rows]>('amend');
export const size = defineQuery<number>('size');

/** Takes rows by signals and updates until it is told to finish. */
export async function spokenTo(): Promise<unknown> {
  const got: Rows[] = [];
  let last: unknown;
  let done = false;
  setHandler(size, () => got.length);
  setHandler(add, (rows) => void got.push(rows));
  setHandler(finish, () => void (done = true));
  setHandler(amend, async (rows) => {
    const better = await transform(rows);
    last = better;
    return better;
  }, {
    validator: ({ rows }) => {
      if (rows.length === 0) throw new Error('nothing to amend with');
    },
  });
  await condition(() => done);
  const signalled = await transform(got[0]!);
  return { signalled, last };
}

/** Tells another workflow what it has made. */
export async function speaker(target: string): Promise<void> {
  const made = await produce({ seed: 7 });
  const handle = getExternalWorkflowHandle(target);
  await handle.signal(add, made);
  await handle.signal(finish);
}

export async function remembers(): Promise<unknown> {
  const { memo } = workflowInfo();
  const used = await transform(memo!.given as Rows);
  return executeChild(remembersInChild, { memo: { passed: used } });
}

export async function remembersInChild(): Promise<unknown> {
  return transform(workflowInfo().memo!.passed as Rows);
}

/** Each run goes on from what the one before gave. */
export async function accumulates(): Promise<Rows> {
  const before = workflowInfo().lastResult as Rows | undefined;
  return before ? transform({ rows: before.rows }) : produce({ seed: 1 });
}

/** One, a timer, and then something that nothing leads to but that the timer is over. */
export async function waits(): Promise<unknown> {
  await produce({ seed: 1 });
  await sleep('200ms');
  return echo('go');
}

/** Three steps, to be reset between them. */
export async function resettable(input: { seed: number }): Promise<unknown> {
  const one = await produce(input);
  const two = await transform(one);
  return combine({ left: two, right: one.rows });
}

export async function calls(endpoint: string): Promise<unknown> {
  const made = await produce({ seed: 2 });
  const client = createNexusServiceClient({ endpoint, service: tables });
  const doubled = await client.executeOperation('double', made);
  const refined = await client.executeOperation('refine', doubled);
  return transform(refined);
}

/** What works for a Nexus operation. */
export async function refineRows(input: Rows): Promise<Rows> {
  return transform(input);
}

export async function retriedRun(input: { seed: number }): Promise<unknown> {
  const made = await produce(input);
  if (workflowInfo().attempt === 1) throw ApplicationFailure.retryable('once more', 'Again');
  return transform(made);
}
