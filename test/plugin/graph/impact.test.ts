import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withdrawal } from '../../../plugin/cli/withdraw-command.ts';
import { artifactVersionId } from '../../../plugin/model/id.ts';
import { unique } from '../../support/engines.ts';
import { type GraphWith, graphWith } from '../../support/graph-with.ts';
import { retrained } from '../../support/retrained.ts';

describe('what came of a version', () => {
  const data = retrained(unique('impact'));
  const { first, second, third } = data;
  const name = ({ uri, version }: { uri: string; version?: string }) => `${uri}@${version}`;
  let all: GraphWith;

  beforeAll(async () => {
    all = await graphWith(data.scope, data.records);
  });
  afterAll(() => all.close());

  it('is every model and prediction downstream, those of a batch included, with the run that made each', async () => {
    const answer = await all.graph.impact(name(first.raw));
    const expected = [first, second].flatMap(({ clean, model, batch, predictions }) => [clean, model, batch, ...predictions]);
    expect(answer.versions.map(({ id }) => id).sort()).toEqual(expected.map((each) => artifactVersionId(each)).sort());
    expect(answer.byKind).toEqual({ dataset: 2, model: 2, prediction: 8 });
    expect(answer.truncated).toBe(false);
    expect(answer.versions.find(({ id }) => id === artifactVersionId(first.model))!.runs).toEqual([first.run]);
    for (const each of first.predictions) expect(answer.versions.find(({ id }) => id === artifactVersionId(each))!.runs).toEqual([first.predictRun]);
    expect(answer.runs.map(({ id }) => id).sort()).toEqual([first.run, first.predictRun, second.run, second.predictRun].sort());
    expect(answer.runs.find(({ id }) => id === first.predictRun)).toMatchObject({ workflowType: 'predict', steps: 1, versions: 4 });
    expect(answer.versions.map(({ id }) => id)).not.toContain(artifactVersionId(third.model));
  });

  it('says where a limit cut it', async () => {
    const answer = await all.graph.impact(name(first.raw), { limit: 5 });
    expect(answer.truncated).toBe(true);
    expect(answer.limit!.nodes).toBe(5);
  });

  it('tells of a withdrawn version wherever it is upstream, and of nothing where it is not', async () => {
    expect((await all.graph.withdrawnBehind(name(third.model))).withdrawn).toEqual([]);
    const at = new Date().toISOString();
    await all.write([withdrawal([artifactVersionId(third.raw)], 'wrong time zone', `somebody of ${data.scope}`, at)]);
    const mark = { version: artifactVersionId(third.raw), at, reason: 'wrong time zone' };
    expect((await all.graph.withdrawnBehind(artifactVersionId(third.predictions[0]!))).withdrawn).toMatchObject([{ ...mark, uri: third.raw.uri }]);
    expect((await all.graph.trace(name(third.model))).trust.withdrawn).toEqual([mark]);
    expect((await all.graph.impact(name(third.raw))).trust.withdrawn).toEqual([mark]);
    expect((await all.graph.card(name(third.model))).trust.withdrawn).toEqual([mark]);
    expect((await all.graph.withdrawnBehind(name(first.model))).withdrawn).toEqual([]);
    expect((await all.graph.timeline(data.rawUri)).versions.map(({ version, withdrawnAt }) => [version, withdrawnAt])).toEqual([['2026-01', undefined], ['2026-02-late', at]]);
  });

  it('is told over time: who made each version, and how many runs used it', async () => {
    const { versions } = await all.graph.timeline(data.rawUri);
    expect(versions.map(({ version, usedBy, madeBy }) => [version, usedBy.runs, madeBy.length])).toEqual([['2026-01', 2, 0], ['2026-02-late', 1, 0]]);
    const models = await all.graph.timeline(first.model.uri);
    expect(models.versions[0]!.madeBy.map(({ id }) => id)).toEqual([first.run]);
    await expect(all.graph.timeline(`${data.rawUri}.other`)).rejects.toThrow(/no version of/);
  });

  it('is on the card of a model beside what it is made of', async () => {
    const card = await all.graph.card(name(first.model));
    expect(card.origins.map(({ id }) => id)).toEqual([artifactVersionId(first.raw)]);
    expect(card.intermediate.map(({ id }) => id)).toEqual([artifactVersionId(first.clean)]);
    expect(card.madeBy).toMatchObject([{ type: 'fitForest', params: { trees: 100, seed: 42 }, metrics: { rmse: 11 }, run: { id: first.run } }]);
    expect(card.steps.map(({ type }) => type)).toEqual(['cleanRows', 'readRaw']);
    expect(card.measuredBy).toMatchObject([{ type: 'evaluate', metrics: { rmse: 11.5 } }]);
    expect(card.uses).toMatchObject({ byKind: { prediction: 4 }, runs: 2 });
    expect(card.nodes.map(({ labels }) => labels[0]).sort()).toEqual(['CodeVersion', 'Environment']);
  });
});
