import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadDataConverter } from '@temporalio/common/lib/internal-non-workflow/index.js';
import { Runtime } from '@temporalio/worker';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Privacy } from '../../../plugin/capture/privacy.ts';
import { Recorder } from '../../../plugin/capture/recorder.ts';
import { Outbox, OutboxUnusableError } from '../../../plugin/outbox/outbox.ts';
import { nameOf, record } from '../../support/outbox-fixture.ts';
import { nowhere } from '../../support/engines.ts';
import { recorded, temporaryDirectory } from '../../support/recorded.ts';

describe('an outbox that nothing can be put into', () => {
  let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
  let path: string;
  beforeEach(async () => {
    directory = await temporaryDirectory();
    path = join(directory.path, 'outbox');
  });
  afterEach(() => directory.remove());

  it('says of each record why, and takes the next once it can', async () => {
    await writeFile(path, 'a file in its place');
    const outbox = new Outbox(path);
    for (const name of ['a', 'b']) await expect(outbox.put(record(name))).rejects.toThrow(OutboxUnusableError);
    await expect(outbox.put(record('c'))).rejects.toThrow(`nothing can be put into the outbox '${path}': `);
    await outbox.takeOver();
    await rm(path);
    await outbox.put(record('d'));
    expect(outbox.oldest(9).map((entry) => nameOf(entry.record))).toEqual(['d']);
    await outbox.close();
  });

  it('makes a gap of each record, which is counted', async () => {
    await writeFile(path, '');
    const warn = vi.fn();
    const node = (id: string) => ({ label: 'Agent', id }) as const;
    const recorder = new Recorder({
      namespace: 'default', identity: 'me', outbox: new Outbox(path), privacy: new Privacy(loadDataConverter()), log: { info: () => undefined, warn },
      process: { agent: node('agent'), code: node('code'), environment: node('environment'), functions: new Map() },
    });
    for (let count = 0; count < 5; count++) await recorder.record('sink', () => ({ at: '2026-01-01T00:00:00.000Z', nodes: [], edges: [] }));
    expect(recorder.gaps.total).toBe(5);
    expect(warn).toHaveBeenCalledTimes(1);
    await recorder.flush();
    await rm(path);
    await recorder.flush();
    expect(new Outbox(path).oldest(9).map((entry) => entry.record.nodes.map(({ id, set }) => [id, set]))).toEqual([[['agent', { gaps: 5 }]]]);
  });

  it.each(['a file', 'a folder that is not writable'])('lets a pipeline go on that has %s for one, and is said once', async (what) => {
    if (what === 'a file') await writeFile(path, '');
    // Root may write into any folder but the kernel's own.
    else path = '/proc/self/fdinfo';
    const warn = vi.spyOn(Runtime.instance().logger, 'warn');
    try {
      await recorded(async ({ start }) => {
        for (let run = 0; run < 3; run++) expect(await (await start('linear', [{ label: 'x', nested: { seed: run } }])).result()).toBeDefined();
      }, { plugin: { outbox: path, neo4j: nowhere, shutdownMs: 0 } });
      const said = warn.mock.calls.filter(([message]) => /provenance/.test(message)).map(([message]) => message);
      expect(said).toEqual([expect.stringContaining('provenance could not be recorded (OutboxUnusableError)')]);
    } finally {
      warn.mockRestore();
    }
  });
});
