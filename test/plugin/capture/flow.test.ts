import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isDistinctive } from '../../../plugin/capture/distinctive.ts';
import { Flow } from '../../../plugin/capture/flow.ts';

const tagged = <T>(value: T, source = 'activity/1/1'): { flow: Flow; value: T } => {
  const flow = new Flow('names');
  flow.tag(value, source);
  return { flow, value };
};

describe('data flow inside of a workflow', () => {
  it('follows objects by their identity, and what was put into others by its own', () => {
    const { flow, value } = tagged({ rows: [{ id: 1 }, { id: 2 }], note: 'x' });
    expect(flow.linksOf([value])).toEqual({ links: [['/0', 'activity/1/1', '']] });
    expect(flow.linksOf([{ ...value }])).toEqual({ links: [['/0/rows', 'activity/1/1', '/rows']], loose: true });
    expect(flow.linksOf([value.rows.filter(({ id }) => id > 1)])).toEqual({ links: [['/0/0', 'activity/1/1', '/rows/1']] });
  });

  it('says of an object that was changed since that it is no longer sure', () => {
    const changes: [(value: { rows: number[]; inner: { name: string }; extra?: unknown }) => void][] = [
      [(value) => value.rows.push(4)], [(value) => value.rows.sort((a, b) => b - a)], [(value) => void (value.inner.name = 'b')],
      [(value) => void (value.extra = { made: 'here' })], [(value) => void delete (value as { rows?: unknown }).rows], [(value) => void (value.inner = { name: 'a' })],
    ];
    for (const [change] of changes) {
      const { flow, value } = tagged({ rows: [1, 2, 3], inner: { name: 'a' } });
      change(value);
      expect(flow.linksOf([value]).links[0]).toEqual(['/0', 'activity/1/1', '', 1]);
    }
  });

  it('drops where a thing came from once it was emptied and filled with what came from elsewhere', () => {
    const flow = new Flow('names');
    const made = { items: [{ a: 1 }, { a: 2 }], byName: { one: { b: 1 } } as Record<string, object>, paths: ['s3://lake/part-001'], counts: [1, 2] };
    const other = { items: [{ c: 1 }, { c: 2 }], paths: ['s3://lake/part-002'] };
    flow.tag(made, 'activity/1/1');
    flow.tag(other, 'activity/2/1');
    made.items.splice(0, Infinity, ...(other.items as never[]));
    delete made.byName.one;
    made.byName.other = other.items[1]!;
    made.paths.splice(0, 1, ...other.paths);
    made.counts.splice(0, 2, 1, 3);
    expect(flow.linksOf(made.items).links).toEqual([['/0', 'activity/2/1', '/items/0'], ['/1', 'activity/2/1', '/items/1']]);
    expect(flow.linksOf(made.byName).links).toEqual([['/other', 'activity/2/1', '/items/1']]);
    expect(flow.linksOf(made.paths).links).toEqual([['/0', 'activity/2/1', '/paths/0', 1]]);
    // Some of these may be what was there.
    expect(flow.linksOf(made.counts).links).toEqual([['', 'activity/1/1', '/counts', 1]]);
    expect(flow.linksOf(made).links[0]).toEqual(['', 'activity/1/1', '', 1]);
  });

  it('is not sure of what was taken out and put back elsewhere, nor of what was made here', () => {
    const { flow, value } = tagged({ rows: [{ id: 1 }, { id: 2 }], inner: { deep: { x: 1 } } });
    value.rows.reverse();
    expect(flow.linksOf(value.rows).links).toEqual([['', 'activity/1/1', '/rows', 1], ['/0', 'activity/1/1', '/rows/1'], ['/1', 'activity/1/1', '/rows/0']]);
    value.inner.deep = { x: 2 };
    expect(flow.linksOf(value.inner).links).toEqual([['', 'activity/1/1', '/inner', 1]]);
  });

  it('sees any other text, number or byte, wherever it differs', () => {
    const long = (end: string) => `s3://bucket/${'x'.repeat(1_000)}/2026-01-01/part-0001.${end}`;
    for (const [before, after] of [[long('csv'), long('cvs')], [1e-9, 2e-9], [5, 2 ** 32 + 5], [0.1 + 0.2, 0.3]]) {
      const { flow, value } = tagged({ before: [before] });
      value.before[0] = after;
      expect([after, flow.linksOf(value).links]).toEqual([after, [['', 'activity/1/1', '', 1]]]);
    }
    const { flow, value: bytes } = tagged(new Uint8Array(100_000));
    bytes[77_777] = 1;
    expect(flow.linksOf(bytes).links).toEqual([['', 'activity/1/1', '', 1]]);
  });

  it('is never sure of what can not be looked into, nor of what there was no time to look at', () => {
    for (const closed of [new Map([[1, {}]]), new Set([1])]) {
      const { flow, value } = tagged({ closed });
      expect(flow.linksOf([value]).links).toEqual([['/0', 'activity/1/1', '', 1]]);
    }
    expect(new Flow('names').linksOf([new Map([[1, {}]]), new Set()])).toEqual({ links: [], incomplete: true });
    const { flow, value } = tagged({ at: new Date(0) });
    expect(flow.linksOf(value).links).toEqual([['', 'activity/1/1', '']]);
    value.at.setTime(1);
    expect(flow.linksOf(value).links).toEqual([['', 'activity/1/1', '', 1]]);
    const rows = Array.from({ length: 100_000 }, (_, a) => ({ a, b: a, c: a }));
    const many = tagged(rows);
    rows[rows.length - 1] = { a: 0, b: 0, c: 0 };
    expect(many.flow.linksOf(rows)).toMatchObject({ links: [['', 'activity/1/1', '', 1]], incomplete: true });
  });

  it('does not take what an object keeps back when it is sent for what is sent, and says that it does not know', () => {
    const flow = new Flow('names');
    const [sent, kept] = [{ rows: [1, 2] }, { rows: [3, 4] }];
    flow.tag(sent, 'activity/1/1');
    flow.tag(kept, 'activity/2/1');
    class Request {
      constructor(readonly ref: object, readonly cache: object) {}
      toJSON() { return { ref: this.ref }; }
    }
    expect(flow.linksOf([new Request(sent, kept)])).toEqual({ links: [], incomplete: true });
    expect(flow.linksOf([{ sent, at: new Date(0) }])).toEqual({ links: [['/0/sent', 'activity/1/1', '']] });
    expect(flow.linksOf([{ kept, get toJSON() { return expect.fail('asked'); } }])).toMatchObject({ incomplete: true });
  });

  it('tells of what was put into another value where it came from', () => {
    const flow = new Flow('names');
    const [one, two]: [Record<string, unknown>, object] = [{ a: 1 }, { b: 2 }];
    flow.tag(one, 'activity/1/1');
    flow.tag(two, 'activity/2/1');
    one.put = two;
    expect(flow.linksOf([one]).links).toEqual([['/0', 'activity/1/1', '', 1], ['/0/put', 'activity/2/1', '']]);
  });

  it('knows distinctive texts and numbers again, unless two brought them or the workflow had them', () => {
    const flow = new Flow('names');
    flow.tag({ id: 'order-20260101', count: 13_493_022, ok: true, small: 7 }, 'activity/1/1');
    expect(flow.linksOf(['order-20260101', { n: 13_493_022, ok: true, small: 7 }])).toEqual({
      links: [['/0', 'activity/1/1', '/id', 1], ['/1/n', 'activity/1/1', '/count', 1]], loose: true,
    });
    flow.tag({ echoed: 'order-20260101' }, 'activity/2/1');
    expect(flow.linksOf(['order-20260101']).links).toEqual([]);
    expect(flow.linksOf(['constant-4711-of-mine']).links).toEqual([]);
    flow.tag('constant-4711-of-mine', 'activity/3/1');
    expect(flow.linksOf(['constant-4711-of-mine']).links).toEqual([]);
  });

  it('takes nothing for distinctive that comes about by chance', () => {
    for (const value of [true, null, 0, 1, 42, 0.5, 0.25, 99_999, 1_000_000, 3.14, 'ok', 'completed', 'us-east-1', 'production', '2026']) expect([value, isDistinctive(value)]).toEqual([value, false]);
    for (const value of [13_493_022, 0.8173645, 'ord-8731', '2001-06-30', 's3://bucket/table', 'd9428888-122b-11e1-b85c-61cd3cbb3210']) expect([value, isDistinctive(value)]).toEqual([value, true]);
  });

  it('tells of the many elements of one list as of one, not saying which became which', () => {
    const { flow, value } = tagged({ rows: Array.from({ length: 1_000 }, (_, id) => ({ id })) });
    expect(flow.linksOf([{ kept: value.rows.filter(({ id }) => id % 2 === 0) }])).toEqual({ links: [['/0/kept', 'activity/1/1', '/rows', 2]] });
  });

  it('links every place of what is passed on to that place, whatever it is', () => {
    fc.assert(fc.property(fc.jsonValue(), (json) => {
      const { flow, value } = tagged({ json });
      expect(flow.linksOf([value]).links).toEqual([['/0', 'activity/1/1', '']]);
      expect(flow.linksOf([{ put: { deep: value } }]).links).toEqual([['/0/put/deep', 'activity/1/1', '']]);
    }), { seed: 20_261_125 });
  });

  it('walks large values within bounds, and says what was not walked', () => {
    const flow = new Flow('names');
    const rows = Array.from({ length: 200_000 }, (_, index) => ({ a: index, b: index, c: index, d: index }));
    flow.tag(rows, 'input');
    expect(flow.linksOf([rows])).toMatchObject({ incomplete: true });
    flow.refill();
    const numbers = { values: Array.from({ length: 1_000_000 }, (_, index) => index) };
    flow.tag(numbers, 'activity/1/1');
    expect(flow.linksOf([numbers])).toEqual({ links: [['/0', 'activity/1/1', '']] });
    expect(flow.linksOf([{ ...numbers, note: 'x' }])).toEqual({ links: [['/0/values', 'activity/1/1', '/values']], loose: true });
  });

  it("leaves getters of the workflow's objects alone, is stopped by none, and goes round no circle", () => {
    const withGetter = (list: unknown) => Object.defineProperty({ list } as Record<string, unknown>, 'mean', { enumerable: true, get: () => { called++; throw new Error('do not touch'); } });
    let called = 0;
    const value = withGetter([1]);
    value.self = value;
    const { flow } = tagged(value);
    expect(flow.linksOf([value]).links).toEqual([['/0', 'activity/1/1', '']]);
    called = 0;
    expect(flow.linksOf([withGetter(value.list)]).links).toEqual([['/0/list', 'activity/1/1', '/list']]);
    expect(called).toBe(0);
  });

  it('tells positions only, where names are secret', () => {
    const flow = new Flow('positions');
    flow.tag({ secretName: { x: 1 }, id: 'order-20260101' }, 'activity/1/1');
    flow.tag({ other: [1] }, 'activity/2/1');
    expect(flow.linksOf([1, { secretId: 'order-20260101' }]).links).toEqual([['/1', 'activity/1/1', '', 1]]);
  });
});
