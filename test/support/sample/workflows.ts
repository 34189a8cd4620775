// Runs in: isolate. Small workflows whose data flow is known by heart, for the tests.
import { ApplicationFailure, continueAsNew, executeChild, makeContinueAsNewFunc, proxyActivities, proxyLocalActivities, sleep, workflowInfo } from '@temporalio/workflow';
import type * as activities from './activities.ts';

const { produce, transform, combine, flaky, validate, failing, echo, declare, useByName, validateRows, odd, publish } = proxyActivities<typeof activities>({
  startToCloseTimeout: '2m',
  retry: { initialInterval: '50ms', maximumAttempts: 3 },
});
const { slowOnce } = proxyActivities<typeof activities>({ startToCloseTimeout: '3s', retry: { initialInterval: '50ms' } });
const { localDouble } = proxyLocalActivities<typeof activities>({ startToCloseTimeout: '2m' });

/** produce → transform → combine(transform, produce's nested part). */
export async function linear(input: { label: string; nested: { seed: number } }): Promise<{ total: unknown }> {
  const first = await produce(input.nested);
  const second = await transform(first);
  const third = await combine({ left: second, right: first.rows });
  return { total: third };
}

export async function parallel(count: number): Promise<unknown[]> {
  return Promise.all(Array.from({ length: count }, (_, index) => produce({ seed: index })));
}

export async function retried(): Promise<unknown> {
  return flaky({ key: 'k' });
}

export async function failed(): Promise<unknown> {
  return failing();
}

export async function sameIds(): Promise<unknown> {
  const again = proxyActivities<typeof activities>({ startToCloseTimeout: '2m', activityId: 'mine' });
  const one = await again.produce({ seed: 1 });
  return again.transform(one);
}

export async function parent(input: { seed: number }): Promise<unknown> {
  const made = await produce(input);
  const child = await executeChild(childWork, { args: [{ given: made }] });
  return transform(child);
}

export async function childWork(input: { given: { rows: number[] } }): Promise<{ rows: number[] }> {
  return transform(input.given);
}

/** Two unrelated things travel side by side: through a child's input, its result, and this run's own. */
export async function sideBySide(): Promise<{ a: unknown; b: unknown }> {
  const [one, two] = await Promise.all([produce({ seed: 1 }), transform({ rows: [2] })]);
  return executeChild(childOfTwo, { args: [{ one, two }] });
}

export async function childOfTwo({ one, two }: { one: { rows: number[] }; two: { rows: number[] } }): Promise<{ a: unknown; b: unknown }> {
  return { a: await combine({ left: one, right: [] }), b: await validateRows(two) };
}

export async function continued(state: { rows: number[] } | undefined): Promise<unknown> {
  if (state) return transform(state);
  const made = await produce({ seed: 3 });
  return continueAsNew<typeof continued>(made);
}

/** Its child goes on as another run, whose result is the child's. */
export async function parentOfContinued(): Promise<unknown> {
  const child = (await executeChild(continued, { args: [undefined] })) as { rows: number[] };
  return transform(child);
}

export async function local(input: { seed: number }): Promise<unknown> {
  const made = await produce(input);
  const doubled = await localDouble(made);
  return transform(doubled);
}

/** Makes a version, hands it on through a step that only looks, then uses it. */
export async function artifacts(input: { directory: string; name: string; text: string }): Promise<unknown> {
  const made = await declare(input);
  const same = await validate(made);
  return useByName({ reference: same, directory: input.directory });
}

export async function validated(reference: Parameters<typeof activities.validate>[0]): Promise<unknown> {
  return validate(reference);
}

export async function usesGiven(input: Parameters<typeof activities.useByName>[0]): Promise<unknown> {
  return useByName(input);
}

export async function publishes(reference: Parameters<typeof activities.publish>[0]): Promise<unknown> {
  return publish(reference);
}

export async function echoes(value: unknown): Promise<unknown> {
  return echo(value);
}

/** Does not look at how an activity ends: its failure fails the workflow task, with the plugin as without. */
export async function unheeded(): Promise<string> {
  void failing();
  await sleep('300ms');
  return 'done';
}

export async function oddities(): Promise<unknown> {
  const ends: unknown[] = [];
  for (const what of ['no-error', 'bad-message', 'big-params', 'deep'] as const) ends.push(await odd(what).then(() => 'ok', () => 'failed'));
  return ends;
}

/** Made in the first run, handed to the next, which fails once and is tried again. */
export async function continuedAndRetried(state: { rows: number[] } | undefined): Promise<unknown> {
  if (!state) return continueAsNew<typeof continuedAndRetried>(await produce({ seed: 5 }));
  if (workflowInfo().attempt === 1) {
    await combine({ left: { rows: [1] }, right: [] });
    throw ApplicationFailure.retryable('again', 'Again');
  }
  return transform(state);
}

export async function late(): Promise<unknown> {
  return transform(await slowOnce());
}

/** More links than a header holds: into an activity, into a child, into the next run. */
export async function wide(count: number): Promise<unknown> {
  const parts = await Promise.all(Array.from({ length: count }, (_, index) => localDouble({ rows: [index] })));
  await executeChild(wideChild, { args: [{ parts }] });
  return makeContinueAsNewFunc<typeof wideNext>({ workflowType: 'wideNext' })({ parts });
}

export async function wideChild({ parts }: { parts: { rows: number[] }[] }): Promise<unknown> {
  return transform(parts[3]!);
}

export async function wideNext({ parts }: { parts: { rows: number[] }[] }): Promise<unknown> {
  return transform(parts[4]!);
}
