import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadDataConverter } from '@temporalio/common/lib/internal-non-workflow/index.js';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { Privacy } from '../../../plugin/capture/privacy.ts';
import type { AnswerNode } from '../../../plugin/graph/answers.ts';
import { openGraph, type OpenGraph } from '../../../plugin/graph/open.ts';
import { historyRecords } from '../../../plugin/history/history-records.ts';
import { runId, type RunKey, stepId } from '../../../plugin/model/id.ts';
import { graphOf, propertiesOf } from '../../../plugin/model/merge.ts';
import { engines, neo4j, recorded, type Recording, unique } from '../../support/recorded.ts';
import * as activities from '../../support/sample/attempt-ends-activities.ts';

const ONCE = { maximumAttempts: 1 };
const TIMEOUTS = {
  START_TO_CLOSE: { activity: 'hang', options: { startToCloseTimeout: '3s', retry: ONCE } },
  HEARTBEAT: { activity: 'hang', options: { startToCloseTimeout: '2m', heartbeatTimeout: '3s', retry: ONCE } },
  SCHEDULE_TO_START: { activity: 'hang', options: { startToCloseTimeout: '2m', scheduleToStartTimeout: '300ms', taskQueue: 'nobody' } },
  SCHEDULE_TO_CLOSE: { activity: 'hang', options: { scheduleToCloseTimeout: '15s', startToCloseTimeout: '2m', retry: ONCE } },
};
const CANCELLED = ['TRY_CANCEL', 'WAIT_CANCELLATION_COMPLETED', 'ABANDON'];
/** The true figure of each case, under the same name: the run, and what its history alone says of the step. */
const runs = new Map<string, string>();
const told = new Map<string, { [name: string]: unknown }>();

