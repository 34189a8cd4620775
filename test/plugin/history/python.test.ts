import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Trace } from '../../../plugin/graph/answers.ts';
import { openGraph, type OpenGraph } from '../../../plugin/graph/open.ts';
import { resultId, type RunKey, runId } from '../../../plugin/model/id.ts';
import { engines, neo4j, unique } from '../../support/engines.ts';
import { flows } from '../../support/flows.ts';
import { runPythonPipeline } from '../../support/python-worker.ts';
import { openSealing, type Sealing } from '../../support/sealing.ts';

describe('a pipeline that a Python worker ran', () => {
  const workflowId = unique('python');
  const dataset = 's3://raw/customers-2026-11.parquet';
  let sealing: Sealing;
  let graph: OpenGraph;
  let run: RunKey;
  let trace: Trace;

  beforeAll(async () => {
    sealing = await openSealing();
    graph = openGraph(neo4j);
    run = { namespace: engines.namespace, workflowId, runId: await runPythonPipeline({ workflowId, taskQueue: unique('queue'), dataset }) };
    await sealing.sealer.seal(run);
    trace = await graph.trace(resultId(runId(run)));
  }, 400_000);
  afterAll(async () => {
    await graph.close();
    await sealing.close();
  });

  it('has its lineage from its history alone: the model traces to its dataset', async () => {
    expect(flows(trace)).toEqual([
      'load /0 <- input /0',
      'result /accuracy <- score',
      'result /model <- train',
      'score /0 <- train',
      'score /1 <- split /test',
      'split /0 <- load',
      'train /0 <- split /train',
    ]);
    expect(new Set(trace.edges.filter(({ toPath }) => toPath !== undefined).map(({ evidence }) => evidence))).toEqual(new Set(['inferred']));
  });

  it('has its steps and their final attempts, and what is not known of them is said', async () => {
    const attempts = trace.nodes.filter(({ labels }) => labels[0] === 'Attempt').map(({ properties }) => properties);
    expect(attempts.map(({ activityType, number, outcome, captured }) => [activityType, number, outcome, captured]).sort()).toEqual([
      ['load', 1, 'completed', 'history-only'], ['score', 1, 'completed', 'history-only'], ['split', 1, 'completed', 'history-only'], ['train', 2, 'completed', 'history-only'],
    ]);
    const { certificate, lacking } = await sealing.sealer.check(run);
    expect(certificate).toMatchObject({ state: 'sealed', steps: 5, attempts: 5, historyOnly: 5, unseen: 1 });
    expect(certificate.unwatched).toContain('workflow Pipeline');
    expect(lacking.links).toBe(0);
  });
});
