import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client } from '@temporalio/client';
import { loadDataConverter } from '@temporalio/common/lib/internal-non-workflow/index.js';
import type { Driver } from 'neo4j-driver';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { checkedKey, Privacy } from '../../../plugin/capture/privacy.ts';
import { ProvenancePlugin, type ProvenanceOptions } from '../../../plugin/index.ts';
import { encryptingCodec } from '../../support/encrypting-codec.ts';
import { contentOf, openDriver } from '../../support/graph-content.ts';
import { bytesOf, occurrences } from '../../support/planted.ts';
import { engines, neo4j, recorded, unique } from '../../support/recorded.ts';
import * as activities from '../../support/sample/secret-activities.ts';

const workflowsPath = fileURLToPath(new URL('../../support/sample/secrets.ts', import.meta.url));
const NOWHERE = { uri: 'bolt://127.0.0.1:1', username: 'x', password: 'x' };

/** So that what an earlier run may have left behind is not taken for this one's. */
const TAG = randomBytes(5).toString('hex');

/** Each of another kind; none of them may be found anywhere. */
const SECRETS = {
  password: `Hunter2-${TAG}`,
  github: `ghp_planted${TAG}abcdefghijklmn`,
  jwt: `eyJwbGFudGVkIjoxfQxx.eyJwbGFudGVkMiI6Mn0xx.signature${TAG}`,
  aws: `AKIA${TAG.slice(0, 8).toUpperCase()}PLANTED0`,
  url: `postgres://planter:dbpass${TAG}@db.example/x`,
  note: `use token=intext${TAG} for it`,
  pem: `-----BEGIN RSA PRIVATE KEY-----\nkeybody${TAG}\nkeyline${TAG}\n-----END RSA PRIVATE KEY-----`,
  apiKey: `apikey-${TAG}`,
  /** These two by the team's own patterns. */
  pinCode: `pin-${TAG}`,
  card: `card 4711-${TAG}`,
  byToken: { [`ghp_planted${TAG}inakeyabcdefgh`]: { rows: 1 } },
};
const PLANTED = [
  `Hunter2-${TAG}`, `planted${TAG}`, `signature${TAG}`, `${TAG.slice(0, 8).toUpperCase()}PLANTED0`, `dbpass${TAG}`, `intext${TAG}`, `keybody${TAG}`, `keyline${TAG}`, `apikey-${TAG}`, `pin-${TAG}`, `4711-${TAG}`,
];
const secrets = { keys: [/^pin/], values: [/4711-[0-9a-f]+/] };
/** Harmless words and names: with a payload codec these are secret as well. */
const PLAINTEXT = { wordsOfPlanting: 'quite harmless planted words', size: 'planted-size-12345', nested: { plantedName: ['planted in a list'] } };

