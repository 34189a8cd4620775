// Runs in: isolate, tests. Many at once, and one after the other: fan-out, loops, branches side by side.
import { completeOnce, label } from '../case.ts';
import type { Thing } from '../things.ts';
import { named, steps } from './steps.ts';

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index);
const nth = (type: string, index: number) => (index === 0 ? type : `${type}#${index + 1}`);

export async function allOf(): Promise<void> {
  const [one, two] = await Promise.all([steps.produce('one'), steps.transform('two')]);
  await steps.check({ two, one });
}
label(allOf, { pattern: 'Promise.all', observed: ['check /0/one <- produce', 'check /0/two <- transform'], tempting: ['check /0/one <- transform'] });

export async function raced(): Promise<void> {
  const loser = named('outside').external('loser');
  const winner = await Promise.race([loser, steps.produce('winner')]);
  await steps.transform(winner);
  await steps.check(await loser);
}
label(raced, {
  pattern: 'Promise.race, any',
  drive: async (driving) => {
    const handle = await driving.start();
    await completeOnce(driving, ({ activityTaskScheduledEventAttributes: scheduled }) => scheduled?.activityType?.name === 'transform');
    return handle.result();
  },
  observed: ['transform /0 <- produce', 'check /0 <- step:outside'], tempting: ['transform /0 <- step:outside'],
});

export async function anyOf(): Promise<void> {
  const loser = steps.failing('any');
  const winner = await Promise.any([loser, steps.produce('any')]);
  // Otherwise this run might end before it fails.
  await loser.catch(() => undefined);
  await steps.transform(winner);
}
label(anyOf, { pattern: 'Promise.race, any', observed: ['transform /0 <- produce'], tempting: ['transform /0 <- failing'] });

export async function allSettled(): Promise<void> {
  const ends = await Promise.allSettled([steps.produce('settled'), steps.failing('settled'), steps.transform('settled')]);
  await steps.check(ends.flatMap((end) => (end.status === 'fulfilled' ? [end.value] : [])));
}
label(allSettled, { pattern: 'Promise.allSettled', observed: ['check /0/0 <- produce', 'check /0/1 <- transform'], tempting: ['check /0/1 <- failing'] });

export async function fanOut500(): Promise<void> {
  const made = await Promise.all(upTo(500).map((index) => steps.produce(index)));
  await steps.combine(made);
}
label(fanOut500, { pattern: 'fan-out and fan-in of 500', observed: upTo(500).map((index) => `combine /0/${index} <- ${nth('produce', index)}`) });

export async function fanOutOfParts(): Promise<void> {
  const table = await steps.listOf('parts');
  const done = await Promise.all(table.map((row) => steps.transform(row)));
  await steps.combine(done.map(({ inner }) => inner));
}
label(fanOutOfParts, {
  pattern: 'fan-out and fan-in',
  observed: upTo(3).flatMap((index) => [`${nth('transform', index)} /0 <- listOf /${index}`, `combine /0/${index} <- ${nth('transform', index)} /inner`]),
  tempting: ['combine /0/0 <- listOf /0', 'transform /0 <- listOf'],
});

export async function branches(): Promise<void> {
  const branch = async (name: string) => named(`${name}-2`).transform((await named(`${name}-1`).produce(name)).inner);
  const [left, right] = await Promise.all([branch('left'), branch('right')]);
  await steps.combine({ left, right });
}
label(branches, {
  pattern: 'interleaved branches',
  observed: ['left', 'right'].flatMap((name) => [`step:${name}-2 /0 <- step:${name}-1 /inner`, `combine /0/${name} <- step:${name}-2`]),
  tempting: ['step:left-2 /0 <- step:right-1 /inner', 'step:right-2 /0 <- step:left-1 /inner'],
});

export async function feedsBack(): Promise<unknown> {
  let state: Thing = await steps.produce('feed back');
  for (let round = 0; round < 4; round++) state = await steps.transform(state, round);
  return state;
}
label(feedsBack, {
  pattern: 'loops that feed results back',
  observed: ['transform /0 <- produce', ...[1, 2, 3].map((index) => `${nth('transform', index)} /0 <- ${nth('transform', index - 1)}`), 'result <- transform#4'],
  tempting: ['result <- produce', 'transform#3 /0 <- transform'],
});

