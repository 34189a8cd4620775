import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { dataset, lineage } from '../../plugin/activity.ts';
import { openGraph, type OpenGraph } from '../../plugin/graph/open.ts';
import { artifactVersionId } from '../../plugin/model/id.ts';
import { Outbox } from '../../plugin/outbox/outbox.ts';
import { type ArtifactReference, BadDigestKeyError, predictionOf, servingRecorder, type ServingOptions } from '../../plugin/serving.ts';
import { neo4j, recorded, temporaryDirectory, unique } from '../support/recorded.ts';

const NOWHERE = { uri: 'bolt://127.0.0.1:1', username: 'x', password: 'x' };

describe('a served prediction', () => {
  let graph: OpenGraph;
  let directory: string;
  let remove: () => Promise<void>;
  const version = unique('version');
  const raw = { kind: 'dataset', uri: 's3://serving/raw', version };
  const model: ArtifactReference = { kind: 'model', uri: 's3://serving/model', version };
  const said: unknown[][] = [];
  const log = { info: () => undefined, warn: (...args: unknown[]) => void said.push(args) };

  beforeAll(async () => {
    graph = openGraph(neo4j);
    const echo = async () => {
      lineage.used(await dataset(raw));
      lineage.generated(model);
    };
    await recorded(async ({ start }) => (await start('echoes', [{}])).result(), { worker: { activities: { echo } } });
  });
  afterAll(() => graph.close());
  beforeEach(async () => void ({ path: directory, remove } = await temporaryDirectory()));
  afterEach(() => remove());

  const recorder = (more: Partial<ServingOptions> = {}) => servingRecorder({ name: 'delay-api', neo4j, outbox: join(directory, 'outbox'), log, ...more });
  const nodesOf = async (subject: string) => (await graph.trace(subject)).nodes.map(({ id }) => id);

  it('is traced by its id to the data behind the model, with the server, its code and its environment', async () => {
    const own = await recorder({ code: fileURLToPath(new URL('../..', import.meta.url)) });
    const id = unique('request');
    const server = createServer(async (request, response) => {
      const input = JSON.parse(await text(request)) as { hour: number };
      const output = { delay: input.hour * 2 };
      own.prediction({ model, input, output, id });
      response.end(JSON.stringify(output));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const answer = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/predict`, { method: 'POST', body: '{"hour":17}' });
    expect(await answer.json()).toEqual({ delay: 34 });
    server.close();
    await own.close();

    const trace = await graph.trace(id);
    const versions = trace.nodes.filter(({ labels }) => labels[0] === 'ArtifactVersion').map((node) => node.properties.uri);
    expect(versions.sort()).toEqual([`prediction:delay-api/${id}`, raw.uri, model.uri].sort());
    const around = (label: string) => trace.context.nodes.filter(({ labels }) => labels[0] === label);
    expect(around('Agent').map(({ properties }) => properties)).toContainEqual(expect.objectContaining({ kind: 'serving', name: 'delay-api', pid: process.pid }));
    const of = (type: string) => trace.context.edges.filter((edge) => edge.from === trace.roots[0] && edge.type === type);
    expect(around('CodeVersion').find((node) => node.id === of('RAN_CODE')[0]!.to)!.properties).toMatchObject({ packageName: 'temporal-provenance' });
    expect(around('Environment').find((node) => node.id === of('RAN_IN')[0]!.to)!.properties).toMatchObject({ runtime: `node ${process.versions.node}` });
    const { node, details, neighbours } = await graph.node(trace.roots[0]!);
    expect(node).toMatchObject({ labels: ['ArtifactVersion', 'Prediction'], properties: { predictionId: id, inputType: 'object', outputBytes: 12 } });
    expect(details).toEqual({ input: '{"hour":17}', output: '{"delay":34}' });
    expect(neighbours.find(({ edge }) => edge.type === 'WAS_DERIVED_FROM')!.edge).toMatchObject({ evidence: 'declared', via: 'serving' });
    // The other way, too.
    expect((await graph.trace(`${raw.uri}@${version}`, { direction: 'downstream' })).nodes.map((each) => each.id)).toContain(trace.roots[0]);
    expect(said).toEqual([]);
  });

  it('is one of a batch, found by its own id', async () => {
    const own = await recorder();
    const ids = Array.from({ length: 1_500 }, (_, index) => `${version}-${index}`);
    const batch = own.predictions({ model, ids, input: [1, 2, 3] })!;
    await own.close();
    expect(batch.statistics).toEqual({ predictions: 1_500 });
    expect((await nodesOf(ids[1_499]!))).toEqual(expect.arrayContaining([predictionOf(batch, ids[1_499]!), batch, model, raw].map(artifactVersionId)));
  });

  it('is the same one when it is told again, and another when told otherwise', async () => {
    const own = await recorder();
    const id = unique('twice');
    const first = own.prediction({ model, input: { hour: 1 }, output: 2, id });
    expect(own.prediction({ model, input: { hour: 1 }, output: 2, id })).toEqual(first);
    expect(own.prediction({ model, input: { hour: 1 }, output: 3, id })!.version).not.toBe(first!.version);
    expect(own.prediction({ model })!.name).toMatch(/^[0-9a-f-]{36}$/);
    await own.close();
    await expect(graph.trace(id)).rejects.toThrow(/is the id of 2 predictions/);
  });

  it('shows as much of its values as is asked for, and no secrets', async () => {
    const input = { words: 'quite harmless', password: 'hunter2-hunter2' };
    const shown = async (more: Partial<ServingOptions>) => {
      const own = await recorder(more);
      const made = own.prediction({ model, input, output: { long: 'x'.repeat(5_000) } })!;
      await own.close();
      return graph.node(artifactVersionId(made));
    };
    const preview = await shown({});
    expect(preview.details.input).toBe('{"words":"quite harmless","password":"[redacted]"}');
    expect(String(preview.details.output).length).toBeLessThan(2_000);
    expect(String((await shown({ values: 'full' })).details.output).length).toBeGreaterThan(5_000);
    const digest = await shown({ values: 'digest' });
    expect(digest.details).toEqual({});
    expect(digest.node.properties.inputDigest).toBe(preview.node.properties.inputDigest);
    const keyed = await shown({ values: 'digest', digestKey: { id: 'k1', key: 'a key of thirty-two bytes or so..' } });
    expect(keyed.node.properties).toMatchObject({ digestKeyId: 'k1', inputDigest: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect(keyed.node.properties.inputDigest).not.toBe(digest.node.properties.inputDigest);
  });

  it('waits on disk while Neo4j is away, and reaches it with the next process', async () => {
    const own = await recorder({ neo4j: NOWHERE });
    const id = unique('waiting');
    for (let count = 0; count < 500; count++) own.prediction({ model, input: count });
    own.prediction({ model, input: { hour: 1 }, id });
    await own.close();
    const outbox = new Outbox(join(directory, 'outbox'));
    expect(outbox.depth).toBe(502);
    await outbox.close();
    const next = await recorder();
    await next.close();
    expect(await nodesOf(id)).toContain(artifactVersionId(raw));
  });

  it('is on disk when its process is killed', async () => {
    const id = unique('killed');
    const child = spawn(process.execPath, [fileURLToPath(new URL('../support/serving-process.mjs', import.meta.url)), join(directory, 'outbox'), id], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [told] = (await once(child.stdout, 'data')) as [Buffer];
    child.kill('SIGKILL');
    await once(child, 'exit');
    const next = await recorder();
    await next.close();
    expect(await nodesOf(id)).toContain(artifactVersionId(JSON.parse(String(told)) as ArtifactReference));
  });

  it('that can not be recorded is said in the log, once a minute, and never thrown', async () => {
    const warnings: string[] = [];
    const own = await recorder({ neo4j: NOWHERE, log: { info: () => undefined, warn: (message) => {
      warnings.push(message);
      throw new Error('the log is away');
    } } });
    const wrong = [undefined, {}, { model: { kind: 'model', uri: 's3://x/y' } }, { model: { ...model, uri: 's3://' } }, { model, id: '' }, { model, id: 'x'.repeat(501) }, { model, id: 7 }];
    for (const each of wrong) expect(own.prediction(each as never)).toBeUndefined();
    expect(own.predictions({ model, ids: [''] })).toBeUndefined();
    expect(own.predictions({ model } as never)).toBeUndefined();
    expect(warnings.filter((message) => message === 'a prediction could not be recorded')).toHaveLength(1);
    // What can't be written down is known to have been there.
    const round: { [name: string]: unknown } = {};
    round.self = round;
    expect(own.prediction({ model, input: round, output: 10n })).toMatchObject({ kind: 'prediction' });
    await own.close();
    await own.close();
    expect(own.prediction({ model })).toBeUndefined();
  });

  it('is not recorded where there can be no outbox, or no name', async () => {
    for (const more of [{ outbox: '/dev/null/outbox' }, { name: '' }]) {
      said.length = 0;
      const own = await recorder(more);
      expect(own.prediction({ model })).toBeUndefined();
      await own.close();
      expect(said[0]![0]).toBe('temporal-provenance records no predictions in this process');
    }
    said.length = 0;
  });

  it('needs a digest key that is one', async () => {
    await expect(recorder({ digestKey: { id: 'k', key: 'short' } })).rejects.toThrow(BadDigestKeyError);
  });
});
