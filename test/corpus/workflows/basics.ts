// Runs in: isolate, tests. Activities and local activities, as they succeed, fail and end elsewhere.
import { type ActivityFailure, type ApplicationFailure, sleep } from '@temporalio/workflow';
import { completeOnce, label } from '../case.ts';
import { local, named, steps } from './steps.ts';

export async function chain(input: { seed: { text: string } }): Promise<unknown> {
  const made = await steps.produce(input.seed);
  return steps.transform(made);
}
label(chain, {
  pattern: 'activities', args: [{ seed: { text: 'chain' } }],
  observed: ['produce /0 <- input /0/seed', 'transform /0 <- produce', 'result <- transform'],
  tempting: ['result <- produce', 'transform /0 <- input /0/seed'],
});

export async function severalArguments(first: object, second: object): Promise<void> {
  const [one, two] = [await steps.produce(second), await steps.transform(first)];
  await steps.combine(two.inner, one, one.items[2]);
}
label(severalArguments, {
  pattern: 'activities', args: [{ first: 1 }, { second: 2 }],
  observed: ['produce /0 <- input /1', 'transform /0 <- input /0', 'combine /0 <- transform /inner', 'combine /1 <- produce', 'combine /2 <- produce /items/2'],
  tempting: ['combine /0 <- produce /inner', 'produce /0 <- input /0'],
});

export async function sameActivityManyTimes(): Promise<void> {
  const made = [];
  for (let index = 0; index < 4; index++) made.push(await steps.produce(index));
  await steps.combine(made[3], made[1]);
}
label(sameActivityManyTimes, {
  pattern: 'same activity many times',
  observed: ['combine /0 <- produce#4', 'combine /1 <- produce#2'],
  tempting: ['combine /0 <- produce', 'combine /1 <- produce#3'],
});

export async function unrelatedSideBySide(): Promise<void> {
  const left = await steps.produce('left');
  const right = await steps.produce('right');
  await steps.transform(left);
  await steps.check(right);
}
label(unrelatedSideBySide, {
  pattern: 'unrelated values side by side',
  observed: ['transform /0 <- produce', 'check /0 <- produce#2'],
  tempting: ['transform /0 <- produce#2', 'check /0 <- produce', 'check /0 <- transform'],
});

export async function retriedStep(): Promise<void> {
  const made = await steps.produce('retried');
  await steps.transform(await steps.flaky(made));
}
label(retriedStep, { pattern: 'activity retries', observed: ['flaky /0 <- produce', 'transform /0 <- flaky'], tempting: ['transform /0 <- produce'] });

export async function fallsBack(): Promise<void> {
  const made = await steps.produce('fallback');
  const better = await steps.failing(made).catch(() => made);
  await steps.transform(better);
}
label(fallsBack, { pattern: 'activity failures', observed: ['failing /0 <- produce', 'transform /0 <- produce'], tempting: ['transform /0 <- failing'] });

export async function readsFailureDetails(): Promise<void> {
  try {
    await steps.failing('details');
  } catch (error) {
    const details = ((error as ActivityFailure).cause as ApplicationFailure).details!;
    await steps.transform(details[0]);
  }
}
label(readsFailureDetails, {
  pattern: 'activity failures',
  unknowable: { "a failure's details are no Value of the model": ['transform /0 <- failing /0'] },
});

export async function completedElsewhere(): Promise<void> {
  const made = await named('outside').external('order');
  await steps.transform(made);
}
label(completedElsewhere, {
  pattern: 'async completion',
  drive: async (driving) => {
    const handle = await driving.start();
    await completeOnce(driving, ({ activityTaskScheduledEventAttributes: scheduled }) => scheduled);
    return handle.result();
  },
  observed: ['transform /0 <- step:outside'],
});

export async function localSteps(): Promise<void> {
  const made = await steps.produce('local');
  const doubled = await local.localTransform(made.inner);
  const again = await local.localTransform(doubled.items);
  await steps.transform(again);
}
label(localSteps, {
  pattern: 'local activities',
  observed: ['localTransform /0 <- produce /inner', 'localTransform#2 /0 <- localTransform /items', 'transform /0 <- localTransform#2'],
  tempting: ['transform /0 <- localTransform'],
});

export async function localText(): Promise<void> {
  const id = await local.identify('local text');
  await local.localTransform(id);
  await steps.transform({ order: id });
}
label(localText, { pattern: 'local activities', inferred: ['localTransform /0 <- identify', 'transform /0/order <- identify'] });

export async function ownActivityIds(): Promise<void> {
  const one = await named('mine').produce('own id');
  const two = await named('mine').transform(one);
  await steps.check(two);
}
label(ownActivityIds, {
  pattern: 'activity ids used again',
  observed: ['step:mine#2 /0 <- step:mine', 'check /0 <- step:mine#2'], tempting: ['check /0 <- step:mine'],
});

export async function timerInBetween(): Promise<void> {
  const made = await steps.produce('timer');
  await sleep(200);
  await steps.transform(made);
}
label(timerInBetween, { pattern: 'timers', observed: ['transform /0 <- produce'] });

export async function timerOrResult(): Promise<void> {
  const fallback = await steps.produce('fallback');
  const asked = named('outside').external('asked');
  const first = await Promise.race([asked, sleep(100).then(() => fallback)]);
  await steps.transform(first);
  await steps.check(await asked);
}
label(timerOrResult, {
  pattern: 'timers',
  drive: async (driving) => {
    const handle = await driving.start();
    await completeOnce(driving, ({ activityTaskScheduledEventAttributes: scheduled }) => scheduled?.activityType?.name === 'transform');
    return handle.result();
  },
  observed: ['transform /0 <- produce', 'check /0 <- step:outside'], tempting: ['transform /0 <- step:outside'],
});

export async function conditionOnResult(): Promise<void> {
  const made = await steps.produce('condition');
  const good = await steps.isGood(made);
  const other = await steps.numberOf('other');
  if (good && other > 5) await steps.transform('a constant');
  await steps.check(good ? made.inner : made.rows);
}
label(conditionOnResult, {
  pattern: 'conditions on results (control flow)',
  observed: ['isGood /0 <- produce', 'check /0 <- produce /inner'],
  tempting: ['transform /0 <- isGood', 'transform /0 <- numberOf', 'check /0 <- isGood'],
});
