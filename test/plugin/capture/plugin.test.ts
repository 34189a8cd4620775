import { Client } from '@temporalio/client';
import { SimplePlugin } from '@temporalio/plugin';
import { bundleWorkflowCode } from '@temporalio/worker';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openGraph, type OpenGraph } from '../../../plugin/graph/open.ts';
import { ProvenancePlugin } from '../../../plugin/index.ts';
import { runId } from '../../../plugin/model/id.ts';
import { hidingCodec } from '../../support/hiding-codec.ts';
import { neo4j, recorded, sampleWorkflows } from '../../support/recorded.ts';

it.each([
  [{ values: 'digests' }, /'values' can't be "digests": it is one of digest, preview, full/], [{ values: { default: 'Digest' } }, /'values\.default'/], [{ values: { activities: { train: 'none' } } }, /'values\.activities\.train'/],
  [{ values: { activity: {} } }, /has no 'activity'/], [{ durability: 'disc' }, /'durability'/], [{ whenFull: 'block' }, /'whenFull'/], [{ paths: 'none' }, /'paths'/],
])('refuses an option that is none at once: %o', (options, message) => {
  expect(() => new ProvenancePlugin(options as never)).toThrow(message);
});

describe('the plugin', () => {
  let graph: OpenGraph;
  beforeAll(() => {
    graph = openGraph(neo4j);
  });
  afterAll(() => graph.close());

  it('works with a bundle that was made ahead with it', async () => {
    const workflowBundle = await bundleWorkflowCode({ workflowsPath: sampleWorkflows, plugins: [new ProvenancePlugin({ paths: 'names' })] });
    const run = await recorded(async ({ start }) => {
      const handle = await start('linear', [{ label: 'x', nested: { seed: 4 } }]);
      await handle.result();
      return handle;
    }, { worker: { workflowBundle } });
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
