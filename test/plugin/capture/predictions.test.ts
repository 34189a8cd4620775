import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ArtifactReference, BadArtifactError, dataset, lineage, predictionOf, predictions } from '../../../plugin/activity.ts';
import { openGraph, type OpenGraph } from '../../../plugin/graph/open.ts';
import { artifactVersionId, runId } from '../../../plugin/model/id.ts';
import { engines, neo4j, recorded, temporaryDirectory, unique } from '../../support/recorded.ts';

const COUNT = 10_000;
const scope = unique('flight');
let directory = '';

async function echo(given: { raw?: string; batch?: ArtifactReference; review?: string }): Promise<unknown> {
  if (given.review !== undefined) return lineage.used(predictionOf(given.batch!, given.review));
  const raw = await dataset({ uri: join(directory, 'raw.csv') });
  lineage.used(raw);
  const ids = Array.from({ length: COUNT }, (_, index) => `${scope}-${index}`);
  await writeFile(join(directory, 'delays.csv'), ids.join('\n'));
  const batch = await predictions({ uri: join(directory, 'delays.csv'), ids });
  lineage.generated(batch);
  return batch;
}

describe('a batch of ten thousand predictions', () => {
  let graph: OpenGraph;
  let batch: ArtifactReference;
  let raw: ArtifactReference;
  let review = '';
  let remove: () => Promise<void>;

  beforeAll(async () => {
    graph = openGraph(neo4j);
    ({ path: directory, remove } = await temporaryDirectory());
    await writeFile(join(directory, 'raw.csv'), unique('raw'));
    raw = await dataset({ uri: join(directory, 'raw.csv') });
    await recorded(async ({ start }) => {
      batch = await (await start('echoes', [{}])).result() as ArtifactReference;
      const handle = await start('echoes', [{ batch, review: `${scope}-77` }]);
      await handle.result();
      review = runId({ namespace: engines.namespace, workflowId: handle.workflowId, runId: handle.firstExecutionRunId });
    }, { worker: { activities: { echo } } });
  });
  afterAll(async () => {
    await graph.close();
    await remove();
  });

  it('travels as a small reference', () => {
    expect(JSON.stringify(batch).length).toBeLessThan(500);
    expect(batch).toMatchObject({ kind: 'prediction', statistics: { predictions: COUNT } });
  });

  it('has each traced by its own id to the data behind it, and to no other prediction', async () => {
    for (const id of [`${scope}-0`, `${scope}-9999`]) {
      const trace = await graph.trace(id);
      const versions = trace.nodes.filter(({ labels }) => labels[0] === 'ArtifactVersion').map((node) => node.id);
      expect(versions.sort()).toEqual([artifactVersionId(predictionOf(batch, id)), artifactVersionId(batch), artifactVersionId(raw)].sort());
      expect(trace.trust.ambiguousUses).toEqual([]);
    }
  });

  it('has each found by the search box', async () => {
    const { exact: hits } = await graph.search(`${scope}-4321`);
    expect(hits[0]).toMatchObject({ id: artifactVersionId(predictionOf(batch, `${scope}-4321`)), title: `${scope}-4321` });
  });

  it('is one thing downstream, but for the prediction that somebody used', async () => {
    const trace = await graph.trace(`${raw.uri}@sha256:${raw.sha256}`, { direction: 'downstream' });
    const versions = trace.nodes.filter(({ labels }) => labels[0] === 'ArtifactVersion').map(({ id }) => id);
    expect(versions.sort()).toEqual([artifactVersionId(raw), artifactVersionId(batch), artifactVersionId(predictionOf(batch, `${scope}-77`))].sort());
    expect(trace.nodes.some(({ id }) => id.includes(review.slice('run/'.length)))).toBe(true);
  });

  it.each([[[1 as unknown as string]], [['']], [['x'.repeat(501)]], ['no list' as unknown as string[]], [Array.from({ length: 100_001 }, String)]])(
    'refuses ids that are none', async (ids) => {
      await expect(predictions({ uri: 's3://b/k', version: '1', ids })).rejects.toThrow(BadArtifactError);
    });
});
