import { fileURLToPath } from 'node:url';
import { activityInfo, heartbeat, sleep } from '@temporalio/activity';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openGraph, type OpenGraph } from '../../../plugin/graph/open.ts';
import { runId } from '../../../plugin/model/id.ts';
import { engines, neo4j, recorded } from '../../support/recorded.ts';

const activities = {
  async untilUnpaused(): Promise<{ attempt: number }> {
    const { attempt } = activityInfo();
    if (attempt > 1) return { attempt };
    for (;;) {
      heartbeat();
      await sleep(50);
    }
  },
};

describe('an activity that was paused, and unpaused', () => {
  let graph: OpenGraph;
  let run = '';

  beforeAll(async () => {
    graph = openGraph(neo4j);
    await recorded(async ({ client, start }) => {
      const handle = await start('callsOne', [{ activity: 'untilUnpaused', options: { startToCloseTimeout: '60s', heartbeatTimeout: '5s', retry: { initialInterval: '100ms' } } }]);
      const { workflowId } = handle;
      run = runId({ namespace: engines.namespace, workflowId, runId: handle.firstExecutionRunId });
      const of = { namespace: engines.namespace, execution: { workflowId }, id: '1' };
      const pending = async () => (await client.workflow.getHandle(workflowId).describe()).raw.pendingActivities?.[0];
      await vi.waitFor(async () => expect((await pending())?.lastHeartbeatTime).toBeTruthy(), { timeout: 60_000, interval: 100 });
      await client.workflowService.pauseActivity(of);
      // Once the attempt has been told, and is over.
      await vi.waitFor(async () => expect(await pending()).toMatchObject({ paused: true, attempt: 2 }), { timeout: 60_000, interval: 200 });
      await client.workflowService.unpauseActivity(of);
      expect(await handle.result()).toEqual({ attempt: 2 });
    }, { worker: { activities, workflowsPath: fileURLToPath(new URL('../../support/sample/attempt-ends.ts', import.meta.url)) } });
  });
  afterAll(() => graph.close());

  it('is one step, with an attempt before and one after', async () => {
    const { nodes } = await graph.trace(run);
    const of = (label: string) => nodes.filter(({ labels }) => labels[0] === label);
    const attempts = of('Attempt').sort((a, b) => Number(a.properties.number) - Number(b.properties.number));
    expect(of('Step').map(({ properties }) => properties.status)).toEqual(['completed']);
    expect(attempts.map(({ properties: { number, status } }) => [number, status])).toEqual([[1, 'cancelled'], [2, 'completed']]);
    expect(attempts[0]!.properties.cancelReasons).toEqual(['paused']);
  });
});
