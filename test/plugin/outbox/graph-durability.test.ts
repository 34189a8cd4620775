import { setTimeout as sleep } from 'node:timers/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openGraph } from '../../../plugin/graph/open.ts';
import { Outbox } from '../../../plugin/outbox/outbox.ts';
import type { EngineControl, Neo4jEngine } from '../../../worker/engines/index.ts';
import { startNeo4j } from '../../../worker/engines/index.ts';
import { engines, neo4j, recorded, temporaryDirectory } from '../../support/recorded.ts';

const worker = { workflowsPath: fileURLToPath(new URL('../../support/sample/attempt-ends.ts', import.meta.url)) };
const call = (startToCloseTimeout: string) => [{ activity: 'works', args: [], options: { startToCloseTimeout, retry: { maximumAttempts: 1 } } }];
const statuses = async (graph: ReturnType<typeof openGraph>, run: string) =>
  (await graph.trace(run)).nodes.filter(({ labels }) => labels[0] === 'Attempt').map(({ properties }) => properties.status);

describe("with durability 'graph'", () => {
  it('an attempt is in the graph when its completion is known', async () => {
    const graph = openGraph(neo4j);
    const seen: unknown[] = [];
    await recorded(async ({ start }) => {
      for (let n = 0; n < 3; n++) {
        const handle = await start('callsOne', call('120s'));
        expect(await handle.result()).toBe('done');
        seen.push(await statuses(graph, `run/${engines.namespace}/${handle.workflowId}/${handle.firstExecutionRunId}`));
      }
    }, { plugin: { durability: 'graph' }, worker: { ...worker, activities: { works: async () => 'done' } } });
    await graph.close();
    expect(seen).toEqual([['completed'], ['completed'], ['completed']]);
  });
});

describe('a Neo4j that refuses', () => {
  let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
  let engine: Neo4jEngine;
  let control: EngineControl;
  let stop: () => Promise<void>;
  beforeAll(async () => {
    directory = await temporaryDirectory();
    // One of this test's own, to be spoilt.
    vi.stubEnv('NEO4J_URI', undefined);
    ({ engine, control, stop } = await startNeo4j({ dataDir: directory.path, fresh: true }) as { engine: Neo4jEngine; control: EngineControl; stop: () => Promise<void> });
    vi.unstubAllEnvs();
  });
  afterAll(async () => {
    await stop();
    await directory.remove();
  });
  const address = () => ({ uri: engine.uri, username: engine.username, password: engine.password, database: engine.database });

  it('with a wrong password leaves all in the outbox, sets nothing aside, and gets it all with the right one', async () => {
    const path = join(directory.path, 'outbox-password');
    const own = { ...worker, activities: { works: async () => 'done' } };
    const handle = await recorded(async ({ start }) => {
      const started = await start('callsOne', call('120s'));
      await started.result();
      await sleep(500);
      return started;
    }, { plugin: { neo4j: { ...address(), password: 'wrong' }, outbox: path }, worker: own });
    const outbox = new Outbox(path);
    expect(outbox.depth).toBeGreaterThan(2);
    expect(outbox.quarantined()).toEqual([]);
    await recorded(() => vi.waitFor(() => expect(outbox.depth).toBe(0), { timeout: 120_000 }), { plugin: { neo4j: address(), outbox: path }, worker: own });
    const graph = openGraph(address());
    expect(await statuses(graph, `run/${engines.namespace}/${handle.workflowId}/${handle.firstExecutionRunId}`)).toEqual(['completed']);
    await graph.close();
  });

  it("that is away holds up an attempt whose durability is 'graph', until Temporal ends it or Neo4j is back", async () => {
    const path = join(directory.path, 'outbox-graph');
    await control.stop();
    await recorded(async ({ start }) => {
      const impatient = await start('callsOne', call('2s'));
      expect(await impatient.result()).toEqual({ failed: 'TimeoutFailure' });
      const patient = await start('callsOne', call('150s'));
      const result = patient.result();
      expect(await Promise.race([result, sleep(2_000).then(() => 'waits')])).toBe('waits');
      await control.start();
      expect(await result).toBe('done');
      const graph = openGraph(address());
      expect(await statuses(graph, `run/${engines.namespace}/${patient.workflowId}/${patient.firstExecutionRunId}`)).toEqual(['completed']);
      await graph.close();
    }, { plugin: { durability: 'graph', neo4j: address(), outbox: path }, worker: { ...worker, activities: { works: async () => 'done' } } });
    expect(new Outbox(path).quarantined()).toEqual([]);
  });
});
