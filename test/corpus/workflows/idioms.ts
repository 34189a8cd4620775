// Runs in: isolate, tests. How TypeScript takes values apart and puts them together.
import { label } from '../case.ts';
import type { Item, Thing } from '../things.ts';
import { steps } from './steps.ts';

/** What `{ ...thing }` at `to` took from `from`: its objects as they are, its texts and numbers by their values. */
const spreadOf = (to: string, from: string, without: string[] = []) => {
  const edges = (names: string[]) => names.filter((name) => !without.includes(name)).map((name) => `${to}/${name} <- ${from} /${name}`);
  return {
    observed: edges(['rows', 'items', 'inner']), inferred: edges(['id', 'title', 'code', 'score']),
    unknowable: { 'a small number or a boolean is equal to others by chance': edges(['count', 'ok']) },
  };
};
const partsOf = (to: string, from: string, names: string[]) => names.map((name) => `${to}/${name} <- ${from}/${name}`);

export async function destructures(): Promise<void> {
  const { inner: { deep, key: name }, items: [first, , third], missing = { a: 'default' } } = (await steps.produce('destructure')) as Thing & { missing?: object };
  await steps.transform(deep, third);
  await steps.check({ name, first, missing });
}
label(destructures, {
  pattern: 'destructuring',
  observed: ['transform /0 <- produce /inner/deep', 'transform /1 <- produce /items/2', 'check /0/first <- produce /items/0'],
  inferred: ['check /0/name <- produce /inner/key'], tempting: ['check /0/missing <- produce'],
});

export async function restOfObject(): Promise<void> {
  const { inner: _, rows: __, ...rest } = await steps.produce('rest');
  await steps.transform(rest);
}
label(restOfObject, { pattern: 'destructuring', ...spreadOf('transform /0', 'produce', ['inner', 'rows']), tempting: ['transform /0 <- produce'] });

export async function spreads(): Promise<void> {
  const made = await steps.produce('spread');
  await steps.transform({ ...made, rows: ['another'], note: 'more' });
}
label(spreads, { pattern: 'spread', ...spreadOf('transform /0', 'produce', ['rows']), tempting: ['transform /0/rows <- produce /rows', 'transform /0 <- produce'] });

export async function spreadsTwo(): Promise<void> {
  const one = await steps.produce('one');
  const two = await steps.produce('two');
  await steps.transform({ ...one, ...two });
  await steps.check([...one.items, ...two.items]);
}
label(spreadsTwo, {
  pattern: 'spread', ...spreadOf('transform /0', 'produce#2'),
  observed: [
    ...spreadOf('transform /0', 'produce#2').observed,
    ...[0, 1, 2, 3].flatMap((index) => [`check /0/${index} <- produce /items/${index}`, `check /0/${index + 4} <- produce#2 /items/${index}`]),
  ],
  tempting: ['transform /0/inner <- produce /inner'],
});

export async function maps(): Promise<void> {
  const made = await steps.produce('map');
  await steps.transform(made.items.map((item) => item));
  await steps.check(made.items.map(({ id, rank }) => ({ id, rank: rank + 1 })));
  await steps.combine(made.items.map((item, index) => ({ index, item })));
}
label(maps, {
  pattern: 'map, filter, reduce',
  observed: [0, 1, 2, 3].flatMap((index) => [`transform /0/${index} <- produce /items/${index}`, `combine /0/${index}/item <- produce /items/${index}`]),
  inferred: [0, 1, 2, 3].map((index) => `check /0/${index}/id <- produce /items/${index}/id`),
  unknowable: { 'it was made into a new value, which nothing tells from any other': [0, 1, 2, 3].map((index) => `check /0/${index}/rank <- produce /items/${index}/rank`) },
});

export async function filters(): Promise<void> {
  const made = await steps.produce('filter');
  await steps.transform(made.items.filter(({ rank }) => rank > 2));
  await steps.check(made.rows.filter((_, index) => index % 2 === 1));
}
label(filters, {
  pattern: 'map, filter, reduce',
  observed: ['transform /0/0 <- produce /items/0', 'transform /0/1 <- produce /items/2'],
  inferred: ['check /0/0 <- produce /rows/1', 'check /0/1 <- produce /rows/3'],
  tempting: ['transform /0/1 <- produce /items/1', 'transform /0 <- produce /items'],
});

