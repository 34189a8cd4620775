// Runs in: tests. How metrics went over versions and steps, and what differs from the run before, by the real graph.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MetricHistory } from '../../../plugin/graph/answers.ts';
import { Connection } from '../../../plugin/graph/connection.ts';
import { openGraph, type OpenGraph } from '../../../plugin/graph/open.ts';
import { GraphWriter } from '../../../plugin/graph/writer.ts';
import { trainedAgain } from '../../graph-ui/versions-fixture.ts';
import { artifactVersionId } from '../../../plugin/model/id.ts';
import type { ProvenanceRecord } from '../../../plugin/model/record.ts';
import { neo4j, unique } from '../../support/engines.ts';

const { models, runs, trainSteps, records } = trainedAgain();
let graph: OpenGraph;
let connection: Connection;

beforeAll(async () => {
  connection = new Connection(neo4j);
  await new GraphWriter(connection).write(records);
  graph = openGraph(neo4j);
});
afterAll(async () => {
  await graph.close();
  await connection.close();
});

const values = ({ series }: MetricHistory): { [name: string]: number[] } => Object.fromEntries(series.map(({ activity, metric, points }) => [`${activity} ${metric}`, points.map(({ value }) => value)]));

describe('how metrics went', () => {
  it('over the versions of a model, as it was trained and as it was measured', async () => {
    const history = await graph.metricHistory(models[1]!);
    expect(values(history)).toEqual({
      'null brier': [0.2, 0.19, 0.17, 0.18], 'trainForest rmse': [14.2, 12.9, 13.1, 11.4], 'trainForest epochs': [5, 5, 5, 5],
      'measureForest rmse': [14.7, 13.4, 13.6, 11.9], 'measureForest auc': [0.71, 0.72, 0.73, 0.74],
    });
    expect(history.series[1]!.points.map(({ id, name }) => [id, name])).toEqual(models.map((id, index) => [id, `${index + 1}.0.0`]));
  });

  it('over the steps of one activity in one pipeline', async () => {
    const history = await graph.metricHistory(trainSteps[2]!);
    expect(values(history)).toEqual({ 'trainForest rmse': [14.2, 12.9, 13.1, 11.4], 'trainForest epochs': [5, 5, 5, 5] });
    expect(history.series[0]!.points.map(({ id }) => id)).toEqual(trainSteps);
    const attempt = (await graph.node(trainSteps[2]!)).neighbours.find(({ edge }) => edge.type === 'ATTEMPT_OF')!.node.id;
    expect(await graph.metricHistory(attempt)).toEqual(history);
  });

  it('as they were known at a past time', async () => {
    const { node } = await graph.node(trainSteps[2]!);
    expect(values(await graph.metricHistory(models[0]!, { asOf: String(node.properties['recordedAt']) }))['trainForest rmse']).toEqual([14.2, 12.9]);
  });

  it('over those around the version that is asked about, however many came later', async () => {
    const uri = `models://${unique('many')}/forest`;
    const ids = Array.from({ length: 240 }, (_, index) => artifactVersionId({ uri, version: String(index) }));
    await new GraphWriter(connection).write(ids.map((id, index): ProvenanceRecord => {
      const at = new Date(Date.UTC(2026, 2, 1, 0, 0, index)).toISOString();
      return { v: 1, source: 'helper', at, recordedAt: at, edges: [], nodes: [{ label: 'ArtifactVersion', id, kind: 'model', aspect: 'declared', timeless: true, set: { kind: 'model', uri, version: String(index), statistics: JSON.stringify({ index }) } }] };
    }));
    const around = async (index: number) => {
      const [series] = (await graph.metricHistory(ids[index]!)).series;
      return [series!.points[0]!.value, series!.points.at(-1)!.value, series!.points.length];
    };
    expect(await around(239)).toEqual([140, 239, 100]);
    expect(await around(120)).toEqual([71, 170, 100]);
    expect(await around(0)).toEqual([0, 50, 51]);
  });

  it('of what has none', async () => {
    await expect(graph.metricHistory(runs[0]!)).rejects.toThrow(/of the kind Run/);
    await expect(graph.metricHistory('step/none')).rejects.toThrow(/nothing is recorded/);
  });
});

describe('the run before', () => {
  it('with what differs in code and environment', async () => {
    const { before, parts } = await graph.runBefore(runs[3]!);
    expect(before?.id).toBe(runs[2]);
    expect(parts.map(({ label, same, compared }) => [label, same, compared])).toEqual([['CodeVersion', true, true], ['Environment', false, true]]);
    expect(parts[1]!.differences).toEqual([
      { property: 'gpu', kind: 'added', to: 'NVIDIA L4' }, { property: 'libraries', key: '@temporalio/worker', kind: 'changed', from: '1.24.0', to: '1.25.0' },
    ]);
    expect((await graph.runBefore(runs[1]!)).parts.every(({ same }) => same)).toBe(true);
  });

  it('of the first there is none', async () => {
    expect(await graph.runBefore(runs[0]!)).toEqual({ before: null, parts: [] });
    await expect(graph.runBefore(trainSteps[0]!)).rejects.toThrow(/no run is recorded/);
  });
});
