// Runs in: isolate. Workflows to be reset and retried.
import { ApplicationFailure } from '@temporalio/common';
import { condition, defineSignal, proxyActivities, setHandler, workflowInfo } from '@temporalio/workflow';
import type * as activities from './activities.ts';

const { readTable, transformTable, combineTables, slowTable } = proxyActivities<typeof activities>({ startToCloseTimeout: '2m', retry: { initialInterval: '50ms' } });

type Rows = { rows: number[] };
export const go = defineSignal<[Rows]>('go');

export async function threeSteps({ uri }: { uri: string }): Promise<Rows> {
  const one = await readTable(uri);
  const two = await transformTable(one);
  return combineTables(one, two);
}

export async function slowSecond({ uri }: { uri: string }): Promise<Rows> {
  const one = await readTable(uri);
  const two = await slowTable(one);
  return combineTables(one, two);
}

/** The signal comes before the point to which it is reset, or after it and is applied again: either way it is there. */
export async function takesSignal({ uri }: { uri: string }): Promise<Rows> {
  let given: Rows | undefined;
  setHandler(go, (rows) => void (given = rows));
  const one = await readTable(uri);
  await condition(() => given !== undefined);
  return combineTables(one, given!);
}

export async function failsOnce({ uri }: { uri: string }): Promise<Rows> {
  const one = await readTable(uri);
  if (workflowInfo().attempt === 1) throw ApplicationFailure.retryable('once more', 'Again');
  return transformTable(one);
}
