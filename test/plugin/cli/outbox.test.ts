import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Archive } from '../../../plugin/outbox/archive.ts';
import { Outbox } from '../../../plugin/outbox/outbox.ts';
import { lineOf } from '../../../plugin/outbox/record-lines.ts';
import { nameOf, record } from '../../support/outbox-fixture.ts';
import { provenance } from '../../support/provenance.ts';
import { temporaryDirectory } from '../../support/recorded.ts';

describe('provenance', () => {
  let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
  let outbox: Outbox;
  beforeEach(async () => {
    directory = await temporaryDirectory();
    outbox = new Outbox(join(directory.path, 'outbox'));
    await Promise.all(['a', 'b'].map((name) => outbox.put(record(name))));
    await outbox.quarantine(record('poison'), 'no such label');
  });
  afterEach(async () => {
    await outbox.close();
    await directory.remove();
  });
  const own = (...args: string[]) => provenance([...args, '--outbox', outbox.directory]);

  it('status tells what waits on this machine, what is archived, and what is in Neo4j', async () => {
    const archive = new Archive(join(directory.path, 'archive'));
    await archive.append([Buffer.from(lineOf(record('old')))]);
    await archive.close();
    const { code, out } = await own('status', '--json');
    expect(code).toBe(0);
    const status = JSON.parse(out) as { outbox: { bytes: number }; archive: { bytes: number }; graph: { runs: { runs: number } } };
    expect(status).toMatchObject({
      outbox: { folder: outbox.directory, records: 2, quarantined: 1, oldestAgeSeconds: expect.any(Number) as number },
      archive: { folder: join(directory.path, 'archive'), files: 1 }, graph: { answers: true },
    });
    for (const number of [status.outbox.bytes, status.archive.bytes]) expect(number).toBeGreaterThan(0);
    const text = await own('status');
    expect(text.out).toMatch(/^Outbox {3}2 records wait \(\d+ bytes, the oldest for \d+ s\), 1 set aside/);
    expect(text.out).toMatch(/Neo4j {4}answers: \d+ runs/);
  });

  it('status says so when Neo4j does not answer, and tells the rest', async () => {
    const { code, out } = await provenance(['status', '--json', '--outbox', outbox.directory], { NEO4J_URI: 'bolt://127.0.0.1:1' });
    expect(code).toBe(3);
    expect(JSON.parse(out)).toMatchObject({ outbox: { records: 2 }, graph: { answers: false, fault: expect.stringContaining("can't reach Neo4j") as string } });
  });

  it('outbox list shows what is set aside and why, and replay gives it back', async () => {
    expect((await own('outbox', 'list')).out).toMatch(/run\/poison\n {2}no such label/);
    expect(JSON.parse((await own('outbox', 'list', '--json')).out)).toMatchObject([{ reason: 'no such label', record: { nodes: [{ id: 'run/poison' }] } }]);
    expect(JSON.parse((await own('outbox', 'replay', '--json')).out)).toEqual({ replayed: 1, left: 0 });
    expect((await own('outbox', 'list')).out).toBe('Nothing is set aside.\n');
    expect(outbox.oldest(9).map((entry) => nameOf(entry.record)).sort()).toEqual(['a', 'b', 'poison']);
    await outbox.takeOver();
    expect((await outbox.batch())?.records.map(nameOf)).toContain('poison');
  });

  it('outbox says what is wrong with a folder that is none', async () => {
    expect(await provenance(['outbox', 'replay', '--outbox', join(directory.path, 'nowhere')])).toMatchObject({ code: 2, err: expect.stringContaining('is no folder') as string });
  });
});
