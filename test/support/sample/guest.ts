// Runs in: isolate. Workflows that notice it if somebody else changes what they do, or when.
import {
  ActivityCancellationType, CancellationScope, condition, continueAsNew, defineSignal, defineUpdate, executeChild, isCancellation, patched, proxyActivities, proxyLocalActivities, proxySinks, setHandler, type Sinks, sleep,
  upsertMemo,
} from '@temporalio/workflow';
import type * as activities from './activities.ts';

type Activities = typeof activities & { localWait(): Promise<void> };

const { transform, flaky, failing } = proxyActivities<Activities>({ startToCloseTimeout: '2m', retry: { initialInterval: '50ms', maximumAttempts: 3 } });
const { localDouble, localWait } = proxyLocalActivities<Activities>({ startToCloseTimeout: '2m' });
const { echo: unheard } = proxyActivities<Activities>({ taskQueue: 'nobody-listens', scheduleToCloseTimeout: '1h', cancellationType: ActivityCancellationType.TRY_CANCEL });

export interface GuestSinks extends Sinks {
  theirs: { saw(what: string): void };
}
const { theirs } = proxySinks<GuestSinks>();

const tell = defineSignal<[string]>('tell');
const act = defineUpdate<unknown, [string]>('act');

/** Does one thing at a time, as it is told: its history is the same each time. */
export async function driven(lives: number): Promise<never> {
  const told: string[] = [];
  const rows = { rows: [1, 2] };
  const acts: Record<string, () => Promise<unknown>> = {
    activity: () => transform(rows), local: () => localDouble(rows), timer: () => sleep(5), flaky: () => flaky({ key: 'k' }), failing: () => failing(),
    mixed: async () => transform(await localDouble(await transform(rows))),
  };
  setHandler(tell, (what) => void told.push(what));
  setHandler(act, (what) => acts[what]!(), {
    validator: (what) => {
      if (!acts[what]) throw new Error('no such act');
    },
  });
  const next = async () => {
    await condition(() => told.length > 0);
    return told.shift();
  };
  try {
    for (;;) {
      const what = await next();
      if (what === 'child') await executeChild(awaited, { args: [rows] });
      if (what === 'patch' && patched('newer')) upsertMemo({ patched: rows });
      if (what === 'again') await continueAsNew<typeof driven>(lives - 1);
      if (what !== 'scopes') continue;
      // One after the other: what the server does of itself for two at once comes in either order.
      const [scope, ofChild] = [new CancellationScope(), new CancellationScope()];
      const cancelled = Promise.allSettled([scope.run(() => Promise.allSettled([sleep('1h'), unheard(rows)])), ofChild.run(() => executeChild(awaited, { args: [rows] }))]);
      await next();
      scope.cancel();
      await next();
      ofChild.cancel();
      await cancelled;
    }
  } catch (error) {
    if (isCancellation(error)) await CancellationScope.nonCancellable(() => transform(rows));
    throw error;
  }
}

export async function awaited(given: { rows: number[] }): Promise<{ rows: number[] }> {
  let told = false;
  setHandler(tell, () => void (told = true));
  try {
    await condition(() => told);
  } catch (error) {
    await CancellationScope.nonCancellable(() => condition(() => told));
    throw error;
  }
  return given;
}

export async function child(rows: { rows: number[] }): Promise<{ rows: number[] }> {
  return transform(rows);
}

/** Tells in which order everything that it does at once went on, microtask by microtask. */
export async function interleaved(): Promise<string[]> {
  const log: string[] = [];
  const note = (what: string) => void log.push(what);
  const ticks = async (name: string) => {
    for (let tick = 0; tick < 12; tick++) {
      note(`${name} ${tick}`);
      await Promise.resolve();
    }
  };
  const watched = (name: string, work: Promise<unknown>) => Promise.allSettled([
    work.then(() => ticks(`${name} then`), () => ticks(`${name} catch`)).then(() => note(`${name} after`)),
    (async () => {
      await work;
      await ticks(`${name} await`);
    })(),
    work.finally(() => note(`${name} finally`)),
  ]);
  const rows = { rows: [1, 2] };
  let told = 0;
  setHandler(tell, async (what) => {
    await ticks(`signal ${what}`);
    told++;
  });
  setHandler(act, async (what) => {
    await ticks(`update ${what}`);
    await watched(`in update ${what}`, transform(rows));
    return what;
  });
  void ticks('start');
  const held = watched('held', localWait());
  await Promise.all([
    held, watched('activity', transform(rows)), watched('other', transform(rows)), watched('failing', failing()), watched('local', localDouble(rows)),
    watched('child', executeChild(child, { args: [rows] })), watched('timer', sleep(5)), watched('same timer', sleep(5)),
    watched('race', Promise.race([transform(rows), sleep(10), localDouble(rows)])),
    watched('all', Promise.all([transform(rows), executeChild(child, { args: [rows] }), localDouble(rows)])),
    watched('any', Promise.any([failing(), transform(rows)])),
    watched('settled', Promise.allSettled([failing(), sleep(5), localDouble(rows)])),
    watched('chain', transform(rows).then((one) => localDouble(one)).then((two) => transform(two)).finally(() => sleep(1))),
    condition(() => told === 2),
  ]);
  theirs.saw(JSON.stringify(log));
  return log;
}

/** For the interceptors of others. */
export async function watchedByOthers(): Promise<unknown> {
  theirs.saw('workflow');
  return transform(await localDouble({ rows: [1] }));
}