export async function reduces(): Promise<void> {
  const made = await steps.produce('reduce');
  const byRank = made.items.reduce<Record<string, Item>>((all, item) => ({ ...all, [`r${item.rank}`]: item }), {});
  const best = made.items.reduce((a, b) => (a.rank > b.rank ? a : b));
  await steps.transform(byRank);
  await steps.check(best);
}
label(reduces, {
  pattern: 'map, filter, reduce',
  observed: ['transform /0/r3 <- produce /items/0', 'transform /0/r1 <- produce /items/1', 'transform /0/r4 <- produce /items/2', 'transform /0/r2 <- produce /items/3', 'check /0 <- produce /items/2'],
  tempting: ['check /0 <- produce /items/0'],
});

export async function slicesAndConcats(): Promise<void> {
  const made = await steps.produce('slice');
  const more = await steps.listOf('more');
  await steps.transform(made.items.slice(1, 3));
  await steps.check([made.items[0]].concat(made.items.slice(-1)), more.slice(0, 1));
  await steps.combine([[more[0]], [made.inner, [more[2]]]].flat(2), more.flatMap(({ items: [first] }) => [first]));
}
label(slicesAndConcats, {
  pattern: 'slice, concat, flat',
  observed: [
    'transform /0/0 <- produce /items/1', 'transform /0/1 <- produce /items/2', 'check /0/0 <- produce /items/0', 'check /0/1 <- produce /items/3', 'check /1/0 <- listOf /0',
    'combine /0/0 <- listOf /0', 'combine /0/1 <- produce /inner', 'combine /0/2 <- listOf /2',
    ...[0, 1, 2].map((index) => `combine /1/${index} <- listOf /${index}/items/0`),
  ],
});

export async function sortsCopy(): Promise<void> {
  const made = await steps.produce('sort copy');
  await steps.transform([...made.items].sort((a, b) => a.rank - b.rank));
  await steps.check(made.items);
}
label(sortsCopy, {
  pattern: 'sorting',
  observed: [...[1, 3, 0, 2].map((from, to) => `transform /0/${to} <- produce /items/${from}`), 'check /0 <- produce /items'],
  tempting: ['transform /0 <- produce /items'],
});

export async function sortsInPlace(): Promise<void> {
  const made = await steps.produce('sort in place');
  made.items.sort((a, b) => a.rank - b.rank);
  await steps.transform(made.items);
}
label(sortsInPlace, {
  pattern: 'sorting',
  inferred: ['transform /0 <- produce /items'], implied: [1, 3, 0, 2].map((from, to) => `transform /0/${to} <- produce /items/${from}`),
});

export async function pushes(): Promise<void> {
  const made = await steps.produce('push');
  const more = await steps.transform('more');
  (made.items as Item[]).push(more.items[0]);
  await steps.check(made);
}
label(pushes, {
  pattern: 'mutation',
  inferred: ['check /0 <- produce'],
  observed: ['check /0/items/4 <- transform /items/0'], implied: ['check /0/items <- produce /items'], tempting: ['check /0/items/4 <- produce /items/4'],
});

export async function setsProperty(): Promise<void> {
  const made = (await steps.produce('set')) as Thing & { extra?: unknown };
  const more = await steps.transform('more');
  made.extra = more.inner;
  made.title = 'changed by hand';
  await steps.check(made);
}
label(setsProperty, {
  pattern: 'mutation',
  inferred: ['check /0 <- produce'],
  observed: ['check /0/extra <- transform /inner'], tempting: ['check /0/extra <- produce /inner'],
});

export async function deletesProperty(): Promise<void> {
  const made = (await steps.produce('delete')) as Partial<Thing>;
  delete made.rows;
  await steps.transform(made);
  Object.assign(made, { rows: ['given'] });
  await steps.check(made.items, made.rows);
}
label(deletesProperty, {
  pattern: 'mutation',
  inferred: ['transform /0 <- produce'], observed: ['check /0 <- produce /items'], tempting: ['check /1 <- produce /rows'],
});

export async function assigns(): Promise<void> {
  const made = await steps.produce('assign');
  await steps.transform(Object.assign({ note: 'a target' }, { inner: made.inner, items: made.items }));
}
label(assigns, { pattern: 'Object.assign, entries, fromEntries', observed: partsOf('transform /0', 'produce ', ['inner', 'items']), tempting: ['transform /0 <- produce'] });

