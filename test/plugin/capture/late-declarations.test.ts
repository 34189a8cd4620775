import { Runtime } from '@temporalio/worker';
import { expect, it, vi } from 'vitest';
import { lineage } from '../../../plugin/activity.ts';
import { graphOf } from '../../../plugin/model/merge.ts';
import { nowhere } from '../../support/engines.ts';
import { outboxRecords } from '../../support/outbox-records.ts';
import { recorded } from '../../support/recorded.ts';

it('what is declared after an attempt has returned is said once in the log, fails nothing, and is not recorded', async () => {
  const warn = vi.spyOn(Runtime.instance().logger, 'warn');
  let hasReturned = () => undefined as void;
  const returned = new Promise<void>((resolve) => (hasReturned = resolve));
  let dangling: Promise<void> | undefined;
  const echo = async (input: unknown) => {
    lineage.used({ kind: 'dataset', uri: 's3://late/in-time', version: '1' });
    dangling = returned.then(() => {
      lineage.generated({ kind: 'dataset', uri: 's3://late/too-late', version: '1' }, 'no reference' as never);
      lineage.used('no reference' as never);
      lineage.params({ late: 1 });
      lineage.metrics({ late: 1 });
    });
    return input;
  };
  try {
    await recorded(async ({ start, directory }) => {
      await (await start('echoes', [{}])).result();
      hasReturned();
      await dangling;
      const { nodes } = graphOf(await outboxRecords(directory));
      expect([...nodes.keys()].filter((id) => id.includes('s3:')).join()).toContain('in-time');
      expect(JSON.stringify([...nodes.values()])).not.toMatch(/too-late|\blate\b.{0,3}:1/);
    }, { plugin: { neo4j: nowhere, shutdownMs: 0 }, worker: { activities: { echo } } });
    const said = warn.mock.calls.filter(([message]) => message.includes('after its attempt had ended'));
    expect(said).toEqual([[expect.stringMatching(/^lineage\.generated was called .* is not recorded/), expect.objectContaining({ activityType: 'echo', attempt: 1 })]]);
  } finally {
    warn.mockRestore();
  }
});
