import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AnswerNode } from '../../plugin/graph/answers.ts';
import { openGraph, type OpenGraph } from '../../plugin/graph/open.ts';
import { ProvenancePlugin } from '../../plugin/index.ts';
import { artifactVersionId } from '../../plugin/model/id.ts';
import { answerFrom, subjectOf } from '../../worker/demo/answer.ts';
import { type FlightsRound, landFlights, runFlights } from '../../worker/flights-run.ts';
import { createFlightsWorker } from '../../worker/flights-worker.ts';
import { publishedFlights } from '../../worker/pipelines/flights/lake.ts';
import { chromiumPath, drawnIds, openSite, openTab, screenshot } from '../graph-ui/page.ts';
import { completedRuns, type HistoryRun } from '../support/histories.ts';
import { engines, neo4j, temporaryDirectory, unique } from '../support/recorded.ts';

describe('the flight pipelines', () => {
  let graph: OpenGraph;
  let round: FlightsRound;
  let runs: HistoryRun[];
  let removeFiles: () => Promise<void>;

  beforeAll(async () => {
    graph = openGraph(neo4j);
    const { path, remove } = await temporaryDirectory();
    removeFiles = remove;
    const taskQueue = unique('flights');
    const sources = await landFlights(path);
    const { worker, connection: native } = await createFlightsWorker({
      address: engines.temporalAddress, namespace: engines.namespace, taskQueue,
      plugin: { neo4j, outbox: join(path, 'outbox'), shutdownMs: 120_000 },
    });
    const connection = await Connection.connect({ address: engines.temporalAddress });
    const client = new Client({ connection, namespace: engines.namespace, plugins: [new ProvenancePlugin()] });
    round = await worker.runUntil(() => runFlights(client, path, sources, { taskQueue }));
    runs = await completedRuns(client, taskQueue, 9);
    await connection.close();
    await native.close();
  });
  afterAll(async () => {
    await graph.close();
    await removeFiles();
  });

  it('are in the graph as they are in history: every run, and every completed activity once, with its attempts', async () => {
    expect(runs.map(({ type }) => type).sort()).toEqual([...Array.from({ length: 6 }, () => 'buildFeatureGroup'), 'predictDelays', 'trainDelayModel', 'trainDelayModel']);
    for (const run of runs) {
      const { node, neighbours } = await graph.node(run.id);
      expect(node.properties).toMatchObject({ workflowType: run.type, workflowId: run.workflowId, status: 'completed' });
      const steps = neighbours.filter(({ edge, node: other }) => edge.type === 'PART_OF' && other.labels[0] === 'Step').map((each) => each.node);
      expect(steps.map(({ id }) => id).sort()).toEqual(run.activities.map((activity) => activity.stepId).sort());
      for (const { stepId: id, type, attempts } of run.activities) {
        const step = await graph.node(id);
        expect(step.node.properties).toMatchObject({ activityType: type, status: 'completed' });
        const tries = step.neighbours.filter(({ edge }) => edge.type === 'ATTEMPT_OF').map((each) => each.node);
        expect([type, tries.map(({ properties }) => properties.number).sort()]).toEqual([type, Array.from({ length: attempts }, (_, index) => index + 1)]);
        await expectWholeAttempts(tries);
      }
    }
  });

  const expectWholeAttempts = async (tries: AnswerNode[]) => {
    for (const attempt of tries) {
      const { neighbours } = await graph.node(attempt.id);
      const around = new Set(neighbours.map(({ edge }) => edge.type));
      for (const type of ['ATTEMPT_OF', 'RAN_CODE', 'RAN_IN', 'WAS_ASSOCIATED_WITH']) expect(around).toContain(type);
      expect(attempt.properties.workerEndedAt).toBeDefined();
    }
  };

  it('show the attempt that failed, and why', async () => {
    const training = runs.find(({ workflowId }) => workflowId === round.workflowIds.train)!;
    const clean = training.activities.find(({ type }) => type === 'cleanFlights')!;
    expect(clean.attempts).toBe(2);
    const { neighbours } = await graph.node(clean.stepId);
    const failed = neighbours.map(({ node }) => node).find(({ properties }) => properties.number === 1 && properties.outcome === 'failed')!;
    expect(failed.properties.failureType).toBe('StorageUnavailable');
    expect((await graph.node(failed.id)).details.failureMessage).toContain('Reading the raw flights failed');
  });

  it('lead from a prediction to the raw file, with the digest of its bytes', async () => {
    const answer = await answerFrom(graph, round);
    const digest = createHash('sha256').update(await readFile(publishedFlights())).digest('hex');
    expect(answer.rawData).toContainEqual({ uri: round.trained.raw.uri, version: '2001-06.v1', sha256: digest });
    expect(answer.rawData.map(({ version }) => version)).not.toContain('2001-06.v2');
    const labels = new Set([...answer.trace.nodes, ...answer.trace.context.nodes].map((node) => node.labels[0]));
    for (const label of ['Run', 'Step', 'Attempt', 'Value', 'ArtifactVersion', 'Content', 'CodeVersion', 'Environment', 'Agent']) expect(labels).toContain(label);
    expect(answer.trace.context.nodes.map(({ properties }) => properties.workflowType)).toContain('buildFeatureGroup');
    expect(answer.trace).toMatchObject({ truncated: false, trust: { ambiguousUses: [], conflicts: [], opaqueSteps: [] } });
    const ids = new Set([...answer.trace.nodes, ...answer.trace.context.nodes].map(({ id }) => id));
    for (const { from, to } of [...answer.trace.edges, ...answer.trace.context.edges]) expect([ids.has(from), ids.has(to)]).toEqual([true, true]);
  });

  it('do not relate what each model was not made of', async () => {
    const trace = await graph.trace(subjectOf(round.retrained.model));
    const uris = trace.nodes.filter(({ labels }) => labels[0] === 'ArtifactVersion').map(({ id }) => id);
    expect(uris).toContain(artifactVersionId(round.retrained.raw));
    expect(uris).not.toContain(artifactVersionId(round.trained.raw));
    expect(trace.context.nodes.map(({ properties }) => properties.workflowId)).not.toContain(round.workflowIds.train);
    // The split gave back both parts in one value; the model was trained on one of them.
    const training = runs.find(({ workflowId }) => workflowId === round.workflowIds.train)!;
    const trained = await graph.trace(training.activities.find(({ type }) => type === 'trainModel')!.stepId);
    const versions = trained.nodes.map(({ id }) => id);
    expect(versions).toContain(artifactVersionId(round.trained.train));
    expect(versions).not.toContain(artifactVersionId(round.trained.test));
  });

  it('are found by the version of the raw file that they used, and only by that', async () => {
    const using = async (reference: FlightsRound['trained']['raw']) => (await graph.runsUsing(subjectOf(reference))).runs.map(({ workflowId }) => workflowId);
    expect(await using(round.trained.raw)).toEqual([round.workflowIds.train]);
    expect(await using(round.retrained.raw)).toEqual([round.workflowIds.retrain]);
    const { runs: predicting } = await graph.runsUsing(subjectOf(round.predicted.model));
    expect(predicting.map(({ workflowId }) => workflowId)).toEqual([round.workflowIds.predict]);
  });

  it('lead from the raw file down to every prediction', async () => {
    const trace = await graph.trace(subjectOf(round.trained.raw), { direction: 'downstream' });
    const reached = new Set(trace.nodes.map(({ id }) => id));
    for (const prediction of round.predicted.predictions) expect(reached).toContain(artifactVersionId(prediction));
    expect(reached).not.toContain(artifactVersionId(round.retrained.model));
  });

  it('keep parameters, metrics and statistics', async () => {
    const training = runs.find(({ workflowId }) => workflowId === round.workflowIds.train)!;
    const attemptOf = async (type: string) => {
      const { neighbours } = await graph.node(training.activities.find((activity) => activity.type === type)!.stepId);
      return neighbours.find(({ edge }) => edge.type === 'ATTEMPT_OF')!.node.properties;
    };
    expect(JSON.parse(String((await attemptOf('trainModel')).params))).toMatchObject({ trees: 24, maxDepth: 6 });
    expect(JSON.parse(String((await attemptOf('evaluateModel')).metrics)).auc).toBe(round.trained.metrics.auc);
    const raw = await graph.node(artifactVersionId(round.trained.raw));
    expect(JSON.parse(String(raw.node.properties.statistics))).toMatchObject({ rows: 3_000_000 });
  });

  it('are found by their names in the search', async () => {
    const { exact: hits } = await graph.search(round.workflowIds.predict);
    expect(hits[0]).toMatchObject({ label: 'Run', title: round.workflowIds.predict });
    expect((await graph.search('flights 3m parquet', { kind: 'dataset' })).groups[0]!.hits.map(({ id }) => id)).toContain(artifactVersionId(round.trained.raw));
    expect((await graph.search(round.trained.raw.sha256!)).exact[0]).toMatchObject({ id: artifactVersionId(round.trained.raw) });
    expect((await graph.search('')).groups.map(({ kind }) => kind)).toEqual(['prediction', 'model', 'dataset', 'run']);
    expect((await graph.search('") OR [a TO *] \\ ^~ AND')).groups).toBeDefined();
  });

  it('lead a person from a prediction to its raw data, in the browser', async () => {
    const site = await openSite(graph, chromiumPath(engines.chromium));
    const prediction = round.predicted.predictions[0]!;
    const { page, complaints } = await openTab(site);
    await page.keyboard.press('/');
    await page.keyboard.type(prediction.uri);
    await page.keyboard.press('Enter');
    const raw = page.locator(`[role=treeitem][data-id="${artifactVersionId(round.trained.raw)}"]`).first();
    await raw.waitFor({ state: 'attached' });
    expect(new URL(page.url()).searchParams.get('subject')).toBe(artifactVersionId(prediction));
    expect(await drawnIds(page)).toContain(artifactVersionId(prediction));
    await screenshot(page, 'flights-prediction');
    // The panel lists where it all starts from: the raw file is one click away.
    await page.locator('#panel').getByText('US flights, January to June 2001').first().click();
    await page.locator('#panel .properties code', { hasText: round.trained.raw.sha256! }).waitFor();
    await page.getByRole('button', { name: 'Runs that used this version' }).click();
    await page.locator('.run').first().waitFor();
    expect(await page.locator('.run').allTextContents()).toEqual([expect.stringContaining(round.workflowIds.train)]);
    await screenshot(page, 'flights-raw-data');
    expect(complaints).toEqual([]);
    await site.close();
  });
});