export async function entries(): Promise<void> {
  const made = await steps.produce('entries');
  const pairs = Object.entries({ one: made.items[0], two: made.inner });
  await steps.transform(pairs);
  await steps.check(Object.fromEntries(pairs.map(([key, value]) => [`${key}s`, value])));
  await steps.combine(Object.values(made.inner));
}
label(entries, {
  pattern: 'Object.assign, entries, fromEntries',
  observed: ['transform /0/0/1 <- produce /items/0', 'transform /0/1/1 <- produce /inner', 'check /0/ones <- produce /items/0', 'check /0/twos <- produce /inner', 'combine /0/1 <- produce /inner/deep'],
  inferred: ['combine /0/0 <- produce /inner/key'],
});

export async function mapsAndSets(): Promise<void> {
  const made = await steps.produce('Map');
  const byId = new Map(made.items.map((item) => [item.id, item]));
  const seen = new Set([made.inner, made.inner, made.rows]);
  await steps.transform(byId.get(made.items[2].id));
  await steps.check([...byId.values()], [...seen]);
}
label(mapsAndSets, {
  pattern: 'Map and Set',
  observed: ['transform /0 <- produce /items/2', ...[0, 1, 2, 3].map((index) => `check /0/${index} <- produce /items/${index}`), 'check /1/0 <- produce /inner', 'check /1/1 <- produce /rows'],
  tempting: ['transform /0 <- produce /items/0'],
});

class Basket {
  readonly #items: Item[] = [];
  owner: unknown;

  add(item: Item): this {
    this.#items.push(item);
    return this;
  }

  get last(): Item {
    return this.#items.at(-1)!;
  }

