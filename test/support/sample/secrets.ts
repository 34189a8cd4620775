// Runs in: isolate. A workflow through which secrets go in every way there is.
import { ApplicationFailure } from '@temporalio/common';
import { condition, defineSignal, defineUpdate, executeChild, proxyActivities, setHandler, upsertMemo, workflowInfo } from '@temporalio/workflow';
import type * as activities from './secret-activities.ts';

const { pass, leak, beat, make } = proxyActivities<typeof activities>({ startToCloseTimeout: '2m', retry: { maximumAttempts: 1 } });

export const tell = defineSignal<[unknown]>('tell');
export const ask = defineUpdate<unknown, [unknown]>('ask');

export async function secretive(input: Record<string, unknown>): Promise<unknown> {
  const told: unknown[] = [];
  setHandler(tell, (value) => void told.push(value));
  setHandler(ask, async (value) => pass(value));
  const passed = await pass(input);
  // By a path on which there are keys.
  for (const each of Object.values(input)) if (typeof each === 'object') for (const within of Object.values(each!)) await pass(within);
  if ('github' in input) await pass(await make(input));
  await beat(input);
  upsertMemo({ later: passed });
  await leak(input).catch(() => undefined);
  await condition(() => told.length > 0);
  const child = await executeChild(secretChild, { args: [told[0]], memo: { given: passed } });
  return { child, memo: workflowInfo().memo };
}

export async function secretChild(value: unknown): Promise<unknown> {
  return pass(value);
}

export async function secretFailure(input: { words: string }): Promise<unknown> {
  throw ApplicationFailure.nonRetryable(`it went wrong: ${input.words}`, 'Wrong');
}
