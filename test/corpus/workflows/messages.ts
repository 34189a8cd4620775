// Runs in: isolate, tests. Signals, updates and queries, from clients and from workflows.
import {
  ApplicationFailure, condition, defineQuery, defineSignal, defineUpdate, executeChild, getExternalWorkflowHandle, setHandler, startChild, Trigger, workflowInfo,
} from '@temporalio/workflow';
import { type Driving, label } from '../case.ts';
import { type Thing, thingOf } from '../things.ts';
import { named, steps } from './steps.ts';

const ready = defineSignal<[Thing, string?]>('ready');
const order = defineSignal<[string]>('order');
const stop = defineSignal('stop');
const set = defineUpdate<Thing, [Thing]>('set');
const peek = defineQuery<string, [string]>('peek');
const given = thingOf('given by a client');
const second = thingOf('given later');

async function received(): Promise<Thing> {
  let value: Thing | undefined;
  setHandler(ready, (thing) => void (value ??= thing));
  await condition(() => value !== undefined);
  return value!;
}

export async function signalled(): Promise<void> {
  const made = await steps.produce('signalled');
  const thing = await received();
  await steps.transform(thing.inner);
  await steps.check(made);
}
const signalOnce = async ({ start }: Driving) => {
  const handle = await start();
  await handle.signal(ready, given);
  return handle.result();
};
label(signalled, {
  pattern: 'signals from clients', drive: signalOnce,
  observed: ['transform /0 <- signal:ready#1 /0/inner', 'check /0 <- produce'], tempting: ['check /0 <- signal:ready#1 /0', 'transform /0 <- produce /inner'],
});

export async function signalledTwice(): Promise<void> {
  const things: Thing[] = [];
  let done = false;
  setHandler(ready, (thing) => void things.push(thing));
  setHandler(stop, () => void (done = true));
  await condition(() => done);
  await steps.combine(things.map(({ items }) => items));
  await steps.transform(things[1]);
}
label(signalledTwice, {
  pattern: 'signals from clients',
  async drive({ start }) {
    const handle = await start();
    await handle.signal(ready, given);
    await handle.signal(ready, second);
    await handle.signal(stop);
    return handle.result();
  },
  observed: ['combine /0/0 <- signal:ready#1 /0/items', 'combine /0/1 <- signal:ready#2 /0/items', 'transform /0 <- signal:ready#2 /0'],
  tempting: ['transform /0 <- signal:ready#1 /0', 'combine /0/0 <- signal:stop#1'],
});

export async function signalledText(): Promise<void> {
  let id: string | undefined;
  setHandler(order, (text) => void (id = text));
  await condition(() => id !== undefined);
  await steps.transform({ order: id });
}
label(signalledText, {
  pattern: 'signals from clients',
  async drive({ start }) {
    const handle = await start();
    await handle.signal(order, 'order-8830-1147-2259');
    return handle.result();
  },
  inferred: ['transform /0/order <- signal:order#1 /0'],
});

export async function gatedBySignal(): Promise<void> {
  const made = await steps.produce('gated');
  await received();
  await steps.transform(made);
}
label(gatedBySignal, { pattern: 'condition()', drive: signalOnce, observed: ['transform /0 <- produce'], tempting: ['transform /0 <- signal:ready#1', 'transform /0 <- signal:ready#1 /0'] });

export async function triggered(): Promise<void> {
  const trigger = new Trigger<Thing>();
  setHandler(ready, (thing) => void trigger.resolve(thing));
  await steps.transform(await trigger);
}
label(triggered, { pattern: 'Trigger', drive: signalOnce, observed: ['transform /0 <- signal:ready#1 /0'] });

export async function startedBySignal(input: { at: string }): Promise<void> {
  const thing = await received();
  await steps.transform(input, thing.rows);
}
label(startedBySignal, {
  pattern: 'signal-with-start', args: [{ at: 'a' }],
  async drive({ args, client, taskQueue, workflowId }) {
    const handle = await client.workflow.signalWithStart('startedBySignal', { taskQueue, workflowId, args, signal: ready, signalArgs: [given] });
    return handle.result();
  },
  observed: ['transform /0 <- input /0', 'transform /1 <- signal:ready#1 /0/rows'],
});

/** Waits for a thing, and works on it. */
export async function receiver(): Promise<Thing> {
  return steps.transform((await received()).inner);
}
const idOf = (child: string) => `${workflowInfo().workflowId}.${child}`;

export async function signalsExternal(): Promise<void> {
  const child = await startChild(receiver, { workflowId: idOf('receiver') });
  const made = await steps.produce('external');
  await getExternalWorkflowHandle(idOf('receiver')).signal(ready, made);
  await child.result();
}
label(signalsExternal, {
  pattern: 'signals from workflows',
  observed: ['receiver>signal:ready#1 /0 <- produce', 'receiver>transform /0 <- receiver>signal:ready#1 /0/inner', 'receiver>result <- receiver>transform'],
  tempting: ['receiver>transform /0 <- produce /inner', 'receiver>input <- produce'],
});

