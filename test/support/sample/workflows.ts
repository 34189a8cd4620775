// Runs in: isolate. Small workflows whose data flow is known by heart, for the tests.
import { continueAsNew, executeChild, proxyActivities, proxyLocalActivities } from '@temporalio/workflow';
import type * as activities from './activities.ts';

const { produce, transform, combine, flaky, validate, failing, echo, declare, useByName, validateRows } = proxyActivities<typeof activities>({
  startToCloseTimeout: '20s',
  retry: { initialInterval: '50ms', maximumAttempts: 3 },
});
const { localDouble } = proxyLocalActivities<typeof activities>({ startToCloseTimeout: '20s' });

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
  const again = proxyActivities<typeof activities>({ startToCloseTimeout: '20s', activityId: 'mine' });
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

export async function echoes(value: unknown): Promise<unknown> {
  return echo(value);
}
