// Runs in: isolate, tests. Runs that start, follow and repeat other runs.
import {
  ApplicationFailure, CancellationScope, condition, continueAsNew, defineSignal, executeChild, isCancellation, ParentClosePolicy, setHandler, sleep, startChild, workflowInfo,
} from '@temporalio/workflow';
import { historyOf, label, until } from '../case.ts';
import { type Thing, thingOf } from '../things.ts';
import { steps } from './steps.ts';

const go = defineSignal('go');
const idOf = (child: string) => `${workflowInfo().workflowId}.${child}`;

/** Works on what it is given. */
export async function worksOn(input: { thing: unknown }): Promise<unknown> {
  return steps.transform(input.thing);
}
const childEdges = (child: string) => [`${child}>transform /0 <- ${child}>input /0/thing`, `${child}>result <- ${child}>transform`];

export async function awaitsChild(): Promise<void> {
  const made = await steps.produce('child');
  const done = (await executeChild(worksOn, { workflowId: idOf('child'), args: [{ thing: made.inner }] })) as Thing;
  await steps.check(done.items);
}
label(awaitsChild, {
  pattern: 'child workflows',
  observed: ['child>input /0/thing <- produce /inner', ...childEdges('child'), 'check /0 <- child>result /items'],
  tempting: ['check /0 <- produce /items', 'child>transform /0 <- produce /inner', 'check /0 <- child>transform /items'],
});

export async function manyChildren(): Promise<void> {
  const table = await steps.listOf('children');
  const done = await Promise.all(table.map((row, index) => executeChild(worksOn, { workflowId: idOf(`c${index}`), args: [{ thing: row }] })));
  await steps.combine(done);
}
label(manyChildren, {
  pattern: 'child workflows',
  observed: [0, 1, 2].flatMap((index) => [`c${index}>input /0/thing <- listOf /${index}`, ...childEdges(`c${index}`), `combine /0/${index} <- c${index}>result`]),
  tempting: ['combine /0/0 <- listOf /0', 'c0>input /0/thing <- listOf /1'],
});

export async function childOfTexts(): Promise<void> {
  const id = await steps.identify('child of texts');
  await executeChild(worksOn, { workflowId: idOf('child'), args: [{ thing: id }] });
}
label(childOfTexts, {
  pattern: 'child workflows',
  observed: ['child>result <- child>transform'], inferred: ['child>input /0/thing <- identify', 'child>transform /0 <- child>input /0/thing'],
});

export async function abandonsChild(): Promise<void> {
  const made = await steps.produce('abandoned');
  await startChild(worksOn, { workflowId: idOf('child'), args: [{ thing: made }], parentClosePolicy: ParentClosePolicy.ABANDON });
  await steps.check('goes on');
}
label(abandonsChild, {
  pattern: 'child workflows that are abandoned',
  async drive({ client, start, workflowId }) {
    await (await start()).result();
    await client.workflow.getHandle(`${workflowId}.child`).result();
  },
  observed: ['child>input /0/thing <- produce', ...childEdges('child')], tempting: ['check /0 <- child>result'],
});

/** Waits for ever, and cleans up with what it was given when it is cancelled. */
export async function waits(input: { thing: Thing }): Promise<void> {
  try {
    await condition(() => false);
  } finally {
    await CancellationScope.nonCancellable(() => steps.transform(input.thing.inner));
  }
}

export async function cancelsChild(): Promise<void> {
  const made = await steps.produce('cancelled');
  const scope = new CancellationScope();
  const child = scope.run(() => executeChild(waits, { workflowId: idOf('child'), args: [{ thing: made }] }));
  await sleep(300);
  scope.cancel();
  await child.catch((error: unknown) => {
    if (!isCancellation(error)) throw error;
  });
  await steps.check(made.items);
}
label(cancelsChild, {
  pattern: 'child workflows that are cancelled',
  async drive({ client, start, workflowId }) {
    await (await start()).result();
    await client.workflow.getHandle(`${workflowId}.child`).result().catch(() => undefined);
  },
  observed: ['child>input /0/thing <- produce', 'child>transform /0 <- child>input /0/thing/inner', 'check /0 <- produce /items'],
  tempting: ['check /0 <- child>transform /items', 'check /0 <- child>result'],
});

