// Runs in: isolate, tests. Values without identity: texts, numbers, bytes, dates, constants, and equal ones of several origins.
import { label } from '../case.ts';
import { steps } from './steps.ts';

const COMPUTED = 'it was made into a new value, which nothing tells from any other';
const SMALL = 'a small number or a boolean is equal to others by chance';
const TWO = 'two producers share the value';

export async function textsOfAProperty(): Promise<void> {
  const { id, title, inner } = await steps.produce('texts');
  await steps.transform(id);
  await steps.check({ about: title, keys: [inner.key] });
}
label(textsOfAProperty, {
  pattern: 'distinctive texts',
  inferred: ['transform /0 <- produce /id', 'check /0/about <- produce /title', 'check /0/keys/0 <- produce /inner/key'],
  tempting: ['transform /0 <- produce /title'],
});

export async function wholeTexts(): Promise<void> {
  const id = await steps.identify('one');
  const other = await steps.identify('two');
  await steps.transform({ id, note: 'a constant' });
  await steps.check(other);
}
label(wholeTexts, { pattern: 'distinctive texts', inferred: ['transform /0/id <- identify', 'check /0 <- identify#2'], tempting: ['check /0 <- identify', 'transform /0/id <- identify#2'] });

export async function inputTexts({ order, customer }: { order: string; customer: string }): Promise<string> {
  await steps.transform(order);
  await steps.check({ customer });
  return order;
}
label(inputTexts, {
  pattern: 'distinctive texts',
  args: [{ order: 'order-2207-8841-5530', customer: 'c7b5a04e-2f61-4c6c-93b7-0d9f1c3ab8e2' }],
  inferred: ['transform /0 <- input /0/order', 'check /0/customer <- input /0/customer', 'result <- input /0/order'],
});

export async function largeNumbers(): Promise<void> {
  const made = await steps.produce('numbers');
  const measured = await steps.measure('measured');
  const rows = await steps.numberOf('rows');
  await steps.transform({ code: made.code, score: made.score });
  await steps.check(measured, rows);
}
label(largeNumbers, {
  pattern: 'distinctive numbers',
  inferred: ['transform /0/code <- produce /code', 'transform /0/score <- produce /score', 'check /0 <- measure', 'check /1 <- numberOf'],
});

export async function givenNumbers(input: { rows: number; rate: number }): Promise<void> {
  await steps.transform({ count: input.rows });
  await steps.check(input.rate);
}
label(givenNumbers, {
  pattern: 'distinctive numbers', args: [{ rows: 13_493_022, rate: 0.8173645 }],
  inferred: ['transform /0/count <- input /0/rows', 'check /0 <- input /0/rate'],
});

export async function smallValues(): Promise<void> {
  const made = await steps.produce('small');
  const count = await steps.countOf('small');
  await steps.transform(made.count, made.ok);
  await steps.check({ count, ready: made.items[0].rank });
}
label(smallValues, {
  pattern: 'small numbers and booleans',
  unknowable: { [SMALL]: ['transform /0 <- produce /count', 'transform /1 <- produce /ok', 'check /0/count <- countOf', 'check /0/ready <- produce /items/0/rank'] },
});

export async function arithmetic(): Promise<void> {
  const made = await steps.produce('arithmetic');
  await steps.transform(made.code * 2 + made.score);
  await steps.check({ total: made.rows.reduce((a, b) => a + b, 0) });
}
label(arithmetic, {
  pattern: 'arithmetic',
  unknowable: { [COMPUTED]: ['transform /0 <- produce /code', 'transform /0 <- produce /score', 'check /0/total <- produce /rows'] },
});

export async function templates(): Promise<void> {
  const made = await steps.produce('template');
  await steps.transform(`s3://bucket/${made.id}/part`);
  await steps.check({ path: `${made.title}` });
}
label(templates, {
  pattern: 'string templates',
  inferred: ['check /0/path <- produce /title'],
  unknowable: { [COMPUTED]: ['transform /0 <- produce /id'] },
});

export async function splitAndJoined(): Promise<void> {
  const id = await steps.identify('split');
  const parts = id.split('-');
  await steps.transform(parts);
  await steps.check(parts.join('-'));
}
label(splitAndJoined, {
  pattern: 'string templates',
  inferred: ['check /0 <- identify'],
  unknowable: { [COMPUTED]: ['transform /0 <- identify'] },
});

const SETTINGS = { bucket: 's3://models/production-2031', retries: 3 };

export async function sharedConstant(): Promise<void> {
  const one = await steps.produce(SETTINGS);
  await steps.transform(SETTINGS);
  await steps.check(one, SETTINGS);
}
label(sharedConstant, {
  pattern: 'shared constants',
  observed: ['check /0 <- produce'], tempting: ['transform /0 <- produce', 'check /1 <- produce', 'check /1 <- transform'],
});