describe('however an attempt ends', () => {
  let graph: OpenGraph;
  const key = unique('key');

  beforeAll(async () => {
    graph = openGraph(neo4j);
    const privacy = new Privacy(loadDataConverter());
    await recorded(async (recording) => {
      const { start, client } = recording;
      const run = async (name: string, call: object, meanwhile?: (run: RunKey) => Promise<unknown>) => {
        const handle = await start('callsOne', [call]);
        const which = { namespace: engines.namespace, workflowId: handle.workflowId, runId: handle.firstExecutionRunId };
        await meanwhile?.(which);
        await handle.result();
        runs.set(name, runId(which));
        const records = historyRecords({ privacy }, which, await client.workflow.getHandle(handle.workflowId).fetchHistory(), '2030-01-01T00:00:00.000Z');
        const step = [...graphOf(records).nodes.values()].find(({ label }) => label === 'Step')!;
        told.set(name, propertiesOf(step)!);
      };
      // Long enough for a busy machine to have begun the attempt by then.
      const beating = { startToCloseTimeout: '2m', heartbeatTimeout: '30s', retry: ONCE };
      await Promise.all([
        ...Object.entries(TIMEOUTS).map(([name, call]) => run(name, call)),
        ...CANCELLED.map((cancellationType) => run(cancellationType, { activity: 'hangBeating', options: beating, cancelAfterMs: 15_000, cancellationType })),
        run('resumes', { activity: 'resumes', options: { startToCloseTimeout: '2m', heartbeatTimeout: '2m', retry: { maximumAttempts: 2 } } }),
        run('unregistered', { activity: 'nowhere', options: { startToCloseTimeout: '2m', retry: ONCE } }),
        run('async', { activity: 'completesLater', args: [key], options: { startToCloseTimeout: '2m' } }, async () => {
          await vi.waitFor(() => expect(activities.waiting.has(key)).toBe(true), { timeout: 60_000 });
          await client.activity.complete(activities.waiting.get(key)!, { by: 'a client' });
        }),
        run('reset', { activity: 'untilReset', args: [key], options: { startToCloseTimeout: '2m', retry: { initialInterval: '5m' } } }, async ({ workflowId }) => {
          await vi.waitFor(async () => {
            const { raw } = await client.workflow.getHandle(workflowId).describe();
            expect(raw.pendingActivities?.[0]?.attempt).toBe(2);
          }, { timeout: 60_000, interval: 200 });
          await client.workflowService.resetActivity({ namespace: engines.namespace, execution: { workflowId }, id: '1' });
        }),
        run('killed', { activity: 'dies', options: { taskQueue: `${recording.taskQueue}-killed`, startToCloseTimeout: '10s', retry: ONCE } }, (which) => killed(recording, graph, which)),
      ]);
    }, { worker: { activities, workflowsPath: fileURLToPath(new URL('../../support/sample/attempt-ends.ts', import.meta.url)), shutdownForceTime: '5s' } });
  });
  afterAll(() => graph.close());

  const seen = async (name: string): Promise<{ step: AnswerNode; attempts: AnswerNode[] }> => {
    const { nodes } = await graph.trace(runs.get(name)!);
    const attempts = nodes.filter(({ labels }) => labels[0] === 'Attempt').sort((a, b) => String(a.properties.scheduledAt).localeCompare(String(b.properties.scheduledAt)));
    return { step: nodes.find(({ labels }) => labels[0] === 'Step')!, attempts };
  };
  const OF_END = ['outcome', 'failureType', 'failureTypes', 'timeoutType', 'retryState'];

  it.each(Object.keys(TIMEOUTS))('the step tells which timeout it was: %s, in the same words as its history', async (name) => {
    const { step, attempts } = await seen(name);
    expect(step.properties).toMatchObject({ status: 'timed-out', failureType: 'TimeoutFailure' });
    // A server may tell a try that took all the time there was by either name.
    expect(step.properties.timeoutType).toBe(told.get(name)!.timeoutType);
    if (name !== 'SCHEDULE_TO_CLOSE') expect(step.properties.timeoutType).toBe(name);
    for (const property of OF_END) expect([property, step.properties[property]]).toEqual([property, told.get(name)![property]]);
    expect(attempts.length).toBe(name === 'SCHEDULE_TO_START' ? 0 : 1);
    expect((await graph.node(step.id)).details.failureMessage).toMatch(/timed out|timeout/i);
  });

  it("history tells a step's limits as the interceptors do, and says where nobody else told of it", async () => {
    for (const name of [...Object.keys(TIMEOUTS), 'reset', 'resumes']) {
      const { step, attempts } = await seen(name);
      if (attempts.length === 0) continue;
      for (const property of ['startToCloseTimeoutMs', 'scheduleToCloseTimeoutMs', 'heartbeatTimeoutMs', 'retryPolicy']) {
        expect([name, property, told.get(name)![property]]).toEqual([name, property, step.properties[property]]);
      }
      expect(step.properties.retryPolicy).toContain('"maximumAttempts"');
      expect([step.properties.captured, told.get(name)!.captured]).toEqual([undefined, 'history-only']);
    }
    // No attempt was made: only history can tell.
    expect(told.get('SCHEDULE_TO_START')).toMatchObject({ startToCloseTimeoutMs: 120_000 });
  });

  it.each(CANCELLED)('a cancelled step says so, whatever its attempt did: %s', async (name) => {
    const { step, attempts } = await seen(name);
    expect(step.properties.status).toBe('cancelled');
    expect(attempts).toHaveLength(1);
    if (name === 'WAIT_CANCELLATION_COMPLETED') expect(attempts[0]!.properties).toMatchObject({ status: 'cancelled', cancelReasons: ['cancelRequested'] });
    else expect(attempts[0]!.properties.status).not.toBe('lost');
    expect(attempts[0]!.properties.heartbeats).toBeGreaterThan(0);
  });

  it('a failure tells its causes, without secrets, and what was asked for the next attempt', async () => {
    const [first] = (await seen('resumes')).attempts;
    expect(first!.properties).toMatchObject({ status: 'failed', failureTypes: ['Away', 'Error', 'RangeError'], nonRetryable: false, nextRetryDelay: '100ms', captured: 'full' });
    const { details } = await graph.node(first!.id);
    const chain = JSON.parse(String(details.failureChain)) as { message: string; stack: string }[];
    expect(chain.map(({ message }) => message)).toEqual(['no database', expect.stringContaining('connect postgres'), 'port']);
    expect(chain[2]!.stack).toContain('attempt-ends-activities');
    expect(JSON.stringify(details)).not.toMatch(/s3cret|planted-secret/);
    expect(details.heartbeat).toContain('"done":2');
  });

  it('an attempt that goes on from what another left by heartbeat leads to what that one had used', async () => {
    const { attempts: [first, second], step } = await seen('resumes');
    expect(first!.properties.heartbeats).toBe(2);
    expect(second!.properties).toMatchObject({ number: 2, heartbeatDetailsGiven: true });
    const trace = await graph.trace(`${step.id}/result`);
    const used = trace.nodes.filter(({ properties }) => properties.uri === 's3://resumed/in').map(({ properties }) => properties.version).sort();
    expect(used).toEqual(['attempt-1', 'attempt-2']);
    expect(trace.edges.filter(({ via }) => via === 'heartbeat').map(({ type, evidence }) => `${type} ${evidence}`).sort()).toEqual(['USED observed', 'WAS_GENERATED_BY inferred']);
    expect(told.get('resumes')).toMatchObject({ attempts: 2, previousFailureType: 'Away', previousFailureTypes: expect.arrayContaining(['Away']) });
  });

  it('what no attempt saw, such as an activity type that nobody registered, the step tells all the same', async () => {
    const { step, attempts } = await seen('unregistered');
    expect(attempts).toEqual([]);
    expect(step.properties).toMatchObject({ status: 'failed', failureType: 'NotFoundError', retryState: 'MAXIMUM_ATTEMPTS_REACHED' });
    expect((await graph.node(step.id)).details.failureMessage).toContain('nowhere');
    for (const property of OF_END) expect([property, step.properties[property]]).toEqual([property, told.get('unregistered')![property]]);
  });

  it('a result that a client brought later is traced through the attempt that asked for it', async () => {
    const { attempts: [attempt] } = await seen('async');
    expect(attempt!.properties.status).toBe('async');
    const trace = await graph.trace(`${runs.get('async')}/result`);
    expect(trace.nodes.map(({ properties }) => properties.uri)).toContain('s3://async/in');
    expect(trace.edges.find(({ via }) => via === 'async completion')).toMatchObject({ type: 'WAS_GENERATED_BY', evidence: 'inferred' });
    expect((await graph.runsUsing(`s3://async/in@${key}`)).runs.map(({ id }) => id)).toEqual([runs.get('async')]);
  });

  it('after an activity reset, the two tries stay two, and the result comes from the second alone', async () => {
    const { attempts } = await seen('reset');
    expect(attempts).toHaveLength(2);
    expect(attempts.map(({ properties }) => properties.number)).toEqual([1, 1]);
    expect(attempts[0]!.properties).toMatchObject({ status: 'failed', failureType: 'NotYet' });
    expect(attempts[1]!.properties.status).toBe('completed');
    const used = async (subject: string) => (await graph.trace(subject)).nodes
      .filter(({ properties }) => properties.uri === `s3://reset/${key}`).map(({ properties }) => properties.version).sort();
    expect(await used(`${runs.get('reset')}/result`)).toEqual(['second']);
    // Both made the version, so by its name it may be of either.
    expect(await used(`s3://reset-out/${key}@v1`)).toEqual(['first', 'second']);
    for (const version of ['first', 'second']) {
      expect((await graph.runsUsing(`s3://reset/${key}@${version}`)).runs.map(({ id }) => id)).toEqual([runs.get('reset')]);
    }
  });

  it('an attempt whose worker was killed is lost, not running for ever', async () => {
    const { step, attempts } = await seen('killed');
    expect(step.properties).toMatchObject({ status: 'timed-out', timeoutType: 'START_TO_CLOSE', startToCloseTimeoutMs: 10_000 });
    expect(attempts.map(({ properties }) => [properties.status, properties.captured])).toEqual([['lost', 'start-only']]);
    expect((await graph.node(attempts[0]!.id)).node.properties.status).toBe('lost');
  });
});

/** Runs the activity in a worker of its own process, and kills that once the attempt's start is in the graph. */
async function killed({ taskQueue, directory }: Recording, graph: OpenGraph, run: RunKey): Promise<void> {
  const options = { address: engines.temporalAddress, namespace: engines.namespace, taskQueue: `${taskQueue}-killed`, outbox: join(directory, 'killed'), neo4j };
  const child = spawn(process.execPath, [fileURLToPath(new URL('../../support/killed-worker.mjs', import.meta.url)), JSON.stringify(options)], { stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    await once(child.stdout, 'data');
    const step = stepId({ run, kind: 'activity', id: '1', occurrence: 1 });
    await vi.waitFor(async () => expect((await graph.node(step)).neighbours.map(({ edge }) => edge.type)).toContain('ATTEMPT_OF'), { timeout: 60_000, interval: 100 });
  } finally {
    child.kill('SIGKILL');
  }
}