export async function signalsChild(): Promise<void> {
  const made = await steps.produce('child');
  const child = await startChild(receiver, { workflowId: idOf('receiver') });
  await child.signal(ready, { ...made });
  await steps.check(await child.result());
}
label(signalsChild, {
  pattern: 'signals from workflows',
  observed: [
    ...['rows', 'items', 'inner'].map((name) => `receiver>signal:ready#1 /0/${name} <- produce /${name}`),
    'receiver>transform /0 <- receiver>signal:ready#1 /0/inner', 'receiver>result <- receiver>transform', 'check /0 <- receiver>result',
  ],
  inferred: ['id', 'title', 'code', 'score'].map((name) => `receiver>signal:ready#1 /0/${name} <- produce /${name}`),
  unknowable: { 'a small number or a boolean is equal to others by chance': ['count', 'ok'].map((name) => `receiver>signal:ready#1 /0/${name} <- produce /${name}`) },
  tempting: ['check /0 <- receiver>transform'],
});

export async function reports(parent: string): Promise<void> {
  await getExternalWorkflowHandle(parent).signal(ready, await steps.produce('report'));
}

export async function hearsFromChild(): Promise<void> {
  const [thing] = await Promise.all([received(), executeChild(reports, { workflowId: idOf('child'), args: [workflowInfo().workflowId] })]);
  await steps.transform(thing);
}
label(hearsFromChild, { pattern: 'signals from workflows', observed: ['signal:ready#1 /0 <- child>produce', 'transform /0 <- signal:ready#1 /0'], tempting: ['transform /0 <- child>result'] });

/** Works on what an update brings, until it is told to stop. */
export async function updatable(): Promise<void> {
  let done = false;
  let last: Thing | undefined;
  setHandler(set, async (thing) => {
    last = thing;
    return steps.transform(thing);
  }, {
    validator(thing) {
      if (thing.count < 0) throw ApplicationFailure.nonRetryable('negative');
    },
  });
  setHandler(stop, () => void (done = true));
  await condition(() => done);
  await steps.check(last?.inner);
}
label(updatable, {
  pattern: 'updates',
  async drive({ start }) {
    const handle = await start();
    await handle.executeUpdate(set, { args: [given], updateId: 'first' });
    await handle.executeUpdate(set, { args: [second], updateId: 'second' });
    await handle.signal(stop);
    return handle.result();
  },
  observed: [
    'transform /0 <- update:first /0', 'answer:first <- transform', 'transform#2 /0 <- update:second /0', 'answer:second <- transform#2',
    'check /0 <- update:second /0/inner',
  ],
  tempting: ['check /0 <- update:first /0/inner', 'answer:second <- transform'],
});

export const rejecting = async (): Promise<void> => updatable();
label(rejecting, {
  pattern: 'updates that are rejected',
  async drive({ start }) {
    const handle = await start();
    await handle.executeUpdate(set, { args: [given], updateId: 'good' });
    const refused = await handle.executeUpdate(set, { args: [{ ...second, count: -1 }], updateId: 'bad' }).then(() => false, () => true);
    if (!refused) throw new Error('the update was not refused');
    await handle.signal(stop);
    return handle.result();
  },
  observed: ['transform /0 <- update:good /0', 'answer:good <- transform', 'check /0 <- update:good /0/inner'],
  tempting: ['transform /0 <- update:bad /0', 'check /0 <- update:bad /0/inner'],
});

export const updatedAtStart = async (): Promise<void> => updatable();
label(updatedAtStart, {
  pattern: 'update-with-start',
  async drive({ client, taskQueue, withStart, workflowId }) {
    const startWorkflowOperation = withStart('updatedAtStart', { workflowId, taskQueue, workflowIdConflictPolicy: 'FAIL' });
    await client.workflow.executeUpdateWithStart(set, { args: [given], updateId: 'start', startWorkflowOperation });
    const handle = await startWorkflowOperation.workflowHandle();
    await handle.signal(stop);
    return handle.result();
  },
  observed: ['transform /0 <- update:start /0', 'answer:start <- transform', 'check /0 <- update:start /0/inner'],
});

export async function queried(): Promise<void> {
  const made = await steps.produce('queried');
  let asked: string | undefined;
  setHandler(peek, (text) => {
    asked = text;
    return made.id;
  });
  await received();
  await steps.transform(made.inner, asked === 'never');
}
label(queried, {
  pattern: 'queries (never linked)',
  async drive({ start }) {
    const handle = await start();
    // Asked before the workflow's first task is done, there is no handler yet.
    while (!(await handle.query(peek, 'query-4471-0020-9938').then(() => true, () => false))) await new Promise((resolve) => setTimeout(resolve, 50));
    await handle.signal(ready, given);
    return handle.result();
  },
  observed: ['transform /0 <- produce /inner'],
});

export async function handlersInTurn(): Promise<void> {
  const things: Thing[] = [];
  let handled = 0;
  setHandler(ready, async (thing, id) => {
    things.push(await named(`step-${id}`).transform(thing));
    handled++;
  });
  await condition(() => handled === 2);
  await steps.check(things.length);
}
label(handlersInTurn, {
  pattern: 'asynchronous handlers',
  async drive({ start }) {
    const handle = await start();
    await handle.signal(ready, given, 'a');
    await handle.signal(ready, second, 'b');
    return handle.result();
  },
  observed: ['step:step-a /0 <- signal:ready#1 /0', 'step:step-b /0 <- signal:ready#2 /0'], tempting: ['step:step-b /0 <- signal:ready#1 /0', 'step:step-b /0 <- step:step-a'],
});
