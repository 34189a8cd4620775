import { fileURLToPath } from 'node:url';
import { Client, type ClientOptions, WithStartWorkflowOperation } from '@temporalio/client';
import { loadDataConverter } from '@temporalio/common/lib/internal-non-workflow/index.js';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { HEADER } from '../../../plugin/capture/header.ts';
import { Privacy } from '../../../plugin/capture/privacy.ts';
import type { NodeDetail } from '../../../plugin/graph/answers.ts';
import { openGraph, type OpenGraph } from '../../../plugin/graph/open.ts';
import { historyRecords } from '../../../plugin/history/history-records.ts';
import { ProvenancePlugin, type ProvenanceOptions } from '../../../plugin/index.ts';
import { actorAgentId, actorDigest, runId } from '../../../plugin/model/id.ts';
import { graphOf } from '../../../plugin/model/merge.ts';
import type { ProvenanceRecord } from '../../../plugin/model/record.ts';
import { hidingCodec } from '../../support/hiding-codec.ts';
import { engines, neo4j, recorded, type Recording, unique } from '../../support/recorded.ts';

const workflowsPath = fileURLToPath(new URL('../../support/sample/messages.ts', import.meta.url));

describe('who had it done', () => {
  let graph: OpenGraph;
  const alice = unique('Alice');
  const agentOf = (name: string) => actorAgentId(actorDigest(name));
  const runs: Record<string, string> = {};
  const fromHistory: ProvenanceRecord[] = [];
  let sealedHeader = '';

  beforeAll(async () => {
    graph = openGraph(neo4j);
    await recorded(async (recording) => {
      await Promise.all([named(recording), withStart(recording), faulty(recording), hidden(recording), scheduled(recording)]);
    }, { worker: { workflowsPath } });
  });
  afterAll(() => graph.close());

  const of = (workflowId: string, run: string) => runId({ namespace: engines.namespace, workflowId, runId: run });
  const clientOf = ({ client }: Recording, actor: NonNullable<ProvenanceOptions['actor']>, { plugins = [], ...more }: ClientOptions = {}) =>
    new Client({
      connection: client.connection, namespace: engines.namespace, plugins: [new ProvenancePlugin({ neo4j, actor }), ...plugins], ...more,
    });

  async function named(recording: Recording): Promise<void> {
    let asked = 0;
    // Each call is somebody else's.
    const client = clientOf(recording, () => `${alice}-${asked++}`);
    const handle = await client.workflow.start('spokenTo', { taskQueue: recording.taskQueue, workflowId: unique('actor') });
    await handle.signal('add', { rows: [1] });
    await handle.executeUpdate('amend', { args: [{ rows: [2] }], updateId: 'u' });
    await handle.signal('finish');
    await handle.result();
    runs.named = of(handle.workflowId, handle.firstExecutionRunId);
    const run = { namespace: engines.namespace, workflowId: handle.workflowId, runId: handle.firstExecutionRunId };
    fromHistory.push(...historyRecords({ privacy: new Privacy(loadDataConverter()) }, run, await handle.fetchHistory(), '2030-01-01T00:00:00.000Z'));
  }

  async function withStart(recording: Recording): Promise<void> {
    // As where the connection has a plugin of its own.
    const client = clientOf(recording, alice, { plugins: [new ProvenancePlugin({ neo4j })] });
    const { taskQueue } = recording;
    const signalled = await client.workflow.signalWithStart('spokenTo', { taskQueue, workflowId: unique('actor'), signal: 'add', signalArgs: [{ rows: [5] }] });
    await signalled.signal('finish');
    await signalled.result();
    runs.signalWithStart = of(signalled.workflowId, signalled.signaledRunId);
    const startWorkflowOperation = new WithStartWorkflowOperation('spokenTo', { taskQueue, workflowId: unique('actor'), args: [], workflowIdConflictPolicy: 'FAIL' });
    await client.workflow.executeUpdateWithStart('amend', { args: [{ rows: [6] }], updateId: 'u', startWorkflowOperation });
    const updated = await startWorkflowOperation.workflowHandle();
    await updated.signal('add', { rows: [1] });
    await updated.signal('finish');
    await updated.result();
    runs.updateWithStart = of(updated.workflowId, (await updated.describe()).runId);
  }

  async function faulty(recording: Recording): Promise<void> {
    const client = clientOf(recording, () => {
      throw new Error('nobody is signed in');
    });
    const handle = await client.workflow.start('spokenTo', { taskQueue: recording.taskQueue, workflowId: unique('actor') });
    await handle.signal('add', { rows: [1] });
    await handle.signal('finish');
    await handle.result();
    runs.faulty = of(handle.workflowId, handle.firstExecutionRunId);
  }

  /** The worker has no codec, and need not: nobody gives the run arguments. */
  async function hidden(recording: Recording): Promise<void> {
    const client = clientOf(recording, `${alice}-hidden`, { dataConverter: { payloadCodecs: [hidingCodec] } });
    const handle = await client.workflow.start('spokenTo', { taskQueue: recording.taskQueue, workflowId: unique('actor') });
    await recording.client.workflow.getHandle(handle.workflowId).signal('add', { rows: [1] });
    await handle.signal('finish');
    await recording.client.workflow.getHandle(handle.workflowId).result();
    runs.hidden = of(handle.workflowId, handle.firstExecutionRunId);
    const [started] = (await handle.fetchHistory()).events!;
    sealedHeader = Buffer.from(started!.workflowExecutionStartedEventAttributes!.header!.fields![HEADER]!.data!).toString();
  }

  async function scheduled(recording: Recording): Promise<void> {
    const client = clientOf(recording, alice);
    const schedule = await client.schedule.create({
      scheduleId: unique('actor'), spec: {}, action: { type: 'startWorkflow', workflowType: 'accumulates', taskQueue: recording.taskQueue, args: [] },
    });
    await schedule.trigger();
    const { workflow } = await vi.waitFor(async () => {
      const [first] = (await schedule.describe()).info.recentActions;
      expect(first).toBeDefined();
      return first!.action;
    }, { timeout: 60_000, interval: 200 });
    await client.workflow.getHandle(workflow.workflowId).result();
    await schedule.delete();
    runs.scheduled = of(workflow.workflowId, workflow.firstExecutionRunId);
  }

  const agents = ({ neighbours }: NodeDetail) => neighbours
    .filter(({ edge, node }) => ['STARTED_BY', 'WAS_ATTRIBUTED_TO'].includes(edge.type) && node.labels[0] === 'Agent')
    .map(({ edge, node }) => [edge.via, node.properties.kind, node.properties.kind === 'actor' ? node.id : undefined]).sort();

  it('is told of runs, signals and updates, besides the client', async () => {
    const told = async (id: string) => agents(await graph.node(id));
    expect(await told(runs.named!)).toEqual([['actor', 'actor', agentOf(`${alice}-0`)], ['client', 'client', undefined]]);
    expect(await told(`${runs.named}/signal/add/1`)).toEqual([['signal', 'actor', agentOf(`${alice}-1`)], ['signal', 'client', undefined]]);
    expect(await told(`${runs.named}/update/u/input`)).toEqual([['update', 'actor', agentOf(`${alice}-2`)], ['update', 'client', undefined]]);
    for (const [id, via] of [[runs.signalWithStart, 'actor'], [`${runs.signalWithStart}/signal/add/1`, 'signal'], [runs.updateWithStart, 'actor'], [`${runs.updateWithStart}/update/u/input`, 'update']]) {
      expect(await told(id!)).toContainEqual([via, 'actor', agentOf(alice)]);
    }
  });

  it('keeps the name erasable: it is in the Detail alone', async () => {
    const { node, details } = await graph.node(agentOf(alice));
    expect(JSON.stringify(node)).not.toContain(alice);
    expect(JSON.stringify(details)).toContain(alice);
  });

  it('is the same by history', () => {
    const { nodes, edges } = graphOf(fromHistory);
    expect([...nodes.keys()]).toEqual(expect.arrayContaining([0, 1, 2].map((call) => agentOf(`${alice}-${call}`))));
    expect([...edges.values()].filter(({ to }) => to.id === agentOf(`${alice}-0`)).map(({ type, from }) => [type, from.id])).toContainEqual(['STARTED_BY', runs.named]);
    expect([...edges.values()].filter(({ to }) => to.id === agentOf(`${alice}-1`)).map(({ type, from }) => [type, from.id])).toContainEqual(['WAS_ATTRIBUTED_TO', `${runs.named}/signal/add/1`]);
  });

  it('sends no name where a payload codec hides values', async () => {
    expect(JSON.parse(sealedHeader)).toMatchObject({ actorDigest: actorDigest(`${alice}-hidden`) });
    expect(sealedHeader).not.toContain(alice);
    expect(agents(await graph.node(runs.hidden!))).toContainEqual(['actor', 'actor', agentOf(`${alice}-hidden`)]);
    expect((await graph.node(agentOf(`${alice}-hidden`))).details).toEqual({});
  });

  it('says who made the schedule of a run', async () => {
    expect(agents(await graph.node(runs.scheduled!))).toEqual([['actor', 'actor', agentOf(alice)], ['schedule', 'schedule', undefined]]);
  });

  it('fails no call where the actor cannot be told', async () => {
    expect(agents(await graph.node(runs.faulty!))).toEqual([['client', 'client', undefined]]);
  });
});