  contents(): { items: Item[]; owner: unknown } {
    return { items: this.#items, owner: this.owner };
  }
}

export async function classes(): Promise<void> {
  const [made, owner] = [await steps.produce('class'), await steps.produce('owner')];
  const basket = new Basket().add(made.items[3]).add(made.items[0]);
  basket.owner = owner;
  await steps.transform(basket.contents());
  await steps.check(basket.last);
}
label(classes, {
  pattern: 'classes with methods',
  observed: ['transform /0/items/0 <- produce /items/3', 'transform /0/items/1 <- produce /items/0', 'transform /0/owner <- produce#2', 'check /0 <- produce /items/0'],
});

export async function closures(): Promise<void> {
  const made = await steps.produce('closure');
  const later = ((thing: Thing) => (place: number) => ({ chosen: thing.items[place]! }))(made);
  await steps.check('between');
  await steps.transform(later(1));
}
label(closures, { pattern: 'closures', observed: ['transform /0/chosen <- produce /items/1'], tempting: ['transform /0 <- check'] });

function* inTurn(things: Item[]): Generator<Item> {
  for (const thing of things) yield thing;
}

async function* stepByStep(things: Item[]): AsyncGenerator<Thing> {
  for (const thing of things) yield await steps.transform(thing);
}

export async function generators(): Promise<void> {
  const made = await steps.produce('generator');
  for await (const changed of stepByStep([...inTurn(made.items)].slice(0, 2))) await steps.check(changed);
}
label(generators, {
  pattern: 'generators',
  observed: ['transform /0 <- produce /items/0', 'check /0 <- transform', 'transform#2 /0 <- produce /items/1', 'check#2 /0 <- transform#2'],
  tempting: ['check#2 /0 <- transform'],
});

function ordered<T extends { id: string }>(thing: Thing, extra: T): { body: { main: Thing['inner']; extra: T }; head: { ids: string[] } } {
  return { body: { main: thing.inner, extra }, head: { ids: [thing.id, extra.id] } };
}

export async function helpers(): Promise<void> {
  const [made, other] = [await steps.produce('helper'), await steps.transform('other')];
  await steps.check(ordered(made, other));
}
label(helpers, {
  pattern: 'helper functions',
  observed: ['check /0/body/main <- produce /inner', 'check /0/body/extra <- transform'],
  inferred: ['check /0/head/ids/0 <- produce /id', 'check /0/head/ids/1 <- transform /id'],
});

export async function optionals(input?: { given?: { a: string } }): Promise<void> {
  const made = (await steps.produce('optional')) as Thing & { maybe?: { inner: object } };
  await steps.transform(made.maybe?.inner ?? made.inner);
  await steps.check(input?.given ?? { a: 'default' }, (made.items as Item[])[9] ?? made.items[1]);
}
label(optionals, {
  pattern: 'optional chaining, defaults', observed: ['transform /0 <- produce /inner', 'check /1 <- produce /items/1'], tempting: ['check /0 <- input /0/given'],
});

export async function groups(): Promise<void> {
  const made = await steps.produce('group');
  const grouped: { odd: Item[]; even: Item[] } = { odd: [], even: [] };
  for (const item of made.items) grouped[item.rank % 2 ? 'odd' : 'even'].push(item);
  await steps.transform(grouped);
}
label(groups, {
  pattern: 'grouping, lookups',
  observed: ['transform /0/odd/0 <- produce /items/0', 'transform /0/odd/1 <- produce /items/1', 'transform /0/even/0 <- produce /items/2', 'transform /0/even/1 <- produce /items/3'],
});

export async function looksUp(): Promise<void> {
  const table = await steps.listOf('table');
  const index = new Map(table.map((row) => [row.id, row]));
  const order = { wanted: table[1]!.id };
  await steps.transform(index.get(order.wanted)!.inner);
  await steps.check(order);
}
label(looksUp, { pattern: 'grouping, lookups', observed: ['transform /0 <- listOf /1/inner'], inferred: ['check /0/wanted <- listOf /1/id'], tempting: ['transform /0 <- listOf /0/inner'] });

export async function recursion(): Promise<unknown> {
  const down = async (thing: Thing, depth: number): Promise<Thing> => (depth === 0 ? thing : down(await steps.transform(thing.inner), depth - 1));
  return down(await steps.produce('recursion'), 3);
}
label(recursion, {
  pattern: 'recursion',
  observed: ['transform /0 <- produce /inner', 'transform#2 /0 <- transform /inner', 'transform#3 /0 <- transform#2 /inner', 'result <- transform#3'],
  tempting: ['result <- produce', 'transform#3 /0 <- transform /inner'],
});

export async function refillsArray(): Promise<void> {
  const [made, more] = [await steps.produce('refill'), await steps.transform('refill')];
  const list = made.items as Item[];
  list.length = 0;
  list.push(more.items[3]);
  await steps.check(list);
}
label(refillsArray, { pattern: 'mutation', observed: ['check /0/0 <- transform /items/3'], tempting: ['check /0 <- produce /items', 'check /0/0 <- produce /items/0'] });

export async function swaps(): Promise<void> {
  const made = await steps.produce('swap');
  const list = made.items as Item[];
  [list[0], list[1]] = [list[1]!, list[0]!];
  await steps.transform(list[0], list[2]);
}
label(swaps, { pattern: 'mutation', observed: ['transform /0 <- produce /items/1', 'transform /1 <- produce /items/2'], tempting: ['transform /0 <- produce /items/0'] });

export async function reusesBox(): Promise<void> {
  const box: { content?: unknown } = {};
  box.content = await steps.produce('box');
  await steps.transform(box);
  box.content = (await steps.check('box')).inner;
  await steps.combine(box, box);
}
label(reusesBox, {
  pattern: 'mutation', observed: ['transform /0/content <- produce', 'combine /0/content <- check /inner', 'combine /1/content <- check /inner'],
  tempting: ['combine /0/content <- produce'],
});

export async function setsText(): Promise<void> {
  const [made, other] = [await steps.produce('set text'), await steps.transform('set text')];
  made.inner.key = other.id;
  await steps.check(made.inner.key, made.inner.deep);
}
label(setsText, { pattern: 'mutation', inferred: ['check /0 <- transform /id'], observed: ['check /1 <- produce /inner/deep'], tempting: ['check /0 <- produce /inner/key'] });

export async function picksMany(): Promise<void> {
  const table = await steps.listOf('pick many');
  const made = await steps.produce('pick many');
  await steps.transform(table.map(({ id, inner: { key } }) => ({ id, key })));
  await steps.check(Object.fromEntries(made.items.map(({ amount }, index) => [`amount${index}`, amount])));
  await steps.combine({ codes: table.map(({ code }) => code), ids: made.items.map(({ id }) => id) });
}
label(picksMany, {
  pattern: 'picked fields',
  inferred: [
    ...[0, 1, 2].flatMap((index) => [`transform /0/${index}/id <- listOf /${index}/id`, `transform /0/${index}/key <- listOf /${index}/inner/key`, `combine /0/codes/${index} <- listOf /${index}/code`]),
    ...[0, 1, 2, 3].flatMap((index) => [`check /0/amount${index} <- produce /items/${index}/amount`, `combine /0/ids/${index} <- produce /items/${index}/id`]),
  ],
  tempting: ['combine /0/ids/0 <- listOf /0/id'],
});
