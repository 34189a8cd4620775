import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AnswerNode, NodeDetail } from '../../../plugin/graph/answers.ts';
import { openGraph, type OpenGraph } from '../../../plugin/graph/open.ts';
import { runId } from '../../../plugin/model/id.ts';
import { engines, neo4j, recorded } from '../../support/recorded.ts';

describe('attempts', () => {
  let graph: OpenGraph;
  let retried: string;
  let failed: string;

  beforeAll(async () => {
    graph = openGraph(neo4j);
    await recorded(async ({ start }) => {
      const one = await start('retried', []);
      await one.result();
      retried = runId({ namespace: engines.namespace, workflowId: one.workflowId, runId: one.firstExecutionRunId });
      const two = await start('failed', []);
      await expect(two.result()).rejects.toThrow();
      failed = runId({ namespace: engines.namespace, workflowId: two.workflowId, runId: two.firstExecutionRunId });
    });
  });
  afterAll(() => graph.close());

  const attemptsOf = async (run: string): Promise<AnswerNode[]> => {
    const trace = await graph.trace(run);
    return trace.nodes.filter(({ labels }) => labels[0] === 'Attempt').sort((a, b) => Number(a.properties.number) - Number(b.properties.number));
  };
  const neighbour = ({ neighbours }: NodeDetail, type: string): AnswerNode => neighbours.find(({ edge }) => edge.type === type)!.node;

  it('are all there, each with its outcome, times, worker and what it declared', async () => {
    const [first, second] = await attemptsOf(retried);
    expect(first!.properties).toMatchObject({ number: 1, status: 'failed', failureType: 'MountAway', params: '{"attempt":1}' });
    expect(second!.properties).toMatchObject({ number: 2, status: 'completed', params: '{"attempt":2}', metrics: '{"quality":0.5}' });
    expect(first!.properties.identity).toContain(`${process.pid}@`);
    expect(Date.parse(String(second!.properties.workerEndedAt))).toBeGreaterThanOrEqual(Date.parse(String(second!.properties.workerStartedAt)));
    expect(first!.properties.durationMs).toBeGreaterThanOrEqual(0);
  });

  it('know the code and the environment that they ran in, one node per distinct state', async () => {
    const [first, second] = await attemptsOf(retried);
    const [a, b] = [await graph.node(first!.id), await graph.node(second!.id)];
    expect(neighbour(a, 'RAN_CODE').id).toBe(neighbour(b, 'RAN_CODE').id);
    expect(neighbour(a, 'RAN_CODE').properties).toMatchObject({ packageName: 'temporal-provenance' });
    expect(neighbour(a, 'RAN_CODE').properties.lockfileDigest).toMatch(/^[0-9a-f]{64}$/);
    expect(neighbour(a, 'RAN_IN').properties).toMatchObject({ runtime: `node ${process.versions.node}` });
    expect(JSON.parse(String(neighbour(a, 'RAN_IN').properties.libraries))).toMatchObject({ '@temporalio/worker': '1.24.0' });
    expect(JSON.stringify(neighbour(a, 'RAN_IN').properties)).not.toContain(process.env.HOSTNAME ?? 'no-host');
    expect(neighbour(a, 'WAS_ASSOCIATED_WITH').properties).toMatchObject({ kind: 'worker', pid: process.pid });
  });

  it('that failed keep what they had used', async () => {
    const used = await graph.runsUsing('s3://bucket/attempt-1@v1');
    expect(used.runs.map(({ id }) => id)).toContain(retried);
  });

  it('do not lend their uses to what another attempt made', async () => {
    const trace = await graph.trace(`${retried}/result`);
    const uris = trace.nodes.map(({ properties }) => properties.uri).filter(Boolean);
    expect(uris).toContain('s3://bucket/attempt-2');
    expect(uris).not.toContain('s3://bucket/attempt-1');
  });

  it('and runs tell why they failed, without the secrets in the message', async () => {
    const [attempt] = await attemptsOf(failed);
    const { details } = await graph.node(attempt!.id);
    expect(details.failureMessage).toContain('is wrong');
    expect(JSON.stringify(details)).not.toContain('s3cret');
    expect((await graph.node(failed)).node.properties).toMatchObject({ status: 'failed' });
  });

  it('belong to a run that somebody started', async () => {
    const { neighbours } = await graph.node(retried);
    const starter = neighbours.find(({ edge }) => edge.type === 'STARTED_BY')!.node;
    expect(starter.properties).toMatchObject({ kind: 'client' });
    expect((await graph.node(starter.id)).details.identity).toContain('@');
  });
});
