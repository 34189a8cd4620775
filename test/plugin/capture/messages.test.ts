import { fileURLToPath } from 'node:url';
import { WithStartWorkflowOperation } from '@temporalio/client';
import { temporal } from '@temporalio/proto';
import * as temporalNexus from '@temporalio/nexus';
import * as nexus from 'nexus-rpc';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { NodeDetail } from '../../../plugin/graph/answers.ts';
import { openGraph, type OpenGraph } from '../../../plugin/graph/open.ts';
import { runId } from '../../../plugin/model/id.ts';
import { flows } from '../../support/flows.ts';
import { engines, neo4j, recorded, type Recording, unique } from '../../support/recorded.ts';
import { tables } from '../../support/sample/nexus-service.ts';

const workflowsPath = fileURLToPath(new URL('../../support/sample/messages.ts', import.meta.url));

/** One that answers at once, and one that a run works for. */
const tablesHandler = nexus.serviceHandler(tables, {
  double: async (_, { rows }) => ({ rows: rows.flatMap((row) => [row, row]) }),
  refine: new temporalNexus.WorkflowRunOperationHandler((context, input) =>
    temporalNexus.startWorkflow(context, 'refineRows', { args: [input], workflowId: unique('refine') })),
});

describe('what a run is told, and what it tells others', () => {
  let graph: OpenGraph;
  const runs: Record<string, string> = {};

  beforeAll(async () => {
    graph = openGraph(neo4j);
    await recorded(async (recording) => {
      await Promise.all([spokenTo(recording), speaker(recording), withStart(recording), memo(recording), cron(recording), schedule(recording), waits(recording), calls(recording)]);
    }, { worker: { workflowsPath, nexusServices: [tablesHandler] } });
  });
  afterAll(() => graph.close());

  const named = (workflowId: string, run: string) => runId({ namespace: engines.namespace, workflowId, runId: run });

  async function spokenTo({ start, client }: Recording): Promise<void> {
    const handle = await start('spokenTo', []);
    const target = client.workflow.getHandle(handle.workflowId);
    await target.signal('add', { rows: [1] });
    runs.amended = String(JSON.stringify(await target.executeUpdate('amend', { args: [{ rows: [2] }], updateId: 'good' })));
    await expect(target.executeUpdate('amend', { args: [{ rows: [] }], updateId: 'bad' })).rejects.toThrow();
    for (let asked = 0; asked < 3; asked++) expect(await target.query('size')).toBe(1);
    await target.signal('finish');
    await handle.result();
    runs.spokenTo = named(handle.workflowId, handle.firstExecutionRunId);
  }

  async function speaker({ start }: Recording): Promise<void> {
    const listener = await start('spokenTo', []);
    const teller = await start('speaker', [listener.workflowId]);
    await Promise.all([teller.result(), listener.result()]);
    runs.listener = named(listener.workflowId, listener.firstExecutionRunId);
    runs.teller = named(teller.workflowId, teller.firstExecutionRunId);
  }

  async function withStart({ client, taskQueue }: Recording): Promise<void> {
    const signalled = await client.workflow.signalWithStart('spokenTo', { taskQueue, workflowId: unique('signalled'), signal: 'add', signalArgs: [{ rows: [5] }] });
    await signalled.signal('finish');
    await signalled.result();
    runs.signalWithStart = named(signalled.workflowId, signalled.signaledRunId);
    const startWorkflowOperation = new WithStartWorkflowOperation('spokenTo', { taskQueue, workflowId: unique('updated'), args: [], workflowIdConflictPolicy: 'FAIL' });
    expect(await client.workflow.executeUpdateWithStart('amend', { args: [{ rows: [6] }], updateId: 'first', startWorkflowOperation })).toEqual({ rows: [60] });
    const updated = await startWorkflowOperation.workflowHandle();
    await updated.signal('add', { rows: [1] });
    await updated.signal('finish');
    await updated.result();
    runs.updateWithStart = named(updated.workflowId, (await updated.describe()).runId);
  }

  async function memo({ start }: Recording): Promise<void> {
    const handle = await start('remembers', [], { memo: { given: { rows: [3] } } });
    await handle.result();
    runs.memo = named(handle.workflowId, handle.firstExecutionRunId);
  }

  async function cron({ start, client }: Recording): Promise<void> {
    const handle = await start('accumulates', [], { cronSchedule: '@every 1s' });
    const query = `WorkflowId = "${handle.workflowId}" AND ExecutionStatus = "Completed"`;
    await vi.waitFor(async () => expect((await client.workflow.count(query)).count).toBeGreaterThanOrEqual(2), { timeout: 60_000, interval: 300 });
    await client.workflow.getHandle(handle.workflowId).terminate('enough');
    const found: { runId: string; startTime: Date }[] = [];
    for await (const each of client.workflow.list({ query })) found.push(each);
    const [first, second] = found.sort((a, b) => Number(a.startTime) - Number(b.startTime));
    runs.cron1 = named(handle.workflowId, first!.runId);
    runs.cron2 = named(handle.workflowId, second!.runId);
  }

  async function schedule({ client, taskQueue }: Recording): Promise<void> {
    const scheduleId = unique('nightly');
    const handle = await client.schedule.create({
      scheduleId, spec: {}, action: { type: 'startWorkflow', workflowType: 'accumulates', taskQueue, args: [] },
    });
    const results = async () => (await handle.describe()).info.recentActions;
    let first: unknown;
    // The schedule learns a little later how a run of its ended: until then it has no last result to give.
    for (let time = 1; time <= 20; time++) {
      await handle.trigger('BUFFER_ONE');
      await vi.waitFor(async () => expect((await handle.describe()).info.numActionsTaken).toBe(time), { timeout: 60_000, interval: 200 });
      const { workflow } = (await results()).at(-1)!.action;
      const result = await client.workflow.getHandle(workflow.workflowId).result();
      runs[time === 1 ? 'schedule1' : 'schedule2'] = named(workflow.workflowId, workflow.firstExecutionRunId);
      first ??= result;
      if (JSON.stringify(result) !== JSON.stringify(first)) break;
    }
    runs.scheduleId = scheduleId;
    await handle.delete();
  }

  async function waits({ start }: Recording): Promise<void> {
    const handle = await start('waits', []);
    await handle.result();
    runs.waits = named(handle.workflowId, handle.firstExecutionRunId);
  }

  async function calls({ start, client, taskQueue }: Recording): Promise<void> {
    const name = unique('endpoint').replaceAll('_', '-');
    await client.connection.operatorService.createNexusEndpoint({
      spec: { name, target: temporal.api.nexus.v1.EndpointTarget.create({ worker: { namespace: engines.namespace, taskQueue } }) },
    });
    const handle = await start('calls', [name]);
    await handle.result();
    runs.calls = named(handle.workflowId, handle.firstExecutionRunId);
  }

  const related = ({ neighbours }: NodeDetail, type: string) => neighbours.filter(({ edge }) => edge.type === type);

  it('follows signals and updates of clients, and tells who sent them', async () => {
    const lines = flows(await graph.trace(`${runs.spokenTo}/result`));
    expect(lines).toEqual([
      'result /last <- transform',
      'result /signalled <- transform',
      'transform /0 <- signal /0',
      'transform /0 <- update /0',
    ]);
    const signal = await graph.node(`${runs.spokenTo}/signal/add/1`);
    expect(signal.node.properties).toMatchObject({ role: 'signal', name: 'add' });
    expect(related(signal, 'WAS_ATTRIBUTED_TO').map(({ node }) => node.properties.kind)).toEqual(['client']);
    const answer = flows(await graph.trace(`${runs.spokenTo}/update/good/result`));
    expect(answer).toEqual(['transform /0 <- update /0', 'update result  <- transform']);
  });

  it('keeps the update that was turned away, and counts the queries', async () => {
    const { node } = await graph.node(`${runs.spokenTo}/update/bad/input`);
    expect(node.properties).toMatchObject({ role: 'update', outcome: 'rejected' });
    const accepted = await graph.node(`${runs.spokenTo}/update/good/input`);
    expect(accepted.node.properties).toMatchObject({ outcome: 'completed' });
    expect((await graph.node(runs.spokenTo!)).node.properties.queriesAnswered).toBe(3);
  });

  it('follows a signal from one workflow to another', async () => {
    const lines = flows(await graph.trace(`${runs.listener}/result`));
    expect(lines).toContain('signal /0 <- produce');
    expect(lines).toContain('transform /0 <- signal /0');
  });

  it('follows what comes with the start', async () => {
    expect(flows(await graph.trace(`${runs.signalWithStart}/result`))).toContain('transform /0 <- signal /0');
    expect(flows(await graph.trace(`${runs.updateWithStart}/result`))).toContain('transform /0 <- update /0');
  });

  it('follows memos, to children as well', async () => {
    expect(flows(await graph.trace(`${runs.memo}/result`)).sort()).toEqual([
      'memo /passed <- transform',
      'result  <- result ',
      'result  <- transform',
      'transform /0 <- memo /given',
      'transform /0 <- memo /passed',
    ].map((line) => line.trim()).sort());
  });

  it('follows the last result from one run of a cron to the next', async () => {
    const trace = await graph.trace(`${runs.cron2}/result`);
    expect(flows(trace)).toContain('transform /0/rows <- last result /rows');
    expect(trace.nodes.map(({ id }) => id)).toContain(`${runs.cron1}/result`);
  });

  it('knows the schedule that started a run, and that it was given a last result', async () => {
    const run = await graph.node(runs.schedule1!);
    expect(related(run, 'STARTED_BY').map(({ node }) => node.properties)).toMatchObject([{ kind: 'schedule', scheduleId: runs.scheduleId }]);
    const trace = await graph.trace(`${runs.schedule2}/result`);
    expect(flows(trace)).toContain('transform /0/rows <- last result /rows');
    expect(trace.trust.unmadeValues).toEqual([`${runs.schedule2}/last-result`]);
  });

  it('goes along mere order only when asked, and says where it could', async () => {
    const plain = await graph.trace(`${runs.waits}/result`);
    const types = (trace: typeof plain) => trace.nodes.filter(({ labels }) => labels[0] === 'Step').map(({ properties }) => properties.activityType ?? properties.kind).sort();
    expect(types(plain)).toEqual([]);
    expect(plain.trust.followedOnly).toEqual([`${runs.waits}/result`]);
    const followed = await graph.trace(`${runs.waits}/result`, { followed: true });
    expect(types(followed)).toEqual(['echo', 'produce', 'timer']);
    expect(followed.nodes.find(({ properties }) => properties.kind === 'timer')!.properties).toMatchObject({ status: 'completed', outcome: 'completed' });
    expect(followed.edges.filter(({ type }) => type === 'FOLLOWED').map(({ evidence }) => evidence)).toEqual(['followed', 'followed', 'followed']);
  });

  it('goes through Nexus operations, and through the run that works for one', async () => {
    const trace = await graph.trace(`${runs.calls}/result`);
    const steps = trace.nodes.filter(({ labels }) => labels[0] === 'Step').map(({ properties }) => String(properties.activityType).replace(/^[^/]*\//, '')).sort();
    expect(steps).toEqual(['produce', 'tables/double', 'tables/refine', 'transform', 'transform'].sort());
    const attempts = (operation: string) => Promise.all(trace.nodes
      .filter(({ labels, properties }) => labels[0] === 'Step' && String(properties.activityType).endsWith(operation))
      .map(async ({ id }) => related(await graph.node(id), 'ATTEMPT_OF').map(({ node }) => node.properties.outcome)));
    expect(await attempts('tables/double')).toEqual([['completed']]);
    expect(await attempts('tables/refine')).toEqual([['async']]);
    expect(trace.context.edges.filter(({ via }) => via === 'nexus')).toHaveLength(1);
  });
});
