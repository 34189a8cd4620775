import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { activityInfo, heartbeat, sleep } from '@temporalio/activity';
import { Client } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AnswerNode } from '../../../plugin/graph/answers.ts';
import { openGraph, type OpenGraph } from '../../../plugin/graph/open.ts';
import { runId } from '../../../plugin/model/id.ts';
import { encryptingCodec } from '../../support/encrypting-codec.ts';
import { contentOf, openDriver } from '../../support/graph-content.ts';
import { archivedIn, bytesOf, occurrences } from '../../support/planted.ts';
import { engines, neo4j, recorded, unique } from '../../support/recorded.ts';

const PLANTED = `words-${randomBytes(6).toString('hex')}`;
const dataConverter = { payloadCodecs: [encryptingCodec] };
const activities = {
  /** Each way in which an attempt can speak has the words in it. */
  async resumes(given: { words: string }): Promise<unknown> {
    const { attempt, heartbeatDetails } = activityInfo();
    heartbeat({ [given.words]: attempt });
    if (attempt > 1) return { from: heartbeatDetails, given };
    throw ApplicationFailure.create({ message: `no ${given.words}`, type: 'Away', details: [given], cause: new RangeError(given.words) });
  },
  async beats(given: { words: string }): Promise<never> {
    for (;;) {
      heartbeat(given);
      await sleep(50);
    }
  },
};

describe.each([['with a key', { digestKey: { id: 'k1', key: 'a key of thirty-two bytes or so..' } }], ['without a key', {}]] as const)('attempts behind a payload codec, %s', (_, plugin) => {
  let graph: OpenGraph;
  /** What was in the outbox after each run, and what it had given away by then. */
  const outbox: Buffer[] = [];
  const driver = openDriver();
  const ids = new Map<string, string>();

  beforeAll(async () => {
    graph = openGraph(neo4j);
    await recorded(async ({ client, taskQueue, directory }) => {
      const own = new Client({ connection: client.connection, namespace: engines.namespace, dataConverter });
      const run = async (activity: string, more: object) => {
        const workflowId = unique(activity);
        const handle = await own.workflow.start('callsOne', { taskQueue, workflowId, args: [{ activity, args: [{ words: PLANTED }], ...more }] });
        ids.set(activity, runId({ namespace: engines.namespace, workflowId, runId: handle.firstExecutionRunId }));
        const result: unknown = await handle.result();
        outbox.push(await bytesOf(join(directory, 'outbox')), await archivedIn(join(directory, 'archive')));
        return result;
      };
      const options = { startToCloseTimeout: '20s', heartbeatTimeout: '20s', retry: { maximumAttempts: 2, initialInterval: '100ms' } };
      expect(await run('resumes', { options })).toMatchObject({ from: { [PLANTED]: 1 } });
      // Long enough for a busy machine to have begun the attempt by then.
      expect(await run('beats', { options: { ...options, heartbeatTimeout: '5s' }, cancelAfterMs: 3_000, cancellationType: 'WAIT_CANCELLATION_COMPLETED' })).toBe('cancelled');
    }, { plugin, worker: { activities, dataConverter, workflowsPath: fileURLToPath(new URL('../../support/sample/attempt-ends.ts', import.meta.url)) } });
  });
  afterAll(async () => {
    await graph.close();
    await driver.close();
  });

  const attemptsOf = async (name: string): Promise<{ step: AnswerNode; attempts: AnswerNode[] }> => {
    const { nodes } = await graph.trace(ids.get(name)!);
    const attempts = nodes.filter(({ labels }) => labels[0] === 'Attempt').sort((a, b) => Number(a.properties.number) - Number(b.properties.number));
    return { step: nodes.find(({ labels }) => labels[0] === 'Step')!, attempts };
  };

  it('tell their outcomes, and of failures the types alone', async () => {
    const { step, attempts } = await attemptsOf('resumes');
    expect(step.properties.status).toBe('completed');
    expect(attempts.map(({ properties: { number, status, captured, heartbeats } }) => [number, status, captured, heartbeats])).toEqual([[1, 'failed', 'full', 1], [2, 'completed', 'full', 1]]);
    expect(attempts[0]!.properties).toMatchObject({ failureType: 'Away', failureTypes: ['Away', 'RangeError'], nonRetryable: false });
    expect(attempts[1]!.properties).toMatchObject({ heartbeatDetailsGiven: true });
    for (const { id } of attempts) expect((await graph.node(id)).details).toEqual({});
  });

  it('that were cancelled tell so, and why', async () => {
    const { step, attempts: [attempt, ...others] } = await attemptsOf('beats');
    expect(others).toEqual([]);
    expect(step.properties.status).toBe('cancelled');
    expect(attempt!.properties).toMatchObject({ status: 'cancelled', captured: 'full', cancelReasons: ['cancelRequested'] });
    expect(attempt!.properties.heartbeats).toBeGreaterThan(0);
  });

  it('have the edges of what is known, each with its evidence', async () => {
    const { step, attempts: [first, second] } = await attemptsOf('resumes');
    const edges = async ({ id }: AnswerNode) => (await graph.node(id)).neighbours.map(({ edge }) => [edge.type, edge.via, edge.evidence].filter(Boolean).join(' ')).sort();
    const context = ['ATTEMPT_OF', 'RAN_CODE', 'RAN_IN', 'WAS_ASSOCIATED_WITH'];
    // Details of heartbeats are known by their digests.
    const beat = 'digestKey' in plugin ? ['WAS_GENERATED_BY heartbeat inferred'] : [];
    const given = 'digestKey' in plugin ? ['USED heartbeat observed'] : [];
    expect(await edges(first!)).toEqual([...context, ...beat].sort());
    expect(await edges(second!)).toEqual([...context, ...given, ...beat, 'WAS_GENERATED_BY result observed'].sort());
    expect((await graph.trace(`${step.id}/result`)).nodes.map(({ id }) => id)).toContain(second!.id);
  });

  it('leave none of the words anywhere', async () => {
    const bytes = Buffer.concat(outbox);
    expect(bytes.includes('callsOne')).toBe(true);
    expect(occurrences(bytes, [PLANTED])).toEqual([]);
    for (const id of ids.values()) expect(JSON.stringify(await contentOf(driver, id.slice('run/'.length)))).not.toContain(PLANTED);
    for (const folder of ['transactions', 'databases']) expect(occurrences(await bytesOf(join(engines.neo4jData, folder)), [PLANTED])).toEqual([]);
  });
});
