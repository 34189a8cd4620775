import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { openGraph } from '../../../plugin/graph/open.ts';
import { Outbox } from '../../../plugin/outbox/outbox.ts';
import { startNeo4j } from '../../../worker/engines/index.ts';
import { engines, recorded, temporaryDirectory } from '../../support/recorded.ts';

describe('with Neo4j away', () => {
  it('the pipeline completes, and afterwards the graph holds everything, once', async () => {
    const { path, remove } = await temporaryDirectory();
    // One of this test's own, to be stopped and started, whatever the environment offers.
    vi.stubEnv('NEO4J_URI', undefined);
    const { engine, control, stop } = await startNeo4j({ dataDir: path, fresh: true });
    vi.unstubAllEnvs();
    const own = { uri: engine.uri, username: engine.username, password: engine.password, database: engine.database };
    await control!.stop();
    const handle = await recorded(async ({ start }) => {
      const started = await start('parent', [{ seed: 1 }]);
      await started.result();
      const outbox = new Outbox(join(path, 'outbox'));
      expect(outbox.depth).toBeGreaterThan(4);
      await control!.start();
      await vi.waitFor(() => expect(outbox.depth).toBe(0), { timeout: 90_000, interval: 200 });
      await outbox.close();
      return started;
    }, { plugin: { neo4j: own, outbox: join(path, 'outbox') } });
    const graph = openGraph(own);
    const trace = await graph.trace(`run/${engines.namespace}/${handle.workflowId}/${handle.firstExecutionRunId}/result`);
    await graph.close();
    const count = (label: string) => trace.nodes.filter(({ labels }) => labels[0] === label).length;
    expect([count('Step'), count('Attempt')]).toEqual([3, 3]);
    expect(trace.context.nodes.filter(({ labels }) => labels[0] === 'Run')).toHaveLength(2);
    await stop();
    await remove();
  });
});