describe('secrets', () => {
  let driver: Driver;
  beforeAll(() => {
    driver = openDriver();
  });
  afterAll(() => driver.close());

  /** Sends the value through a run in every way there is, and gives the run's id and the outbox' bytes if they are kept. */
  async function through(value: object, codec: boolean, plugin: ProvenanceOptions): Promise<{ workflowId: string; outbox: Buffer }> {
    const dataConverter = codec ? { payloadCodecs: [encryptingCodec] } : {};
    return recorded(async ({ client, taskQueue, directory }) => {
      const own = new Client({ connection: client.connection, dataConverter, plugins: [new ProvenancePlugin({ neo4j })] });
      const workflowId = unique('secretive');
      const handle = await own.workflow.start('secretive', { taskQueue, workflowId, args: [value], memo: { given: value } });
      await handle.executeUpdate('ask', { args: [value] });
      await handle.signal('tell', value);
      await handle.result();
      await expect(own.workflow.execute('secretFailure', { taskQueue, workflowId: `${workflowId}-failure`, args: [{ words: Object.values(value).join(' ') }] })).rejects.toThrow();
      return { workflowId, outbox: await bytesOf(join(directory, 'outbox')) };
    }, { plugin, worker: { workflowsPath, activities, dataConverter } });
  }

  const graphText = async (workflowId: string) => JSON.stringify(await contentOf(driver, workflowId));

  it('are not in the outbox', async () => {
    const { outbox } = await through(SECRETS, false, { neo4j: NOWHERE, shutdownMs: 0, values: 'full', secrets });
    expect(outbox.includes('secretive')).toBe(true);
    expect(occurrences(outbox, PLANTED)).toEqual([]);
  });

  it("are not in the graph, nor in Neo4j's files", async () => {
    const { workflowId } = await through(SECRETS, false, { values: 'full', secrets });
    const text = await graphText(workflowId);
    expect(text).toContain('[redacted]');
    expect(PLANTED.filter((word) => text.includes(word))).toEqual([]);
    // What is committed is in the transaction log at once, in the stores later.
    const log = await bytesOf(join(engines.neo4jData, 'transactions'));
    expect(log.includes(workflowId)).toBe(true);
    expect(occurrences(log, PLANTED)).toEqual([]);
    expect(occurrences(await bytesOf(join(engines.neo4jData, 'databases')), PLANTED)).toEqual([]);
  });

  it('are marked in what artifacts are called, by the same mark wherever the artifact is met, another for another', async () => {
    const { workflowId } = await through(SECRETS, false, {});
    const { edges, nodes } = await contentOf(driver, workflowId) as { nodes: unknown[]; edges: { type: string; from: string; to: string }[] };
    const made = await driver.executeQuery('MATCH (v:ArtifactVersion)-[:WAS_GENERATED_BY]->(a:Attempt) WHERE a.id CONTAINS $workflowId RETURN v, labels(v) AS labels', { workflowId });
    expect(made.records).toHaveLength(1);
    const { properties } = made.records[0]!.get('v') as { properties: Record<string, string> };
    const mark = /\[redacted:[0-9a-f]{12}\]/;
    expect(properties.uri).toMatch(/^s3:\/\/lake\/%5Bredacted%3A[0-9a-f]{12}%5D/);
    expect([properties.version, properties.kind, properties.name, properties.statistics].every((text) => mark.test(text!))).toBe(true);
    expect(properties.uri).not.toContain(mark.exec(properties.version!)![0].slice(10, 22));
    const met = new Set(edges.filter(({ type }) => type === 'USED' || type === 'CARRIED').map(({ to }) => to).filter((id) => id.startsWith('artifact-version/')));
    expect([...met]).toEqual([properties.id]);
    expect(nodes.map((node) => JSON.stringify(node)).filter((node) => mark.test(node) && /"(params|metrics)":/.test(node))).toHaveLength(1);
  });

  const plain = ['harmless planted', 'planted-size-12345', 'planted in a list', 'wordsOfPlanting', 'plantedName'];

  it.each([['without a key', undefined], ['with a key', { id: 'k1', key: 'a key of thirty-two bytes or so..' }]] as const)('nor is anything that a payload codec hides (%s)', async (_, digestKey) => {
    const { outbox } = await through(PLAINTEXT, true, { neo4j: NOWHERE, shutdownMs: 0, ...(digestKey && { digestKey }) });
    expect(outbox.includes('secretive')).toBe(true);
    expect(occurrences(outbox, plain)).toEqual([]);
    const { workflowId } = await through(PLAINTEXT, true, digestKey ? { digestKey } : {});
    const text = await graphText(workflowId);
    expect(plain.filter((word) => text.includes(word))).toEqual([]);
    expect(text.includes('"digestKeyId":"k1"')).toBe(digestKey !== undefined);
    expect(/"digest":/.test(text)).toBe(digestKey !== undefined);
    // How many parts a value has, and how large it is, Temporal does not show either.
    const { nodes } = await contentOf(driver, workflowId) as { nodes: { properties: object }[] };
    expect(nodes.flatMap(({ properties }) => Object.keys(properties)).filter((name) => ['type', 'bytes', 'inputBytes'].includes(name))).toEqual([]);
  });

  it('show what is asked for, also behind a codec, and by type', async () => {
    const { workflowId } = await through(PLAINTEXT, true, { values: { activities: { pass: 'full' } } });
    const details = (await contentOf(driver, workflowId)).nodes.map((node) => JSON.stringify(node)).filter((node) => node.includes('harmless planted'));
    expect(details.length).toBeGreaterThan(0);
    expect(details.every((node) => node.includes('"Detail"'))).toBe(true);
  });
});

describe('a digest key', () => {
  it('that is too short is refused at once, without being told', () => {
    expect(() => new ProvenancePlugin({ digestKey: { id: 'k', key: 'short-key' } })).toThrow(/'k' is shorter than 16 bytes/);
    vi.stubEnv('PROVENANCE_DIGEST_KEY', 'short-key');
    expect(() => new ProvenancePlugin()).toThrow(/the digest key is shorter/);
    expect(() => new ProvenancePlugin()).not.toThrow(/short-key/);
    vi.unstubAllEnvs();
  });

  it('without an id is called by one that says which key it is, and not what', () => {
    const privacy = (key: string, id?: string) => new Privacy(loadDataConverter(), { digestKey: checkedKey({ key, ...(id !== undefined && { id }) }) });
    const idOf = (...given: [string, string?]) => { const told = privacy(...given); return String(told.describe(told.decode('x')).digestKeyId); };
    const [one, two] = ['a first key of thirty-two bytes..', 'a second key of thirty-two bytes.'] as const;
    expect(idOf(one)).toMatch(/^[0-9a-f]{8}$/);
    expect(idOf(one)).toBe(idOf(one));
    expect(idOf(one)).not.toBe(idOf(two));
    expect(idOf(one, 'k1')).toBe('k1');
  });
});
