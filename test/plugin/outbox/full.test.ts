import { setTimeout as sleep } from 'node:timers/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openGraph } from '../../../plugin/graph/open.ts';
import { graphOf, propertiesOf } from '../../../plugin/model/merge.ts';
import { Drain } from '../../../plugin/outbox/drain.ts';
import { Outbox, OutboxFullError } from '../../../plugin/outbox/outbox.ts';
import { ended, heavy, inProcess, nameOf, record } from '../../support/outbox-fixture.ts';
import { engines, neo4j, type Recording, recorded, temporaryDirectory } from '../../support/recorded.ts';

const worker = {
  activities: { works: async () => 'done' },
  workflowsPath: fileURLToPath(new URL('../../support/sample/attempt-ends.ts', import.meta.url)),
};
const ONCE = [{ activity: 'works', args: [], options: { startToCloseTimeout: '30s', retry: { maximumAttempts: 1 } } }];
const NOWHERE = { uri: 'bolt://127.0.0.1:1', username: 'x', password: 'x' };

describe('a full outbox', () => {
  let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
  let path: string;
  beforeEach(async () => {
    directory = await temporaryDirectory();
    path = join(directory.path, 'outbox');
  });
  afterEach(() => directory.remove());

  it('takes no more than it may hold, but what is small and tells of that, and has room again once it is drained', async () => {
    const outbox = new Outbox(path, { bytes: 10_000 });
    await outbox.put(heavy('a', 8_000));
    await expect(outbox.put(heavy('b', 4_000))).rejects.toThrow(OutboxFullError);
    await outbox.put(record('gap'), { beyond: true });
    expect(outbox.oldest(9).map((entry) => nameOf(entry.record))).toEqual(['a', 'gap']);
    const drain = new Drain(outbox, { write: async () => undefined, isTransient: () => false });
    await vi.waitFor(() => expect(outbox.depth).toBe(0), { timeout: 60_000 });
    await outbox.put(heavy('b', 4_000));
    expect(await drain.stop(5_000)).toBe(0);
    await outbox.close();
  });

  it('counts what other processes put there', async () => {
    const theirs = new Outbox(path);
    await theirs.put(heavy('a', 8_000));
    const outbox = new Outbox(path, { bytes: 10_000 });
    await outbox.takeOver();
    await expect(outbox.put(heavy('b', 4_000))).rejects.toThrow(/full: \d+ of 10000 bytes/);
    await Promise.all([theirs.close(), outbox.close()]);
  });

  it('is one whose disk has no room: nothing crashes, what was there stays, and it goes on once there is room', async () => {
    // The system's limit on the length of files stands for the disk: writing fails in the same way.
    const { said, code } = await ended(inProcess(path, `
      const outbox = new Outbox(path);
      const fails = [];
      for (let n = 0; n < 60; n++) await outbox.put(heavy('n' + n, 3_000)).catch((error) => fails.push([error instanceof OutboxFullError, error.cause.code]));
      const batch = await outbox.batch();
      await outbox.remove(batch);
      await outbox.put(heavy('after', 3_000));
      say({ taken: batch.records.length, unreadable: batch.unreadable, fails: fails.length, kinds: [...new Set(fails.map(String))] });
      await outbox.close();`, (node) => `trap '' XFSZ; ulimit -f 100; ${node}`));
    expect(code).toBe(0);
    const [{ taken, unreadable, fails, kinds }] = said as [{ taken: number; unreadable: string[]; fails: number; kinds: string[] }];
    expect([unreadable, kinds]).toEqual([[], ['true,EFBIG']]);
    expect(taken).toBeGreaterThan(15);
    expect(taken + fails).toBe(60);
    expect(new Outbox(path).oldest(9).map((entry) => nameOf(entry.record))).toEqual(['after']);
  });

  describe('under a pipeline', () => {
    /** Others' records that take all the room, until they are gone. */
    let others: Outbox;
    beforeEach(async () => {
      others = new Outbox(path);
      await others.put(heavy('others', 50_000));
    });
    afterEach(() => others.close());
    const makeRoom = async () => others.remove((await others.batch())!);
    const full = { outboxBytes: 50_000 };
    /** The worker has looked what others have there. */
    const once = async ({ start }: Recording, ...args: Parameters<Recording['start']>) => {
      await sleep(500);
      return start(...args);
    };

    it('lets the steps go on, and each run says that it has gaps', async () => {
      const handle = await recorded(async (recording) => {
        const started = await once(recording, 'linear', [{ label: 'x', nested: { seed: 1 } }]);
        await started.result();
        return started;
      }, { plugin: { ...full, neo4j: NOWHERE, shutdownMs: 0, outbox: path } });
      const { nodes } = graphOf(new Outbox(path).oldest(100).map((entry) => entry.record));
      const run = nodes.get(`run/${engines.namespace}/${handle.workflowId}/${handle.firstExecutionRunId}`)!;
      expect(propertiesOf(run)!.gaps).toBeGreaterThan(3);
    });

    it('fails the attempt where that was chosen, with what to do', async () => {
      const failed = await recorded(async (recording) => {
        const handle = await once(recording, 'callsOne', ONCE);
        expect(await handle.result()).toEqual({ failed: 'ApplicationFailure' });
        const { events } = await handle.fetchHistory();
        return events!.find(({ activityTaskFailedEventAttributes }) => activityTaskFailedEventAttributes)!.activityTaskFailedEventAttributes!.failure!;
      }, { plugin: { ...full, whenFull: 'fail', neo4j: NOWHERE, shutdownMs: 0, outbox: path }, worker });
      expect([failed.applicationFailureInfo!.type, failed.message]).toEqual(['ProvenanceOutboxFull', expect.stringMatching(/is full: .*whenFull is 'fail'/)]);
    });

    it('holds the attempt up where that was chosen, until there is room', async () => {
      const handle = await recorded(async (recording) => {
        const started = await once(recording, 'callsOne', ONCE);
        const result = started.result();
        expect(await Promise.race([result, sleep(1_500).then(() => 'waits')])).toBe('waits');
        await makeRoom();
        await result;
        return started;
      }, { plugin: { ...full, whenFull: 'wait', outbox: path }, worker });
      const graph = openGraph(neo4j);
      const { nodes } = await graph.trace(`run/${engines.namespace}/${handle.workflowId}/${handle.firstExecutionRunId}`);
      await graph.close();
      expect(nodes.filter(({ labels }) => labels[0] === 'Attempt').map(({ properties }) => properties.status)).toEqual(['completed']);
    });
  });
});
