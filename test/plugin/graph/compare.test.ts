import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { artifactVersionId } from '../../../plugin/model/id.ts';
import { Telling } from '../../graph-ui/fixture-builder.ts';
import { unique } from '../../support/engines.ts';
import { type GraphWith, graphWith } from '../../support/graph-with.ts';
import { retrained } from '../../support/retrained.ts';

describe('two things side by side', () => {
  const data = retrained(unique('compare'));
  const { first, second, third } = data;
  const name = ({ uri, version }: { uri: string; version?: string }) => `${uri}@${version}`;
  let all: GraphWith;

  beforeAll(async () => {
    all = await graphWith(data.scope, data.records);
  });
  afterAll(() => all.close());

  it('part at the step whose parameters differ, where all that went in was the same', async () => {
    const answer = await all.graph.compare(name(first.model), name(second.model));
    expect(answer.partings).toEqual([{ label: 'Step', name: 'fitForest', from: first.trainStep, to: second.trainStep, places: 1, why: ['parameters'] }]);
    expect(answer.parameters).toEqual([{ name: 'trees', step: 'fitForest', from: 100, to: 200 }]);
    expect(answer.metrics).toEqual([{ name: 'rmse', step: 'fitForest', from: 11, to: 10 }]);
    expect(answer.inputs).toEqual([{ uri: data.rawUri, from: ['2026-01'], to: ['2026-01'], same: true }]);
    expect(answer.steps.every(({ from, to }) => from === to)).toBe(true);
  });

  it('part at the raw data where that differs', async () => {
    const answer = await all.graph.compare(name(second.model), name(third.model));
    expect(answer.partings).toEqual([expect.objectContaining({ label: 'ArtifactVersion', name: data.rawUri, from: artifactVersionId(second.raw), to: artifactVersionId(third.raw), why: ['content'] })]);
    expect(answer.inputs).toEqual([{ uri: data.rawUri, from: ['2026-01'], to: ['2026-02-late'], same: false }]);
    expect(answer.parameters).toEqual([]);
  });

  it('compares runs by their steps', async () => {
    const answer = await all.graph.compare(first.run, second.run);
    expect(answer.partings.map(({ name: step }) => step)).toContain('fitForest');
    expect(answer.metrics.map(({ step, from, to }) => [step, from, to])).toEqual([['evaluate', 11.5, 10.5], ['fitForest', 11, 10]]);
  });

  it('tells of a fan-out whose steps part for one reason as of one, and how many they are', async () => {
    const telling = new Telling(`${data.scope}-wide`);
    const scored = [1, 2].map((seed) => {
      const run = telling.run('scoreAll', `score-${seed}`);
      const scores = Array.from({ length: 30 }, (_, row) => run.step('score', { gives: { row, seed }, params: { seed } }));
      run.close(run.step('joinScores', { takes: scores, gives: { seed } }));
      return run.id;
    });
    const wide = await graphWith(telling.scope, telling.records);
    const { partings } = await wide.graph.compare(scored[0]!, scored[1]!);
    expect(partings).toEqual([expect.objectContaining({ label: 'Step', name: 'score', places: 30, why: ['parameters'] })]);
    await wide.close();
  });

  it('has no parting where nothing differs, and refuses things of different kinds', async () => {
    const same = await all.graph.compare(name(first.model), name(first.model));
    expect([same.diff.same, same.partings, same.parameters, same.metrics]).toEqual([true, [], [], []]);
    await expect(all.graph.compare(first.run, name(first.model))).rejects.toThrow(/only things of one kind/);
  });
});
