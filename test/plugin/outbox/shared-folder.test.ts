import { readdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Drain } from '../../../plugin/outbox/drain.ts';
import { Outbox } from '../../../plugin/outbox/outbox.ts';
import { ended, inProcess, nameOf, nextSaid, record } from '../../support/outbox-fixture.ts';
import { temporaryDirectory } from '../../support/recorded.ts';

describe('an outbox folder that several processes share', () => {
  let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
  let path: string;
  beforeEach(async () => {
    directory = await temporaryDirectory();
    path = join(directory.path, 'outbox');
  });
  afterEach(() => directory.remove());

  /** Drains what this process may, and gives what the graph got. */
  async function drained(): Promise<unknown[]> {
    const outbox = new Outbox(path);
    const names: unknown[] = [];
    await outbox.takeOver();
    const drain = new Drain(outbox, { write: async (records) => void names.push(...records.map(nameOf)), isTransient: () => false });
    expect(await drain.stop(10_000)).toBe(0);
    await outbox.close();
    return names;
  }

  it('is drained by the next process of what a killed one left, in order', async () => {
    const killed = await ended(inProcess(path, `
      const outbox = new Outbox(path);
      for (let n = 0; n < 20; n++) await outbox.put(record('left-' + n));
      process.kill(process.pid, 'SIGKILL');`));
    expect(killed.signal).toBe('SIGKILL');
    expect(await drained()).toEqual(Array.from({ length: 20 }, (_, n) => `left-${n}`));
    expect(new Outbox(path).depth).toBe(0);
  });

  it('is drained of what was left in order by a process that goes on', async () => {
    const outbox = new Outbox(path);
    await outbox.put(record('a'));
    expect(await drained()).toEqual([]);
    await outbox.release();
    expect(await drained()).toEqual(['a']);
    await outbox.put(record('b'));
    await outbox.close();
    expect(await drained()).toEqual(['b']);
  });

  it('leaves alone what another live process has there', async () => {
    const child = inProcess(path, `
      const outbox = new Outbox(path);
      await outbox.put(record('theirs'));
      say('put');
      setInterval(() => undefined, 1_000);`);
    try {
      expect(await nextSaid(child)).toBe('put');
      expect(await drained()).toEqual([]);
      expect(new Outbox(path).oldest(10).map((entry) => nameOf(entry.record))).toEqual(['theirs']);
    } finally {
      child.kill('SIGKILL');
    }
    await ended(child);
    expect(await drained()).toEqual(['theirs']);
  });

  it('loses nothing of a process that was held up for so long that it was taken for dead', async () => {
    const outbox = new Outbox(path);
    await outbox.put(record('before'));
    // As another one takes it over, while this one sees nothing of it.
    const [name] = (await readdir(path)).filter((each) => each.endsWith('.records'));
    await rename(join(path, name!), join(path, `${name!.split('~')[0]}~nobody.records`));
    const now = performance.now();
    const clock = vi.spyOn(performance, 'now').mockImplementation(() => now + 120_000);
    try {
      await outbox.put(record('after'));
    } finally {
      clock.mockRestore();
    }
    expect((await drained()).sort()).toEqual(['after', 'before']);
    expect((await outbox.batch())?.records.map(nameOf)).toEqual(['after']);
    await outbox.close();
  });

  it('may hold the same records twice: two writers put them, each is given to the graph', async () => {
    const script = `
      const outbox = new Outbox(path);
      await Promise.all(['x', 'y', 'z'].map((name) => outbox.put(record(name))));
      process.exit(0);`;
    await Promise.all([ended(inProcess(path, script)), ended(inProcess(path, script))]);
    expect((await drained()).sort()).toEqual(['x', 'x', 'y', 'y', 'z', 'z']);
  });
});
