import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Drain } from '../../../plugin/outbox/drain.ts';
import { Outbox } from '../../../plugin/outbox/outbox.ts';
import { nameOf, record } from '../../support/outbox-fixture.ts';
import { temporaryDirectory } from '../../support/recorded.ts';


describe('the outbox', () => {
  let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
  let outbox: Outbox;
  beforeEach(async () => {
    directory = await temporaryDirectory();
    outbox = new Outbox(join(directory.path, 'outbox'));
  });
  afterEach(async () => {
    await outbox.close();
    await directory.remove();
  });

  it('keeps records in order', async () => {
    await Promise.all(['a', 'b', 'c'].map((name) => outbox.put(record(name))));
    expect(outbox.oldest(10).map((entry) => nameOf(entry.record))).toEqual(['a', 'b', 'c']);
    expect(outbox.oldest(2)).toHaveLength(2);
    const batch = (await outbox.batch())!;
    await outbox.put(record('d'));
    expect(batch.records.map(nameOf)).toEqual(['a', 'b', 'c']);
    await outbox.remove(batch);
    expect(outbox.oldest(10).map((entry) => nameOf(entry.record))).toEqual(['d']);
  });

  it('gives at once only so much as the graph takes in one go', async () => {
    const picture = record('a');
    picture.nodes.push({ label: 'Detail', id: 'run/a/detail', aspect: 'preview', set: { picture: 'x'.repeat(900_000) } });
    for (let n = 0; n < 5; n++) await outbox.put(picture);
    const sizes: number[] = [];
    for (let batch = await outbox.batch(); batch; batch = await outbox.batch()) {
      sizes.push(batch.records.length);
      await outbox.remove(batch);
    }
    expect(sizes).toEqual([2, 2, 1]);
  });

  it('drains once the graph is back, and says once that it was away', async () => {
    for (const name of ['a', 'b']) await outbox.put(record(name));
    const written: unknown[] = [];
    let away = true;
    const told = { away: vi.fn(), back: vi.fn() };
    const drain = new Drain(outbox, {
      write: async (records) => {
        if (away) throw new Error('connection refused');
        written.push(...records.map(nameOf));
      },
      isTransient: () => true,
    }, told);
    await vi.waitFor(() => expect(told.away).toHaveBeenCalled(), 60_000);
    expect(outbox.depth).toBe(2);
    away = false;
    await vi.waitFor(() => expect(outbox.depth).toBe(0), { timeout: 60_000 });
    expect(await drain.stop(1_000)).toBe(0);
    expect(written).toEqual(['a', 'b']);
    expect([told.away.mock.calls.length, told.back.mock.calls.length]).toEqual([1, 1]);
  });

  it('sets a record aside that the graph refuses, and goes on with the rest', async () => {
    for (const name of ['a', 'poison', 'b']) await outbox.put(record(name));
    const written: unknown[] = [];
    const drain = new Drain(outbox, {
      write: async (records) => {
        if (records.some((each) => nameOf(each) === 'poison')) throw new Error('no such label');
        written.push(...records.map(nameOf));
      },
      isTransient: () => false,
    });
    await vi.waitFor(() => expect(outbox.depth).toBe(0), 60_000);
    await drain.stop(1_000);
    expect(written).toEqual(['a', 'b']);
    expect(outbox.quarantined()).toMatchObject([{ reason: 'no such label', record: { nodes: [{ id: 'run/poison' }] } }]);
  });

  it('does not wait at shutdown for a graph that is away: the rest stays for the next worker', async () => {
    await outbox.put(record('a'));
    const drain = new Drain(outbox, { write: () => Promise.reject(new Error('away')), isTransient: () => true });
    expect(await drain.stop(60_000)).toBe(1);
    expect(outbox.depth).toBe(1);
  });
});
