import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Client } from '@temporalio/client';
import type { WorkerOptions } from '@temporalio/worker';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { artifact, type ArtifactReference, dataset, lineage } from '../../../plugin/activity.ts';
import { openGraph, type OpenGraph } from '../../../plugin/graph/open.ts';
import type { ProvenanceOptions } from '../../../plugin/index.ts';
import { artifactVersionId, sha256 } from '../../../plugin/model/id.ts';
import { encryptingCodec } from '../../support/encrypting-codec.ts';
import { engines, neo4j, recorded, temporaryDirectory, unique } from '../../support/recorded.ts';

const PNG = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64');
const SVG = '<?xml version="1.0"?>\n<!-- made by a test -->\n<svg xmlns="http://www.w3.org/2000/svg" width="4" height="4"><text>late</text></svg>';
/** Bytes that begin as a picture of this type does. */
const begun = (signature: string, size = 40) => Buffer.concat([Buffer.from(signature, 'latin1'), Buffer.alloc(size - signature.length)]);

describe('previews', () => {
  let graph: OpenGraph;
  let directory: string;
  let remove: () => Promise<void>;
  beforeAll(async () => {
    graph = openGraph(neo4j);
    ({ path: directory, remove } = await temporaryDirectory());
  });
  afterAll(async () => {
    await graph.close();
    await remove();
  });

  const file = async (name: string, content: string | Buffer) => {
    const path = join(directory, `${unique('file')}-${name}`);
    await writeFile(path, content);
    return path;
  };

  /** Runs an activity that does `work`; what went through Temporal, and the details of the references that it gave. */
  async function run(work: () => Promise<ArtifactReference[]>, plugin: ProvenanceOptions = {}, worker: Partial<WorkerOptions> = {}) {
    let made: ArtifactReference[] = [];
    const echo = async () => (made = await work());
    const history = await recorded(async ({ client, taskQueue }) => {
      const own = new Client({ connection: client.connection, namespace: engines.namespace, ...(worker.dataConverter && { dataConverter: worker.dataConverter }) });
      const handle = await own.workflow.start('echoes', { taskQueue, workflowId: unique('previews'), args: [{}] });
      await handle.result();
      return JSON.stringify(await handle.fetchHistory());
    }, { plugin, worker: { activities: { echo }, ...worker } });
    const details = await Promise.all(made.map(async (reference) => (await graph.node(artifactVersionId(reference))).details));
    return { history, made, details };
  }

  const generating = (...files: [name: string, content: string | Buffer][]) => async () => {
    const made: ArtifactReference[] = [];
    for (const [name, content] of files) made.push(await artifact({ kind: 'plot', uri: await file(name, content) }));
    lineage.generated(...made);
    return made;
  };

  it('are kept of pictures, by what their bytes are, apart from the reference that travels', async () => {
    const { details, made, history } = await run(generating(
      ['plot.dat', PNG], ['a.png', 'no picture'], ['b', begun('\xff\xd8\xff\xe0')], ['c', begun('GIF89a')], ['d', begun('RIFF\x10\0\0\0WEBPVP8 ')], ['e', begun('RIFF\x10\0\0\0WAVE')], ['empty.png', ''],
    ));
    expect(details[0]).toEqual({ picture: PNG.toString('base64'), pictureType: 'image/png' });
    expect(details.map(({ pictureType }) => pictureType)).toEqual(['image/png', undefined, 'image/jpeg', 'image/gif', 'image/webp', undefined, undefined]);
    expect(Object.keys(made[0]!).sort()).toEqual(['kind', 'sha256', 'size', 'uri']);
    const { node } = await graph.node(artifactVersionId(made[0]!));
    expect(JSON.stringify(node)).not.toContain(PNG.toString('base64'));
    for (const text of [PNG.toString('base64'), PNG.toString('base64url')]) expect(history).not.toContain(text);
  });

  it('are kept of drawings that are nothing more, and hold no secrets', async () => {
    const { details } = await run(generating(
      ['a.svg', SVG], ['b.svg', SVG.replace('<text>', '<script>fetch("/")</script><text>')], ['c.svg', SVG.replace('<text>', '<text onclick = "x()">')],
      ['d.svg', `<!DOCTYPE svg [<!ENTITY a "aaaa">]>${SVG}`], ['e.svg', '<html><svg/></html>'], ['f.svg', SVG.replace('late', 'token=very-secret-token-3')], ['g.svg', `<!--${'<!--'.repeat(30_000)}`],
    ));
    expect(details.map(({ pictureType }) => pictureType)).toEqual(['image/svg+xml', ...Array.from({ length: 6 }, () => undefined)]);
    expect(Buffer.from(String(details[0]!.picture), 'base64').toString()).toBe(SVG);
    const more = 'an SVG that is more than a drawing';
    expect(details.slice(1).map(({ previewLeftOut }) => previewLeftOut)).toEqual([more, more, undefined, undefined, 'a secret is written in it', undefined]);
  });

  it('are the first rows of tables whose statistics are taken, short and without secrets', async () => {
    const rows = Array.from({ length: 9 }, (_, index) => `${index},"Oslo, ${'long '.repeat(60)}",hunter-number-${index},,2026-01-0${index + 1},token=very-secret-token-4`);
    const wide = Array.from({ length: 250 }, (_, index) => `c${index}`);
    const { details, made } = await run(async () => {
      const found = [
        await dataset({ uri: await file('a.csv', ['id,city,password,delay,day,note', ...rows].join('\n')), statistics: true }),
        await dataset({ uri: await file('wide.csv', [wide.join(), ...Array.from({ length: 9 }, () => wide.map(() => 'é'.repeat(200)).join())].join('\n')), statistics: true }),
        await dataset({ uri: await file('none.csv', 'id,city\n'), statistics: true }),
        await dataset({ uri: await file('b.csv', 'id\n1'), statistics: { rows: 1 } }),
      ];
      lineage.generated(...found);
      return found;
    });
    const first = JSON.parse(String(details[0]!.firstRows)) as { [column: string]: unknown }[];
    expect(first).toHaveLength(5);
    expect(first[1]).toEqual({ id: 1, city: `${`Oslo, ${'long '.repeat(60)}`.slice(0, 100)}…`, password: '[redacted]', delay: null, day: '2026-01-02', note: '[redacted]' });
    expect(Buffer.byteLength(String(details[1]!.firstRows))).toBeLessThanOrEqual(8_000);
    expect(JSON.parse(String(details[1]!.firstRows))).toMatchObject([{ c0: `${'é'.repeat(100)}…` }]);
    expect(details.slice(2)).toEqual([{}, {}]);
    expect(made[0]!.statistics).toMatchObject({ rows: 9 });
    expect(JSON.stringify(made)).not.toContain('2026-01-02');
  });

  it('say where they were left out: the picture is large, or one of many', async () => {
    const many = Array.from({ length: 22 }, (_, index): [string, Buffer] => [`${index}.png`, begun(`\x89PNG\r\n\x1a\n${index}`, 128 * 1_024)]);
    const { details } = await run(generating(['large.png', begun('\x89PNG\r\n\x1a\n', 128 * 1_024 + 1)], ...many));
    expect(details.filter(({ previewLeftOut }) => previewLeftOut === 'more than 20 in one attempt')).toHaveLength(3);
    expect(details.filter(({ picture }) => picture !== undefined)).toHaveLength(20);
    const [large] = (await run(generating(['large.png', begun('\x89PNG\r\n\x1a\n', 128 * 1_024 + 1)]))).details;
    expect(large).toEqual({ previewLeftOut: 'larger than 128 KiB' });
  });

  it('are of the version alone: not of what was merely used, nor of bytes that are no longer those of the digest', async () => {
    const { details } = await run(async () => {
      const used = await artifact({ kind: 'plot', uri: await file('used.png', PNG) });
      lineage.used(used);
      const other = await artifact({ kind: 'plot', uri: await file('other.png', PNG), sha256: sha256('other bytes') });
      const gone = await artifact({ kind: 'plot', uri: await file('gone.png', PNG) });
      lineage.generated(other, gone);
      return [used, other, gone];
    });
    expect(details.map(({ pictureType }) => pictureType)).toEqual([undefined, undefined, 'image/png']);
  });

  it('are nowhere with digests alone or a payload codec, unless more is asked for', async () => {
    const worker = { dataConverter: { payloadCodecs: [encryptingCodec] } };
    const table = async () => {
      const made = await dataset({ uri: await file('a.csv', 'id\n1'), statistics: true });
      lineage.generated(made);
      return [made];
    };
    expect((await run(table, {}, worker)).details).toEqual([{}]);
    const picture = generating(['a.png', PNG]);
    expect((await run(picture, { values: 'digest' })).details).toEqual([{}]);
    expect((await run(picture, {}, worker)).details).toEqual([{}]);
    expect((await run(picture, { values: { activities: { echo: 'preview' } } }, worker)).details).toMatchObject([{ pictureType: 'image/png' }]);
  });

  it('fail nothing outside of an attempt', async () => {
    const made = await dataset({ uri: await file('a.png', PNG) });
    lineage.generated(made);
    expect(made.size).toBe(PNG.byteLength);
  });
});
