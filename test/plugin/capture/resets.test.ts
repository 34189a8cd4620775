import { fileURLToPath } from 'node:url';
import { temporal } from '@temporalio/proto';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { loadDataConverter } from '@temporalio/common/lib/internal-non-workflow/index.js';
import type { Client, WorkflowHandle } from '@temporalio/client';
import { Privacy } from '../../../plugin/capture/privacy.ts';
import { Connection } from '../../../plugin/graph/connection.ts';
import { openGraph, type OpenGraph } from '../../../plugin/graph/open.ts';
import { GraphWriter } from '../../../plugin/graph/writer.ts';
import { historyRecords } from '../../../plugin/history/history-records.ts';
import { runId, stepId } from '../../../plugin/model/id.ts';
import { engines, neo4j, recorded, type Recording, unique } from '../../support/recorded.ts';

const workflowsPath = fileURLToPath(new URL('../../support/sample/resets.ts', import.meta.url));

/** Every answer is known by heart: which attempts of which run what has been made by. */
describe('a run that was reset', () => {
  let graph: OpenGraph;
  const known: Record<string, { workflowId: string; base: string; next: string; uri?: string }> = {};
  const fromHistory: ReturnType<typeof historyRecords> = [];

  beforeAll(async () => {
    graph = openGraph(neo4j);
    await recorded(async (recording) => {
      await Promise.all([afterFirst(recording), twice(recording), pending(recording), atStart(recording), signalled(recording)]);
    }, { worker: { workflowsPath } });
  });
  afterAll(() => graph.close());

  /** The last event of the workflow task that comes after the first `count` completed activities. */
  async function taskAfter(client: Client, workflowId: string, run: string, count: number): Promise<number> {
    const { events } = await client.workflow.getHandle(workflowId, run).fetchHistory();
    let completed = 0;
    for (const event of events ?? []) {
      if (event.activityTaskCompletedEventAttributes) completed++;
      if (completed === count && event.workflowTaskCompletedEventAttributes) return Number(event.eventId);
    }
    throw new Error('no such task');
  }

  async function reset({ client }: Recording, workflowId: string, run: string, event: number): Promise<string> {
    const { runId: next } = await client.workflowService.resetWorkflowExecution({
      namespace: engines.namespace, workflowExecution: { workflowId, runId: run }, reason: 'a test', workflowTaskFinishEventId: event as never, requestId: unique('reset'),
      resetReapplyType: temporal.api.enums.v1.ResetReapplyType.RESET_REAPPLY_TYPE_ALL_ELIGIBLE,
    });
    return next;
  }

  async function done(client: Client, workflowId: string, run: string): Promise<void> {
    await client.workflow.getHandle(workflowId, run).result();
    const history = await client.workflow.getHandle(workflowId, run).fetchHistory();
    fromHistory.push(...historyRecords({ privacy: new Privacy(loadDataConverter()) }, { namespace: engines.namespace, workflowId, runId: run }, history, '2030-01-01T00:00:00.000Z'));
  }

  async function afterFirst(recording: Recording): Promise<void> {
    const { start, client } = recording;
    const uri = `s3://lake/${unique('reset')}`;
    const handle: WorkflowHandle & { firstExecutionRunId: string } = await start('threeSteps', [{ uri }]);
    await handle.result();
    const base = handle.firstExecutionRunId;
    const next = await reset(recording, handle.workflowId, base, await taskAfter(client, handle.workflowId, base, 1));
    await done(client, handle.workflowId, next);
    known.afterFirst = { workflowId: handle.workflowId, base, next, uri };
  }

  async function twice(recording: Recording): Promise<void> {
    const { start, client } = recording;
    const handle = await start('threeSteps', [{ uri: `s3://lake/${unique('twice')}` }]);
    await handle.result();
    const base = handle.firstExecutionRunId;
    const second = await reset(recording, handle.workflowId, base, await taskAfter(client, handle.workflowId, base, 1));
    await done(client, handle.workflowId, second);
    const third = await reset(recording, handle.workflowId, second, await taskAfter(client, handle.workflowId, second, 2));
    await done(client, handle.workflowId, third);
    known.twice = { workflowId: handle.workflowId, base: second, next: third };
    known.twiceFirst = { workflowId: handle.workflowId, base, next: second };
  }

  /** The reset comes while a step is still to be done: the new run does it itself. */
  async function pending(recording: Recording): Promise<void> {
    const { start, client } = recording;
    const handle = await start('slowSecond', [{ uri: `s3://lake/${unique('pending')}` }]);
    const base = handle.firstExecutionRunId;
    const event = await vi.waitFor(() => taskAfter(client, handle.workflowId, base, 1), { timeout: 60_000, interval: 200 });
    // A task in between: at its end the second step has been scheduled, and is not over.
    await handle.signal('nudge');
    const later = await vi.waitFor(async () => {
      const { events } = await client.workflow.getHandle(handle.workflowId, base).fetchHistory();
      return Number((events ?? []).find(({ eventId, workflowTaskCompletedEventAttributes: completed }) => completed && Number(eventId) > event)!.eventId);
    }, { timeout: 60_000, interval: 50 });
    const next = await reset(recording, handle.workflowId, base, later);
    await done(client, handle.workflowId, next);
    known.pending = { workflowId: handle.workflowId, base, next };
  }

  async function atStart(recording: Recording): Promise<void> {
    const { start, client } = recording;
    const handle = await start('threeSteps', [{ uri: `s3://lake/${unique('start')}` }]);
    await handle.result();
    const base = handle.firstExecutionRunId;
    const next = await reset(recording, handle.workflowId, base, await taskAfter(client, handle.workflowId, base, 0));
    await done(client, handle.workflowId, next);
    known.atStart = { workflowId: handle.workflowId, base, next };
  }

  async function signalled(recording: Recording): Promise<void> {
    const { start, client } = recording;
    const handle = await start('takesSignal', [{ uri: `s3://lake/${unique('signalled')}` }]);
    await handle.signal('go', { rows: [4] });
    await handle.result();
    const base = handle.firstExecutionRunId;
    const next = await reset(recording, handle.workflowId, base, await taskAfter(client, handle.workflowId, base, 1));
    await done(client, handle.workflowId, next);
    known.signalled = { workflowId: handle.workflowId, base, next };
  }

  const named = (workflowId: string, run: string) => runId({ namespace: engines.namespace, workflowId, runId: run });

  /** The steps of a trace as `RUN TYPE`. */
  async function steps(name: string, subject: string): Promise<string[]> {
    const { workflowId, base, next } = known[name]!;
    const trace = await graph.trace(subject);
    const short = (id: string) => (id.includes(base) ? 'base' : id.includes(next) ? 'next' : id.includes(known.twiceFirst?.base ?? '-') ? 'first' : workflowId);
    return trace.nodes.filter(({ labels }) => labels[0] === 'Step').map(({ id, properties }) => `${short(id)} ${properties.activityType}`).sort();
  }

  async function tellHistory(): Promise<void> {
    const connection = new Connection(neo4j);
    await new GraphWriter(connection).write(fromHistory);
    await connection.close();
  }

  const result = (name: string, of: 'base' | 'next') => `${named(known[name]!.workflowId, known[name]![of])}/result`;

  it.each(['as recorded', 'with its history'] as const)('rests on the steps that came before, and on its own (%s)', async (when) => {
    if (when === 'with its history') await tellHistory();
    expect(await steps('afterFirst', result('afterFirst', 'next'))).toEqual(['base readTable', 'next combineTables', 'next transformTable']);
    expect(await steps('afterFirst', result('afterFirst', 'base'))).toEqual(['base combineTables', 'base readTable', 'base transformTable']);
    expect(await steps('signalled', result('signalled', 'next'))).toEqual(['base readTable', 'next combineTables']);
    expect(await steps('atStart', result('atStart', 'next'))).toEqual(['next combineTables', 'next readTable', 'next transformTable']);
    expect(await steps('pending', result('pending', 'next'))).toEqual(['base readTable', 'next combineTables', 'next slowTable']);
    const { workflowId, next } = known.afterFirst!;
    const { neighbours } = await graph.node(named(workflowId, next));
    expect(neighbours.filter(({ edge }) => edge.type === 'CONTINUED_FROM').map(({ edge }) => edge.via)).toEqual(['reset']);
  });

  it('that had been reset before rests on what each of the runs before did, once its history is known', async () => {
    await tellHistory();
    expect(await steps('twice', result('twice', 'next'))).toEqual(['base transformTable', 'first readTable', 'next combineTables']);
  });

  it('shares the steps before with the run that was reset, and what they used', async () => {
    const { workflowId, base, next, uri } = known.afterFirst!;
    const { runs } = await graph.runsUsing(`${uri}@v1`);
    expect(runs.map(({ id }) => id).sort()).toEqual([named(workflowId, base), named(workflowId, next)].sort());
    const first = stepId({ run: { namespace: engines.namespace, workflowId, runId: base }, kind: 'activity', id: '1', occurrence: 1 });
    for (const run of runs) expect(run.steps.map(({ id }) => id)).toEqual([first]);
  });
});

describe('a run that was retried', () => {
  it('rests on the steps of its own try alone, and each try used what it used', async () => {
    const graph = openGraph(neo4j);
    const uri = `s3://lake/${unique('retried')}`;
    const runs = await recorded(async ({ start, client }) => {
      const handle = await start('failsOnce', [{ uri }], { retry: { initialInterval: '50ms', maximumAttempts: 3 } });
      await handle.result();
      const { runId: last } = await client.workflow.getHandle(handle.workflowId).describe();
      return [handle.firstExecutionRunId, last].map((run) => runId({ namespace: engines.namespace, workflowId: handle.workflowId, runId: run }));
    }, { worker: { workflowsPath } });
    const trace = await graph.trace(`${runs[1]}/result`);
    const made = trace.nodes.filter(({ labels }) => labels[0] === 'Step');
    expect(made.map(({ properties }) => properties.activityType).sort()).toEqual(['readTable', 'transformTable']);
    expect(made.every(({ id }) => id.includes(runs[1]!.split('/').at(-1)!))).toBe(true);
    expect((await graph.runsUsing(`${uri}@v1`)).runs.map(({ id }) => id).sort()).toEqual([...runs].sort());
    await graph.close();
  });
});