export async function echoedConstant(): Promise<void> {
  const place = 's3://models/production-2031/weights';
  const echoed = await steps.echo(place);
  await steps.transform(place);
  await steps.check(typeof echoed);
}
label(echoedConstant, { pattern: 'constants that a step echoes', tempting: ['transform /0 <- echo'] });

export async function echoedInput({ order }: { order: string }): Promise<void> {
  await steps.echo({ seen: order });
  await steps.transform(order);
}
label(echoedInput, {
  pattern: 'equal values of two producers', args: [{ order: 'order-9917-2241-0783' }],
  inferred: ['echo /0/seen <- input /0/order'],
  unknowable: { [TWO]: ['transform /0 <- input /0/order'] }, tempting: ['transform /0 <- echo /seen'],
});

export async function equalFromTwo(): Promise<void> {
  const one = await steps.sameForAll(1);
  const two = await steps.sameForAll(2);
  await steps.transform(two.shared);
  await steps.check(one);
}
label(equalFromTwo, {
  pattern: 'equal values of two producers',
  observed: ['check /0 <- sameForAll'],
  unknowable: { [TWO]: ['transform /0 <- sameForAll#2 /shared'] }, tempting: ['transform /0 <- sameForAll /shared', 'check /0 <- sameForAll#2'],
});

export async function dates(): Promise<void> {
  const made = await steps.dated();
  await steps.transform(made.at);
  await steps.check(new Date(made.at));
  await steps.combine(new Date(made.at).getTime());
}
label(dates, {
  pattern: 'dates',
  inferred: ['transform /0 <- dated /at'],
  unknowable: { [COMPUTED]: ['check /0 <- dated /at', 'combine /0 <- dated /at'] },
});

export async function bytes(): Promise<void> {
  const made = await steps.bytesOf('bytes');
  await steps.transform(made);
  await steps.check(made.subarray(0, 8));
}
label(bytes, {
  pattern: 'bytes',
  observed: ['transform /0 <- bytesOf'],
  unknowable: { 'a part of bytes is a new object, its bytes are not looked at': ['check /0 <- bytesOf'] },
});

export async function nothingAtAll(): Promise<void> {
  const made = await steps.nothing();
  await steps.transform(made, undefined);
  await steps.check({ made });
}
label(nothingAtAll, {
  pattern: 'null and undefined',
  unknowable: { 'null says nothing of where it came from': ['transform /0 <- nothing', 'check /0/made <- nothing'] },
});

export async function jsonRoundTrip(): Promise<void> {
  const made = await steps.produce('json');
  const copy = JSON.parse(JSON.stringify({ id: made.id, inner: made.inner })) as { id: string; inner: { key: string; deep: object } };
  await steps.transform(copy);
  await steps.check(copy.inner.deep);
}
label(jsonRoundTrip, {
  pattern: 'JSON round trips',
  inferred: [
    'transform /0/id <- produce /id', 'transform /0/inner <- produce /inner', 'check /0 <- produce /inner/deep',
  ],
});

export async function parsedText(): Promise<void> {
  const text = (await steps.echo('{"orders":["order-7-4471-2093"]}')) as string;
  const { orders } = JSON.parse(text) as { orders: string[] };
  await steps.transform(orders);
}
label(parsedText, { pattern: 'JSON round trips', unknowable: { [COMPUTED]: ['transform /0 <- echo'] } });

export async function constantThatComesBack(): Promise<void> {
  const settings = await steps.sameForAll('settings');
  // Written down here, not taken from the result.
  await steps.transform({ shared: 'a3c1f0de-77b2-4d15-9e68-55c0a41b2f90' });
  await steps.check(settings);
}
label(constantThatComesBack, { pattern: 'constants that a result happens to hold', observed: ['check /0 <- sameForAll'], tempting: ['transform /0/shared <- sameForAll /shared'] });

export async function echoedObject(): Promise<void> {
  const made = await steps.produce('echoed');
  const same = (await steps.echo(made)) as typeof made;
  await steps.transform(same.inner);
  await steps.check(made.inner);
}
label(echoedObject, {
  pattern: 'equal values of two producers',
  observed: ['echo /0 <- produce', 'transform /0 <- echo /inner', 'check /0 <- produce /inner'], tempting: ['transform /0 <- produce /inner', 'check /0 <- echo /inner'],
});

export async function textsInTurn({ customers }: { customers: string[] }): Promise<void> {
  for (const customer of customers) {
    const account = await steps.identify(customer);
    await steps.transform({ customer, account });
  }
}
label(textsInTurn, {
  pattern: 'distinctive texts', args: [{ customers: ['customer-4410-2231', 'customer-8823-9917', 'customer-1175-6608'] }],
  inferred: [0, 1, 2].flatMap((index) => {
    const nth = index === 0 ? '' : `#${index + 1}`;
    return [`identify${nth} /0 <- input /0/customers/${index}`, `transform${nth} /0/customer <- input /0/customers/${index}`, `transform${nth} /0/account <- identify${nth}`];
  }),
  tempting: ['transform#2 /0/account <- identify'],
});
