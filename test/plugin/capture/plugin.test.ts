import { join } from 'node:path';
import { Client } from '@temporalio/client';
import type { History } from '@temporalio/common/lib/proto-utils.js';
import { SimplePlugin } from '@temporalio/plugin';
import { bundleWorkflowCode, Worker } from '@temporalio/worker';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clientInterceptor } from '../../../plugin/capture/client-interceptor.ts';
import { HEADER } from '../../../plugin/capture/header.ts';
import { openGraph, type OpenGraph } from '../../../plugin/graph/open.ts';
import { ProvenancePlugin } from '../../../plugin/index.ts';
import { runId } from '../../../plugin/model/id.ts';
import { hidingCodec } from '../../support/hiding-codec.ts';
import { neo4j, recorded, sampleWorkflows, temporaryDirectory } from '../../support/recorded.ts';

const SAMPLES: [type: string, args: unknown[]][] = [
  ['linear', [{ label: 'x', nested: { seed: 4 } }]], ['parent', [{ seed: 1 }]], ['local', [{ seed: 1 }]], ['retried', []], ['sameIds', []], ['parallel', [30]],
];

describe('the plugin as a guest', () => {
  let graph: OpenGraph;
  beforeAll(() => {
    graph = openGraph(neo4j);
  });
  afterAll(() => graph.close());

  const histories = (plugin: null | undefined) => recorded(async ({ start, client }) => {
    const all: { workflowId: string; history: History }[] = [];
    for (const [type, args] of SAMPLES) {
      const handle = await start(type, args);
      await handle.result();
      all.push({ workflowId: handle.workflowId, history: await client.workflow.getHandle(handle.workflowId).fetchHistory() });
    }
    return all;
  }, { ...(plugin === null && { plugin: null }), clientPlugin: plugin !== null });

  const replay = async (all: { workflowId: string; history: History }[], plugins: ProvenancePlugin[]) => {
    const replayed: [workflowId: string, error: Error | undefined][] = [];
    for await (const { workflowId, error } of Worker.runReplayHistories({ workflowsPath: sampleWorkflows, plugins }, all)) replayed.push([workflowId, error]);
    expect(replayed).toEqual(all.map(({ workflowId }) => [workflowId, undefined]));
  };

  it('leaves histories that replay without it, replays those made without it, and adds nothing but a header', async () => {
    const [withPlugin, without] = [await histories(undefined), await histories(null)];
    await replay(withPlugin, []);
    await replay(without, [new ProvenancePlugin({ neo4j })]);
    await replay(withPlugin, [new ProvenancePlugin({ neo4j })]);
    // How events of one workflow task and of concurrent activities are ordered is the server's affair: compare what there is.
    const shape = ({ history }: { history: History }) => (history.events ?? []).map(({ eventType }) => eventType).filter((type) => ![5, 6, 7].includes(type as number)).sort();
    expect(withPlugin.map(shape)).toEqual(without.map(shape));
    expect(JSON.stringify(without)).not.toContain(HEADER);
    const headers = withPlugin.flatMap(({ history }) => history.events ?? []).map((event) => event.activityTaskScheduledEventAttributes?.header?.fields ?? {});
    for (const fields of headers) {
      expect(Object.keys(fields).filter((name) => name !== HEADER)).toEqual([]);
      expect(fields[HEADER]?.data?.length ?? 0).toBeLessThanOrEqual(4_096);
    }
  });

  it('records once when it is given twice', async () => {
    const run = await recorded(async ({ start }) => {
      const handle = await start('parent', [{ seed: 1 }]);
      await handle.result();
      return handle;
    }, { worker: { plugins: [new ProvenancePlugin({ neo4j, outbox: join((await temporaryDirectory()).path, 'a') }), new ProvenancePlugin({ neo4j, outbox: join((await temporaryDirectory()).path, 'b') })] } });
    const trace = await graph.trace(`run/default/${run.workflowId}/${run.firstExecutionRunId}`);
    const names = trace.nodes.filter(({ labels }) => labels[0] === 'Attempt').map(({ properties }) => properties.activityType);
    expect(names.sort()).toEqual(['produce', 'transform', 'transform']);
  });

  it('keeps the interceptors and sinks of others, on the worker and on the client', async () => {
    const seen: string[] = [];
    const plugin = new ProvenancePlugin({ neo4j });
    const client = plugin.configureClient({
      interceptors: { activity: [{ start: (input, next) => next(input) }], workflow: [clientInterceptor('other')], schedule: [] },
    });
    expect(client.interceptors).toMatchObject({ activity: [{}], workflow: [{}, {}], schedule: [] });
    await recorded(async ({ start }) => {
      await (await start('linear', [{ label: 'x', nested: { seed: 4 } }])).result();
    }, { worker: { interceptors: { activity: [() => ({ inbound: { execute: (input, next) => { seen.push('theirs'); return next(input); } } })] } } });
    expect(seen).toEqual(['theirs', 'theirs', 'theirs']);
  });

  it('works with a bundle that was made ahead with it', async () => {
    const workflowBundle = await bundleWorkflowCode({ workflowsPath: sampleWorkflows, plugins: [new ProvenancePlugin({ paths: 'names' })] });
    const run = await recorded(async ({ start }) => {
      const handle = await start('linear', [{ label: 'x', nested: { seed: 4 } }]);
      await handle.result();
      return handle;
    }, { worker: { workflowBundle, workflowsPath: undefined as never } });
    const trace = await graph.trace(`run/default/${run.workflowId}/${run.firstExecutionRunId}`);
    expect(trace.edges.filter(({ type, toPath }) => type === 'USED' && toPath !== undefined).length).toBe(4);
  });

  // As a worker's option, or by a plugin that comes behind ours.
  it.each(['option', 'plugin'] as const)('shows no plaintext of values that a payload codec hides (%s)', async (by) => {
    const dataConverter = { payloadCodecs: [hidingCodec] };
    const run = await recorded(async ({ client, taskQueue }) => {
      const own = new Client({ connection: client.connection, dataConverter, plugins: [new ProvenancePlugin({ neo4j })] });
      const handle = await own.workflow.start('echoes', { taskQueue, workflowId: `codec-${taskQueue}`, args: [{ plantedKey: 'planted-text' }] });
      expect(await handle.result()).toEqual({ plantedKey: 'planted-text' });
      return handle;
    }, by === 'option' ? { worker: { dataConverter } } : { plugin: { paths: 'positions' }, morePlugins: [new SimplePlugin({ name: 'codec', dataConverter })] });
    const subject = runId({ namespace: 'default', workflowId: run.workflowId, runId: run.firstExecutionRunId });
    const trace = await graph.trace(subject);
    expect(trace.nodes.filter(({ labels }) => labels[0] === 'Step')).toHaveLength(1);
    const details = await Promise.all([...trace.nodes.map(({ id }) => id), subject].map((id) => graph.node(id)));
    expect(JSON.stringify([trace, details])).not.toMatch(/planted/);
    expect(trace.edges.filter(({ type }) => type === 'USED').map(({ toPath }) => toPath)).toEqual(['/0']);
  });
});
