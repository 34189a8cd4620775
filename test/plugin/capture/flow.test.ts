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
