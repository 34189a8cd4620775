import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Connection } from '../../../plugin/graph/connection.ts';
import { openGraph, type OpenGraph } from '../../../plugin/graph/open.ts';
import { GraphWriter } from '../../../plugin/graph/writer.ts';
import { artifactVersionId, attemptId, resultId } from '../../../plugin/model/id.ts';
import type { Label, NodeKey, ProvenanceRecord } from '../../../plugin/model/record.ts';
import { part, Telling } from '../../graph-ui/fixture-builder.ts';
import { neo4j, unique } from '../../support/engines.ts';
import { openDriver, removeScope } from '../../support/graph-content.ts';

describe('a trace', () => {
  const driver = openDriver();
  const connection = new Connection(neo4j);
  const scopes: string[] = [];
  let graph: OpenGraph;

  beforeAll(() => {
    graph = openGraph(neo4j);
  });
  afterAll(async () => {
    for (const scope of scopes) await removeScope(driver, scope);
    await Promise.all([graph.close(), connection.close(), driver.close()]);
  });

  const telling = () => {
    scopes.push(unique('trace'));
    return new Telling(scopes.at(-1)!);
  };
  const write = (records: ProvenanceRecord[]) => new GraphWriter(connection).write(records);
  const idsOf = (nodes: { id: string; labels: string[] }[], label: Label) => nodes.flatMap(({ id, labels }) => (labels[0] === label ? [id] : [])).sort();

  /** What history does not confirm, said of these nodes. */
  const unconfirmed = (nodes: NodeKey[]): ProvenanceRecord => {
    const now = new Date().toISOString();
    return { v: 1, source: 'history', at: now, recordedAt: now, nodes: nodes.map((node) => ({ ...node, aspect: 'sealed', set: { unconfirmed: true } })), edges: [] };
  };

  it('leaves out values that history does not confirm, and keeps, marked, what such an attempt read and wrote', async () => {
    const teller = telling();
    const [raw, model] = ['raw', 'model'].map((name) => ({ kind: 'dataset', uri: `s3://${teller.scope}/${name}`, version: 'v1' })) as [{ kind: string; uri: string; version: string }, { kind: string; uri: string; version: string }];
    const run = teller.run('train', 'train', [{ json: { seed: 1 } }]);
    const read = run.step('read', { takes: [part(run.argument(0), 'seed')], uses: [raw], gives: { rows: 3 } });
    const fit = run.step('fit', { takes: [read], makes: [model], gives: { score: 1 } });
    const phantom = run.step('phantom', { takes: [fit], gives: { never: 'committed' } });
    const last = run.step('last', { takes: [phantom], gives: { end: true } });
    await write(teller.records);
    const attemptOf = async (stepId: string) => idsOf((await graph.trace(stepId, { direction: 'upstream' })).nodes, 'Attempt').find((id) => id.startsWith(`${stepId}/`))!;
    const [readAttempt, fitAttempt] = [await attemptOf(read.stepId), await attemptOf(fit.stepId)];
    await write([unconfirmed([{ label: 'Attempt', id: fitAttempt }, { label: 'Value', id: resultId(phantom.stepId) }])]);

    const files = await graph.trace(artifactVersionId(model));
    expect(idsOf(files.nodes, 'ArtifactVersion')).toEqual([artifactVersionId(raw), artifactVersionId(model)].sort());
    expect(idsOf(files.nodes, 'Attempt')).toEqual([readAttempt, fitAttempt].sort());
    expect(files.trust.unconfirmed).toEqual([fitAttempt]);
    expect(files.nodes.find(({ id }) => id === fitAttempt)!.properties.unconfirmed).toBe(true);

    // The workflow had the result in hand, so the step gave it; but no longer is it said to be of this attempt.
    const result = await graph.trace(resultId(fit.stepId));
    expect(idsOf(result.nodes, 'Attempt')).toEqual([readAttempt]);
    expect(idsOf(result.nodes, 'Step')).toEqual([read.stepId, fit.stepId].sort());

    const end = await graph.trace(last.stepId);
    expect(idsOf(end.nodes, 'Value')).toEqual([]);
    expect(idsOf(end.nodes, 'Step')).toEqual([last.stepId]);
    const whole = await graph.trace(run.id);
    expect(idsOf(whole.nodes, 'Value')).not.toContain(resultId(phantom.stepId));
    expect(idsOf(whole.nodes, 'Step')).toContain(phantom.stepId);
    const down = await graph.trace(artifactVersionId(raw), { direction: 'downstream' });
    expect(idsOf(down.nodes, 'Value')).toEqual([resultId(read.stepId), resultId(fit.stepId)].sort());
    expect(idsOf(down.nodes, 'Step')).toEqual([read.stepId, fit.stepId, phantom.stepId].sort());
  });

  it('goes along a chain of a thousand steps whole, in both directions and from its run, and says where a limit cut it', async () => {
    const teller = telling();
    const raw = { kind: 'dataset', uri: `s3://${teller.scope}/raw`, version: 'v1' };
    const run = teller.run('chain', 'chain');
    let state = run.step('refine', { uses: [raw], gives: { round: 0 } });
    for (let round = 1; round < 1_000; round++) state = run.step('refine', { takes: [state], gives: { round } });
    run.close(state);
    await write(teller.records);
    for (const answer of [await graph.trace(resultId(run.id)), await graph.trace(run.id), await graph.trace(artifactVersionId(raw), { direction: 'downstream' }), await graph.trace(run.id, { direction: 'downstream' })]) {
      expect([answer.truncated, answer.counts.byLabel.Step, answer.counts.byLabel.Attempt]).toEqual([false, 1_000, 1_000]);
    }
    const cut = await graph.trace(resultId(run.id), { limit: 100 });
    expect([cut.truncated, cut.counts.nodes, cut.limit?.nodes]).toEqual([true, 100, 100]);
    // Whichever kind of thing is the last: that more was not reached does not mean that nobody knows of it.
    for (const limit of [100, 101, 102, 103]) expect((await graph.trace(resultId(run.id), { limit })).trust).toMatchObject({ unmadeValues: [], followedOnly: [], opaqueSteps: [] });
  });

  it('goes up and down a ladder with very many ways, past each thing once', async () => {
    const teller = telling();
    const run = teller.run('ladder', 'ladder', [{ json: 0 }]);
    const start = run.step('start', { takes: [run.argument(0)], gives: 0 });
    let sides = [start, start];
    for (let level = 1; level <= 40; level++) sides = ['left', 'right'].map((side) => run.step(side, { takes: sides, gives: { level, side } }));
    run.close(sides[0]!);
    await write(teller.records);
    const up = await graph.trace(resultId(run.id));
    expect([up.truncated, up.counts.byLabel.Step]).toEqual([false, 80]);
    const down = await graph.trace(resultId(start.stepId), { direction: 'downstream' });
    expect([down.truncated, down.counts.byLabel.Step]).toEqual([false, 80]);
  });

  it('says how often a step in it was tried, though what failed led nowhere', async () => {
    const teller = telling();
    const run = teller.run('retried', 'retried');
    const last = run.step('flaky', { gives: { ok: true }, failures: ['broken pipe', 'broken pipe'] });
    await write(teller.records);
    const answer = await graph.trace(resultId(last.stepId));
    expect([idsOf(answer.nodes, 'Attempt').length, answer.tries]).toEqual([1, { [last.stepId]: 3 }]);
    expect((await graph.node(resultId(last.stepId))).details).toEqual({ result: '{"ok":true}' });
  });

  it('says that there is nothing under an id, also one of a kind that tells itself', async () => {
    const step = { run: { namespace: 'default', workflowId: unique('none'), runId: 'r' }, kind: 'activity' as const, id: '1', occurrence: 1 };
    await expect(graph.trace(attemptId(step, 1, 0))).rejects.toThrow(/nothing is recorded/);
  });
});
