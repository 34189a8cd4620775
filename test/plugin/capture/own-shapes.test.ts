import { Client } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ArtifactReference, lineage } from '../../../plugin/activity.ts';
import { ArtifactFinder } from '../../../plugin/capture/artifact-finder.ts';
import { Declarations, declareInto } from '../../../plugin/capture/declarations.ts';
import { NothingFoundError } from '../../../plugin/graph/errors.ts';
import { openGraph, type OpenGraph } from '../../../plugin/graph/open.ts';
import { artifactId, artifactVersionId, runId } from '../../../plugin/model/id.ts';
import { hidingCodec } from '../../support/hiding-codec.ts';
import { engines, neo4j, recorded, unique } from '../../support/recorded.ts';

interface Table {
  table: string;
  snapshot: number;
}

/** What the one activity of these runs does is told by what it is given. */
async function echo(given: { do?: string; table?: Table; made?: Table; uris?: string[] }): Promise<unknown> {
  if (given.do === 'use') lineage.used(given.table!);
  if (given.do === 'make') lineage.generated(given.made!);
  return given.do === 'make' ? given.made : given.uris ?? 'done';
}

describe("a team's own shapes and URIs in values", () => {
  let graph: OpenGraph;
  const lake = unique('lake');
  const recogniser = {
    match: { table: true as const, snapshot: true as const }, kind: 'feature table',
    uri: (t: Table) => `iceberg://${lake}/${t.table}`, version: (t: Table) => t.snapshot,
  };
  const version = (snapshot: number): ArtifactReference => ({ kind: 'feature table', uri: `iceberg://${lake}/orders`, version: String(snapshot) });
  const ids: Record<string, string> = {};

  beforeAll(async () => {
    graph = openGraph(neo4j);
    const work = (names: [name: string, argument: unknown][]) => async ({ start }: { start: (type: string, args: unknown[]) => Promise<{ workflowId: string; firstExecutionRunId: string; result(): Promise<unknown> }> }) => {
      for (const [name, argument] of names) {
        const handle = await start('echoes', [argument]);
        ids[name] = runId({ namespace: engines.namespace, workflowId: handle.workflowId, runId: handle.firstExecutionRunId });
        await handle.result().catch(() => undefined);
      }
    };
    await recorded(work([
      ['made', { do: 'make', made: { table: 'orders', snapshot: 7 } }],
      ['used', { do: 'use', table: { table: 'orders', snapshot: 7 } }],
      ['given', { table: { table: 'orders', snapshot: 7 } }],
      ['mentions', { uris: [`s3://${lake}/raw.csv`, `s3://${lake}/old.csv?versionId=abc`] }],
    ]), { worker: { activities: { echo } }, plugin: { artifacts: [recogniser] } });
    const dataConverter = { payloadCodecs: [hidingCodec] };
    await recorded(async ({ client, taskQueue }) => {
      const hiding = new Client({ connection: client.connection, namespace: engines.namespace, dataConverter });
      await hiding.workflow.execute('echoes', { taskQueue, workflowId: unique('sealed'), args: [{ uris: [`s3://${lake}/secret.csv`] }] });
    }, { worker: { activities: { echo }, dataConverter } });
  });
  afterAll(() => graph.close());

  it('are versions that runs made, used and were given', async () => {
    const made = artifactVersionId(version(7));
    const { neighbours, node } = await graph.node(made);
    expect(node.labels).toEqual(['ArtifactVersion', 'FeatureTable']);
    expect(neighbours.filter(({ edge }) => edge.type === 'WAS_GENERATED_BY').map(({ edge }) => edge.evidence)).toEqual(['declared']);
    const { runs } = await graph.runsUsing(`iceberg://${lake}/orders@7`);
    expect(Object.fromEntries(runs.map((run) => [run.id, run.steps.map(({ how }) => how)]))).toEqual({ [ids.used!]: ['declared'], [ids.given!]: ['argument'] });
    const upstream = await graph.trace(ids.used!);
    expect(upstream.nodes.map(({ id }) => id)).toContain(made);
    expect(upstream.nodes.some(({ id }) => id.includes(ids.made!.slice('run/'.length)))).toBe(true);
  });

  it('are mentioned by a URI without a version, and no trace goes that way', async () => {
    const { node, neighbours } = await graph.node(artifactId(`s3://${lake}/raw.csv`));
    expect(node.properties).toMatchObject({ uri: `s3://${lake}/raw.csv` });
    const mentions = neighbours.filter(({ edge }) => edge.type === 'MENTIONED');
    // The run's input and result, the step's arguments and its result.
    expect(mentions.map(({ node: by }) => by.labels[0]).sort()).toEqual(['Step', 'Value', 'Value', 'Value']);
    expect(mentions.every(({ edge }) => edge.evidence === 'inferred' && edge.via === 'mention')).toBe(true);
    const trace = await graph.trace(ids.mentions!);
    expect(trace.nodes.filter(({ labels }) => labels[0]!.startsWith('Artifact'))).toEqual([]);
    expect(trace.context.nodes.map(({ id }) => id)).toContain(node.id);
  });

  it('are never answered for without a version, which is said', async () => {
    const question = graph.trace(`s3://${lake}/raw.csv`);
    await expect(question).rejects.toThrow(NothingFoundError);
    await expect(question).rejects.toThrow(/is mentioned in 4 recorded value\(s\), none of which says a version/);
  });

  it('name an exact version where the URI does', async () => {
    const uri = `s3://${lake}/old.csv?versionId=abc`;
    const using = await graph.runsUsing(uri, { carried: true });
    expect(using.versions.map(({ id }) => id)).toEqual([artifactVersionId({ uri: `s3://${lake}/old.csv`, version: 'abc' })]);
    expect(using.runs.map(({ id, steps }) => [id, steps.map(({ how }) => how)])).toEqual([[ids.mentions, ['mentioned']]]);
    expect((await graph.runsUsing(uri)).runs).toEqual([]);
  });

  it('are refused in words where they are no JSON', async () => {
    const circle: { table: string; self?: unknown } = { table: 'orders' };
    circle.self = circle;
    for (const given of [{ table: 'orders', snapshot: 7n }, circle, { toJSON: () => undefined }]) {
      const declaring = declareInto(new Declarations(undefined, new ArtifactFinder([recogniser]).recognise), async () => lineage.used(given));
      await expect(declaring).rejects.toThrow(expect.objectContaining({ name: 'BadArtifactError', message: expect.stringContaining('no JSON') }));
    }
  });

  it('are not looked for where a payload codec hides the values', async () => {
    await expect(graph.node(artifactId(`s3://${lake}/secret.csv`))).rejects.toThrow(NothingFoundError);
  });
});
