import { appendFile, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ProvenanceRecord } from '../../../plugin/model/record.ts';
import { Drain } from '../../../plugin/outbox/drain.ts';
import { Outbox } from '../../../plugin/outbox/outbox.ts';
import { quarantinedIn, replay } from '../../../plugin/outbox/quarantine.ts';
import { lineOf } from '../../../plugin/outbox/record-lines.ts';
import { nameOf, record } from '../../support/outbox-fixture.ts';
import { temporaryDirectory } from '../../support/recorded.ts';

const NAMES = ['a', 'b', 'c', 'd', 'e'];

describe('an outbox that was damaged', () => {
  let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
  let path: string;
  beforeEach(async () => {
    directory = await temporaryDirectory();
    path = join(directory.path, 'outbox');
  });
  afterEach(() => directory.remove());

  /** Five records as they lie there, changed by `damage`; then what is drained of them, and how often something was said to be unreadable. */
  async function drainedAfter(folder: string, damage: (bytes: Buffer) => Buffer): Promise<{ drained: unknown[]; said: number }> {
    const before = new Outbox(folder);
    await Promise.all(NAMES.map((name) => before.put(record(name))));
    await before.close();
    const [file] = (await readdir(folder)).filter((name) => name.endsWith('.records'));
    await writeFile(join(folder, file!), damage(await readFile(join(folder, file!))));
    const outbox = new Outbox(folder);
    const drained: unknown[] = [];
    const unreadable = vi.fn();
    await outbox.takeOver();
    const drain = new Drain(outbox, { write: async (records) => void drained.push(...records.map(nameOf)), isTransient: () => false }, { unreadable });
    expect(await drain.stop(10_000)).toBe(0);
    expect(outbox.depth).toBe(0);
    await outbox.close();
    return { drained, said: unreadable.mock.calls.length };
  }

  it('gives all that is whole, wherever it was cut short', async () => {
    let round = 0;
    await fc.assert(fc.asyncProperty(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), async (part) => {
      let whole = 0;
      let isInMidst = false;
      const { drained, said } = await drainedAfter(`${path}-${round++}`, (bytes) => {
        const kept = bytes.subarray(0, Math.floor(part * bytes.length));
        whole = kept.toString().split('\n').length - 1;
        // A line that lacks nothing but its line break is whole.
        isInMidst = kept.length > 0 && kept.at(-1) !== 10;
        if (isInMidst && bytes[kept.length] === 10) [whole, isInMidst] = [whole + 1, false];
        return kept;
      });
      expect(drained).toEqual(NAMES.slice(0, whole));
      expect(said).toBe(isInMidst ? 1 : 0);
    }), { numRuns: 40 });
  });

  it('gives all but what was changed, whichever byte that is, and never a changed record', async () => {
    let round = 0;
    await fc.assert(fc.asyncProperty(fc.nat(), fc.integer({ min: 1, max: 255 }), async (at, change) => {
      const { drained, said } = await drainedAfter(`${path}-${round++}`, (bytes) => {
        bytes[at % bytes.length]! ^= change;
        return bytes;
      });
      // A line break that is gone makes one of two; one that is new, two of one.
      expect(said).toBeGreaterThan(0);
      expect(drained.length).toBeGreaterThanOrEqual(3);
      expect(NAMES.filter((name) => drained.includes(name))).toEqual(drained);
    }), { numRuns: 60 });
  });

  it('sets aside what another version wrote, with the reason, for a version that knows it', async () => {
    const { drained } = await drainedAfter(path, (bytes) => Buffer.concat([Buffer.from(lineOf({ ...record('new'), v: 9 as 1 })), bytes]));
    expect(drained).toEqual(NAMES);
    expect(quarantinedIn(path)).toEqual([{ reason: expect.stringContaining('version 9') as string, since: expect.any(String) as string }]);
    expect(await replay(path, async () => undefined)).toEqual({ replayed: 0, left: 1 });
  });

  it('is no matter to those who still write into it', async () => {
    const outbox = new Outbox(path);
    await outbox.put(record('a'));
    const [file] = (await readdir(path)).filter((name) => name.endsWith('.records'));
    await appendFile(join(path, file!), 'rubbish');
    await outbox.put(record('b'));
    expect((await outbox.batch())?.records.map(nameOf)).toEqual(['a', 'b']);
    await outbox.close();
  });
});

describe('records that the graph refused', () => {
  it('are tried again once they are given back, and kept until they are taken', async () => {
    const directory = await temporaryDirectory();
    const outbox = new Outbox(join(directory.path, 'outbox'));
    let isFixed = false;
    const taken: unknown[] = [];
    const sink = {
      write: async (records: ProvenanceRecord[]) => {
        const names = records.map(nameOf);
        if (!isFixed && names.includes('poison')) throw new Error('no such label');
        taken.push(...names);
      },
      isTransient: () => false,
    };
    const drain = new Drain(outbox, sink);
    for (const name of ['a', 'poison', 'b']) await outbox.put(record(name));
    await vi.waitFor(() => expect(outbox.depth).toBe(0), { timeout: 60_000 });
    expect(taken).toEqual(['a', 'b']);
    await replay(outbox.directory, (each) => outbox.put(each));
    await vi.waitFor(() => expect(drain.counts.quarantined).toBe(2), { timeout: 60_000 });
    expect(outbox.quarantined()).toMatchObject([{ reason: 'no such label', record: { nodes: [{ id: 'run/poison' }] } }]);
    isFixed = true;
    expect(await replay(outbox.directory, (each) => outbox.put(each))).toEqual({ replayed: 1, left: 0 });
    expect(await drain.stop(5_000)).toBe(0);
    expect(taken).toEqual(['a', 'b', 'poison']);
    expect(outbox.quarantined()).toEqual([]);
    await outbox.close();
    await directory.remove();
  });

  it('are not taken for bad where the graph takes nothing at all', async () => {
    const directory = await temporaryDirectory();
    const outbox = new Outbox(join(directory.path, 'outbox'));
    let isBroken = false;
    let isRepaired = false;
    const taken: unknown[] = [];
    const away = vi.fn();
    const drain = new Drain(outbox, {
      write: async (records) => {
        // One record still fits, then the disk is full.
        isBroken ||= records.some((each) => nameOf(each) === 'b');
        if (isBroken && !isRepaired) throw new Error('the disk is full');
        taken.push(...records.map(nameOf));
      },
      isTransient: () => false, isUnclear: () => true,
    }, { away });
    await Promise.all(['a', 'b', 'c'].map((name) => outbox.put(record(name))));
    await vi.waitFor(() => expect(away).toHaveBeenCalled(), { timeout: 60_000 });
    expect(outbox.quarantined()).toEqual([]);
    isRepaired = true;
    await vi.waitFor(() => expect(outbox.depth).toBe(0), { timeout: 60_000 });
    await drain.stop(1_000);
    expect([...new Set(taken)]).toEqual(['a', 'b', 'c']);
    await outbox.close();
    await directory.remove();
  });
});