export async function accumulates(): Promise<void> {
  const all: unknown[] = [];
  let sum = 0;
  for (const index of upTo(3)) {
    const made = await steps.produce(index);
    all.push(made.inner);
    sum += made.code;
  }
  await steps.combine(all);
  await steps.check({ sum });
}
label(accumulates, {
  pattern: 'accumulators',
  observed: upTo(3).map((index) => `combine /0/${index} <- ${nth('produce', index)} /inner`),
  unknowable: { 'it was made into a new value, which nothing tells from any other': upTo(3).map((index) => `check /0/sum <- ${nth('produce', index)} /code`) },
});

export async function pages(): Promise<void> {
  let token: string | undefined;
  const ids: string[] = [];
  for (let page = 0; page < 3; page++) {
    const made = await steps.produce({ page, token });
    token = made.inner.key;
    ids.push(made.id);
  }
  await steps.check(ids);
}
label(pages, {
  pattern: 'loops that feed results back',
  inferred: ['produce#2 /0/token <- produce /inner/key', 'produce#3 /0/token <- produce#2 /inner/key', ...upTo(3).map((index) => `check /0/${index} <- ${nth('produce', index)} /id`)],
});

export async function batches(): Promise<void> {
  const table = [...(await steps.listOf('first')), ...(await steps.listOf('second'))];
  for (let at = 0; at < table.length; at += 2) await steps.transform(table.slice(at, at + 2));
}
label(batches, {
  pattern: 'batches',
  observed: [
    'transform /0/0 <- listOf /0', 'transform /0/1 <- listOf /1', 'transform#2 /0/0 <- listOf /2', 'transform#2 /0/1 <- listOf#2 /0',
    'transform#3 /0/0 <- listOf#2 /1', 'transform#3 /0/1 <- listOf#2 /2',
  ],
  tempting: ['transform#2 /0/1 <- listOf /0'],
});

export async function locked(): Promise<void> {
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const turn = last.then(work);
    last = turn.catch(() => undefined);
    return turn;
  };
  const [one, two] = await Promise.all([
    inTurn(() => named('first').produce('first')),
    inTurn(async () => named('third').transform(await named('second').produce('second'))),
  ]);
  await steps.check(two, one);
}
label(locked, {
  pattern: 'async locks',
  observed: ['step:third /0 <- step:second', 'check /0 <- step:third', 'check /1 <- step:first'],
  tempting: ['step:second /0 <- step:first', 'step:third /0 <- step:first'],
});

export async function saga(): Promise<void> {
  const undo: (() => Promise<unknown>)[] = [];
  try {
    const hotel = await steps.produce('hotel');
    undo.unshift(() => steps.check({ cancel: hotel.id }));
    const flight = await steps.transform('flight');
    undo.unshift(() => steps.check(flight.inner));
    await steps.failing({ hotel, flight });
  } catch {
    for (const compensate of undo) await compensate();
  }
}
label(saga, {
  pattern: 'sagas with compensation',
  observed: ['failing /0/hotel <- produce', 'failing /0/flight <- transform', 'check /0 <- transform /inner'],
  inferred: ['check#2 /0/cancel <- produce /id'],
  tempting: ['check /0 <- failing', 'check#2 /0/cancel <- failing', 'transform /0 <- produce'],
});

export async function sagaOfStrings({ trip }: { trip: string }): Promise<void> {
  const booked: string[] = [];
  try {
    for (const what of ['car', 'room']) booked.push(await steps.identify(what, trip));
    await steps.failing(booked);
  } catch {
    for (const id of booked.toReversed()) await steps.check(id);
  }
}
label(sagaOfStrings, {
  pattern: 'sagas with compensation', args: [{ trip: 'trip-5520-1184-0937' }],
  inferred: [
    'identify /1 <- input /0/trip', 'identify#2 /1 <- input /0/trip', 'failing /0/0 <- identify', 'failing /0/1 <- identify#2',
    'check /0 <- identify#2', 'check#2 /0 <- identify',
  ],
  tempting: ['check /0 <- identify', 'check#2 /0 <- identify#2'],
});
