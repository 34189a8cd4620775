import { readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ProvenanceRecord } from '../../../plugin/model/record.ts';
import { Archive, archiveFigures, readArchive } from '../../../plugin/outbox/archive.ts';
import { Drain } from '../../../plugin/outbox/drain.ts';
import { Outbox } from '../../../plugin/outbox/outbox.ts';
import { lineOf } from '../../../plugin/outbox/record-lines.ts';
import { heavy, nameOf, record } from '../../support/outbox-fixture.ts';
import { arbitraryRecords } from '../../support/records.ts';
import { temporaryDirectory } from '../../support/recorded.ts';

const textOf = (...records: ProvenanceRecord[]): Buffer => Buffer.from(records.map(lineOf).join(''));

async function read(folder: string): Promise<{ records: ProvenanceRecord[]; damages: { file: string; reason: string }[] }> {
  const records: ProvenanceRecord[] = [];
  const damages: { file: string; reason: string }[] = [];
  for await (const some of readArchive(folder, (damage) => damages.push(damage))) records.push(...some);
  return { records, damages };
}

describe('the archive', () => {
  let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
  let folder: string;
  beforeEach(async () => {
    directory = await temporaryDirectory();
    folder = join(directory.path, 'archive');
  });
  afterEach(() => directory.remove());
  const files = async () => (await readdir(folder)).sort().map((name) => join(folder, name));

  it('gives back every record as it was, in order, whatever went in together', async () => {
    let round = 0;
    await fc.assert(fc.asyncProperty(fc.array(arbitraryRecords('archived'), { minLength: 1, maxLength: 6 }), async (batches) => {
      const own = join(folder, String(round++));
      const archive = new Archive(own);
      for (const batch of batches) await archive.append([textOf(...batch.slice(0, 1)), textOf(...batch.slice(1))]);
      await archive.close();
      const { records, damages } = await read(own);
      expect(records).toEqual(JSON.parse(JSON.stringify(batches.flat())));
      expect(damages).toEqual([]);
    }), { numRuns: 25 });
  });

  it('has all that several append at once', async () => {
    const archive = new Archive(folder, 1_000);
    const names = Array.from({ length: 30 }, (_, n) => `n${n}`);
    await Promise.all(names.map((name) => archive.append([textOf(record(name))])));
    await archive.close();
    const { records, damages } = await read(folder);
    expect([records.map(nameOf), damages]).toEqual([names, []]);
  });

  it('goes on with another file when one is long enough, and is small', async () => {
    const archive = new Archive(folder, 2_000);
    const records = Array.from({ length: 12 }, (_, n) => heavy(`n${n}`, 20_000));
    for (const each of records) await archive.append([textOf(each, ...Array.from({ length: 40 }, (_, n) => record(`${nameOf(each)}-${n}`)))]);
    await archive.close();
    const figures = await archiveFigures(folder);
    expect(figures.files).toBeGreaterThan(2);
    expect(figures.bytes).toBeLessThan(50_000);
    expect((await read(folder)).records.map(nameOf).filter((name) => !String(name).includes('-'))).toEqual(records.map(nameOf));
  });

  it('that was cut short anywhere gives what went in before, and the files after', async () => {
    const archive = new Archive(folder);
    const ends: number[] = [];
    for (const name of ['a', 'b', 'c']) {
      await archive.append([textOf(record(name))]);
      ends.push((await stat((await files())[0]!)).size);
    }
    const later = new Archive(folder);
    await new Promise((resolve) => setTimeout(resolve, 2)); // Files are sorted by the millisecond in which they were begun.
    await later.append([textOf(record('later'))]);
    const [first] = await files() as [string];
    const bytes = await readFile(first);
    for (let size = 0; size < bytes.length; size += 7) {
      await writeFile(first, bytes.subarray(0, size));
      const { records, damages } = await read(folder);
      const whole = ['a', 'b', 'c'].filter((_, n) => ends[n]! <= size);
      // Of what was cut, there may be more.
      expect([whole, ['a', 'b', 'c'].slice(0, whole.length + 1)].map((names) => [...names, 'later'])).toContainEqual(records.map(nameOf));
      expect(damages).toHaveLength(size === 0 || ends.includes(size) ? 0 : 1);
      expect(damages.every(({ file }) => file === first)).toBe(true);
    }
    await Promise.all([archive.close(), later.close()]);
  });

  it('that was changed somewhere gives all that is whole, and says what is not', async () => {
    const archive = new Archive(folder);
    for (const name of ['a', 'b', 'c']) await archive.append([textOf(record(name))]);
    await archive.close();
    const [file] = await files() as [string];
    const whole = await readFile(file);
    for (let at = 0; at < whole.length; at += 5) {
      const bytes = Buffer.from(whole);
      bytes[at]! ^= 0x55;
      await writeFile(file, bytes);
      const { records, damages } = await read(folder);
      expect(records.length).toBeGreaterThanOrEqual(1);
      for (const each of records) expect([record('a'), record('b'), record('c')]).toContainEqual(each);
      // In the header of gzip there are bytes that mean nothing.
      if (records.length < 3) expect(damages.length).toBeGreaterThan(0);
    }
  });

  it('is none where there is no folder', async () => {
    expect(await read(folder)).toEqual({ records: [], damages: [] });
    expect(await archiveFigures(folder)).toEqual({ files: 0, bytes: 0 });
  });

  describe('of an outbox', () => {
    let outbox: Outbox;
    const written: unknown[] = [];
    const sink = { write: async (records: ProvenanceRecord[]) => void written.push(...records.map(nameOf)), isTransient: () => true };
    beforeEach(() => {
      written.length = 0;
      outbox = new Outbox(join(directory.path, 'outbox'), { bytes: 100_000 });
    });
    afterEach(() => outbox.close());

    it('has what is drained before it leaves', async () => {
      const archive = new Archive(folder);
      const drain = new Drain(outbox, sink, {}, archive);
      const archived: unknown[] = [];
      const remove = outbox.remove.bind(outbox);
      outbox.remove = async (batch) => {
        archived.push(...(await read(folder)).records.map(nameOf));
        await remove(batch);
      };
      await Promise.all(['a', 'b'].map((name) => outbox.put(record(name))));
      await vi.waitFor(() => expect(outbox.depth).toBe(0), { timeout: 60_000 });
      await drain.stop(1_000);
      await archive.close();
      expect(archived).toEqual(['a', 'b']);
    });

    it('that can not be written to holds up nothing, and gets it all later', async () => {
      await writeFile(folder, 'a file where the folder is to be');
      const unarchived = vi.fn();
      const archive = new Archive(folder);
      const drain = new Drain(outbox, sink, { unarchived }, archive);
      await outbox.put(record('a'));
      await vi.waitFor(() => expect(unarchived).toHaveBeenCalledWith(expect.anything(), true), { timeout: 60_000 });
      await outbox.put(record('b'));
      await vi.waitFor(() => expect(written).toEqual(['a', 'b']), { timeout: 60_000 });
      expect(outbox.depth).toBe(2);
      await rm(folder);
      await vi.waitFor(() => expect(outbox.depth).toBe(0), { timeout: 60_000 });
      await drain.stop(1_000);
      await archive.close();
      expect((await read(folder)).records.map(nameOf)).toEqual(['a', 'b']);
      expect([written, drain.counts.unarchived]).toEqual([['a', 'b'], 0]);
    });

    it('that stays broken does not fill the outbox: the oldest leaves without it, and that is said', async () => {
      await writeFile(folder, 'a file where the folder is to be');
      const unarchived = vi.fn();
      const archive = new Archive(folder);
      const drain = new Drain(outbox, sink, { unarchived }, archive);
      for (const name of ['a', 'b']) {
        await outbox.put(heavy(name, 40_000));
        await vi.waitFor(() => expect(written).toContain(name), { timeout: 60_000 });
      }
      await vi.waitFor(() => expect(unarchived).toHaveBeenCalledWith(expect.anything(), false), { timeout: 60_000 });
      await drain.stop(1_000);
      expect(drain.counts.unarchived).toBe(1);
      expect(outbox.oldest(5).map((entry) => nameOf(entry.record))).toEqual(['b']);
    });
  });
});