export async function cancelled(input: { work: object }): Promise<void> {
  const made = await steps.produce(input.work);
  try {
    await condition(() => false);
  } finally {
    await CancellationScope.nonCancellable(() => steps.check(made.inner, { id: made.id }));
  }
}
label(cancelled, {
  pattern: 'cancellation', args: [{ work: { a: 1 } }],
  async drive({ client, start }) {
    const handle = await start();
    await until(async () => ((await historyOf(client, handle.workflowId)).some(({ activityTaskCompletedEventAttributes: done }) => done) ? true : undefined));
    await handle.cancel();
    await handle.result().catch(() => undefined);
  },
  observed: ['produce /0 <- input /0/work', 'check /0 <- produce /inner'], inferred: ['check /1/id <- produce /id'],
});

export async function goesOn(state?: { round: number; all: Thing['inner'][] }): Promise<unknown> {
  const { all, round } = state ?? { all: [], round: 0 };
  const made = await steps.produce(round);
  if (round === 2) return { all, last: made };
  return continueAsNew<typeof goesOn>({ round: round + 1, all: [...all, made.inner] });
}
label(goesOn, {
  pattern: 'continue-as-new',
  observed: [
    'run2>input /0/all/0 <- produce /inner', 'run3>input /0/all/0 <- run2>input /0/all/0', 'run3>input /0/all/1 <- run2>produce /inner',
    'run3>result /all <- run3>input /0/all', 'run3>result /last <- run3>produce',
  ],
  tempting: ['run3>input /0/all/0 <- produce /inner', 'run2>produce /0 <- run2>input /0/round'],
});

export async function goesOnWithMuch(state?: { things: Thing[] }): Promise<void> {
  if (!state) return continueAsNew<typeof goesOnWithMuch>({ things: await Promise.all(Array.from({ length: 120 }, (_, index) => steps.produce(index))) });
  await steps.combine(state.things);
}
label(goesOnWithMuch, {
  pattern: 'continue-as-new',
  observed: [...Array.from({ length: 120 }, (_, index) => `run2>input /0/things/${index} <- produce${index === 0 ? '' : `#${index + 1}`}`), 'run2>combine /0 <- run2>input /0/things'],
});

export async function childThatGoesOn(): Promise<void> {
  const last = (await executeChild(goesOn, { workflowId: idOf('child') })) as { last: Thing };
  await steps.transform(last.last);
}
label(childThatGoesOn, {
  pattern: 'child workflows',
  observed: [
    'child>run2>input /0/all/0 <- child>produce /inner', 'child>run3>input /0/all/0 <- child>run2>input /0/all/0', 'child>run3>input /0/all/1 <- child>run2>produce /inner',
    'child>run3>result /all <- child>run3>input /0/all', 'child>run3>result /last <- child>run3>produce', 'transform /0 <- child>result /last',
  ],
  tempting: ['transform /0 <- child>produce'],
});

export async function retriedRun(input: { work: object }): Promise<unknown> {
  const made = await steps.produce(input.work);
  if (workflowInfo().attempt === 1) throw ApplicationFailure.retryable('again');
  return steps.transform(made);
}
label(retriedRun, {
  pattern: 'workflow retries', args: [{ work: { a: 1 } }],
  drive: async ({ start }) => (await start({ retry: { maximumAttempts: 2, initialInterval: '100ms' } })).result(),
  observed: ['produce /0 <- input /0/work', 'run2>produce /0 <- run2>input /0/work', 'run2>transform /0 <- run2>produce', 'run2>result <- run2>transform'],
  tempting: ['run2>transform /0 <- produce', 'run2>produce /0 <- input /0/work'],
});

/** The first run makes something, the second works on it and waits to be ended. */
async function lastResult(): Promise<unknown> {
  const last = workflowInfo().lastResult as Thing | undefined;
  if (!last) return steps.produce('first');
  await steps.transform(last.inner);
  await condition(() => false);
  return undefined;
}
const worked = ['result <- produce', 'run2>transform /0 <- run2>last-result /inner'];

export const cronRun = (): Promise<unknown> => lastResult();
label(cronRun, {
  pattern: 'cron with its last result',
  async drive({ client, start, workflowId }) {
    await start({ cronSchedule: '@every 1s' });
    await until(async () => {
      const [started, ...events] = await historyOf(client, workflowId);
      const isSecond = !!started?.workflowExecutionStartedEventAttributes?.continuedExecutionRunId;
      return isSecond && events.some(({ activityTaskCompletedEventAttributes: done }) => done) ? true : undefined;
    });
    await client.workflow.getHandle(workflowId).terminate();
  },
  observed: [...worked, 'run2>last-result <- result'], tempting: ['run2>transform /0 <- produce /inner'],
});

export const scheduledRun = (): Promise<unknown> => lastResult();
label(scheduledRun, {
  pattern: 'schedules with their last result',
  async drive({ client, taskQueue, workflowId }) {
    const schedule = await client.schedule.create({
      scheduleId: workflowId, spec: {}, policies: { overlap: 'BUFFER_ONE' },
      action: { type: 'startWorkflow', workflowType: 'scheduledRun', taskQueue, workflowId },
    });
    try {
      const started = async (count: number) => (await schedule.describe()).info.recentActions.filter(({ action }) => action.type === 'startWorkflow').at(count - 1)?.action.workflow.workflowId;
      await schedule.trigger('BUFFER_ONE');
      await client.workflow.getHandle(await until(() => started(1))).result();
      // Two of one second would have one id.
      await new Promise((resolve) => setTimeout(resolve, 1_100));
      await schedule.trigger('BUFFER_ONE');
      const second = await until(() => started(2));
      await until(async () => ((await historyOf(client, second)).some(({ activityTaskCompletedEventAttributes: done }) => done) ? true : undefined));
      await client.workflow.getHandle(second).terminate();
    } finally {
      await schedule.delete();
    }
  },
  observed: worked,
  unknowable: { 'the server does not say which run of a schedule gave the last result': ['run2>last-result <- result'] },
});

export async function resetRun(): Promise<unknown> {
  const made = await steps.produce('reset');
  const done = await steps.transform(made);
  const good = await steps.check(done, made.inner);
  return good;
}
label(resetRun, {
  pattern: 'reset',
  async drive({ client, start, workflowId }) {
    const handle = await start();
    await handle.result();
    const events = await historyOf(client, workflowId);
    const checking = events.find(({ activityTaskScheduledEventAttributes: scheduled }) => scheduled?.activityType?.name === 'check')!;
    const { runId } = await client.workflowService.resetWorkflowExecution({
      namespace: client.options.namespace, workflowExecution: { workflowId, runId: handle.firstExecutionRunId }, reason: 'test', requestId: workflowId,
      workflowTaskFinishEventId: checking.activityTaskScheduledEventAttributes!.workflowTaskCompletedEventId!,
    });
    return client.workflow.getHandle(workflowId, runId).result();
  },
  observed: [
    'transform /0 <- produce', 'check /0 <- transform', 'check /1 <- produce /inner', 'result <- check',
    'run2>check /0 <- transform', 'run2>check /1 <- produce /inner', 'run2>result <- run2>check',
  ],
  tempting: ['run2>check /0 <- run2>transform', 'run2>result <- check'],
});

const memo = { order: { id: '0be2b8de-6a51-4dfc-b7d4-1d9f0c2b7a55', rows: [71_334_905] } };

export async function readsMemo(): Promise<void> {
  await steps.transform(workflowInfo().memo!.order);
  await steps.check((workflowInfo().memo as typeof memo).order.id);
}
label(readsMemo, {
  pattern: 'memo', drive: async ({ start }) => (await start({ memo })).result(),
  observed: ['transform /0 <- memo /order'], inferred: ['check /0 <- memo /order/id'],
});

export async function givesMemo(): Promise<void> {
  const made = await steps.produce('memo');
  await executeChild(readsMemo, { workflowId: idOf('child'), memo: { order: made } });
}
label(givesMemo, {
  pattern: 'memo',
  observed: ['child>transform /0 <- child>memo /order'], inferred: ['child>check /0 <- child>memo /order/id'],
  unknowable: { "a child's memo is not an argument: the model has it as the child's own": ['child>memo /order <- produce'] },
});

export async function waitsForGo(input: { a: object }): Promise<unknown> {
  let gone = false;
  setHandler(go, () => void (gone = true));
  await condition(() => gone, '60s');
  return input.a;
}
label(waitsForGo, {
  pattern: 'run results', args: [{ a: thingOf('run result') }],
  async drive({ start }) {
    const handle = await start();
    await handle.signal(go);
    return handle.result();
  },
  observed: ['result <- input /0/a'],
});

export async function returnsParts(): Promise<unknown> {
  const [made, done] = [await steps.produce('parts'), await steps.transform('parts')];
  return { made: made.items, done: [done], id: made.id, note: 'a constant' };
}
label(returnsParts, {
  pattern: 'run results', observed: ['result /made <- produce /items', 'result /done/0 <- transform'], inferred: ['result /id <- produce /id'],
  tempting: ['result /made <- transform /items'],
});
