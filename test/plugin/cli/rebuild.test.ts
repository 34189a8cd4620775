import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client, Connection as TemporalConnection } from '@temporalio/client';
import { NativeConnection, Worker } from '@temporalio/worker';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { Connection } from '../../../plugin/graph/connection.ts';
import { type GraphDigest, graphDigest } from '../../../plugin/graph/digest.ts';
import { ensureSchema } from '../../../plugin/graph/schema.ts';
import { GraphWriter } from '../../../plugin/graph/writer.ts';
import type { ProvenanceRecord } from '../../../plugin/model/record.ts';
import { readArchive } from '../../../plugin/outbox/archive.ts';
import { ProvenancePlugin } from '../../../plugin/index.ts';
import { startNeo4j } from '../../../worker/engines/index.ts';
import { engines, unique } from '../../support/engines.ts';
import { shuffledAndDoubled } from '../../support/records.ts';
import * as activities from '../../support/sample/activities.ts';
import { sampleWorkflows, temporaryDirectory } from '../../support/recorded.ts';

const program = fileURLToPath(new URL('../../../dist/plugin/cli/main.js', import.meta.url));

// A graph and a namespace of its own: the digest is over all of a graph, and a rebuild goes through all of a namespace.
describe('a graph that was lost', () => {
  const namespace = unique('lost');
  const taskQueue = unique('queue');
  let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
  let neo4j: Awaited<ReturnType<typeof startNeo4j>>;
  let temporal: TemporalConnection;
  let graph: Connection;
  let before: GraphDigest;

  const provenance = (...args: string[]): Promise<{ code: number; out: string; err: string }> => new Promise((resolve) => {
    const { uri, username, password, database } = neo4j.engine;
    const env = { ...process.env, NEO4J_URI: uri, NEO4J_USERNAME: username, NEO4J_PASSWORD: password, NEO4J_DATABASE: database, TEMPORAL_ADDRESS: engines.temporalAddress, TEMPORAL_NAMESPACE: namespace };
    execFile(process.execPath, [program, ...args], { env, cwd: directory.path, maxBuffer: 2 ** 26 }, (error, out, err) => resolve({ code: error ? Number(error.code) : 0, out, err }));
  });
  const wipe = () => graph.write((run) => run('MATCH (n) DETACH DELETE n'));

  beforeAll(async () => {
    directory = await temporaryDirectory();
    temporal = await TemporalConnection.connect({ address: engines.temporalAddress });
    await temporal.workflowService.registerNamespace({ namespace, workflowExecutionRetentionPeriod: { seconds: 86_400 as never } });
    vi.stubEnv('NEO4J_URI', undefined);
    neo4j = await startNeo4j({ dataDir: join(directory.path, 'engines'), fresh: true });
    vi.unstubAllEnvs();
    graph = new Connection(neo4j.engine);
    const connection = await NativeConnection.connect({ address: engines.temporalAddress });
    const client = new Client({ connection: temporal, namespace });
    await vi.waitFor(() => client.workflow.count(), { timeout: 60_000, interval: 200 });
    const worker = async (plugins: ProvenancePlugin[]) => Worker.create({ connection, namespace, taskQueue, activities, workflowsPath: sampleWorkflows, plugins });
    const run = (type: string, args: unknown[]) => client.workflow.execute(type, { taskQueue, args, workflowId: unique(type) });
    await (await worker([new ProvenancePlugin({ neo4j: neo4j.engine, outbox: join(directory.path, '.provenance', 'outbox') })])).runUntil(async () => {
      for (const [type, args] of [['linear', [{ label: 'x', nested: { seed: 1 } }]], ['retried', []], ['parent', [{ seed: 1 }]], ['local', [{ seed: 2 }]], ['sameIds', []], ['continued', []]] as [string, unknown[]][]) await run(type, args);
    });
    await (await worker([])).runUntil(run('linear', [{ label: 'unwatched', nested: { seed: 7 } }]));
    await connection.close();
  });
  afterAll(async () => {
    await graph.close();
    await temporal.close();
    await neo4j.stop();
    await directory.remove();
  });

  it('has been audited, and holds what no history does', async () => {
    const audit = await provenance('audit', '--repair', '--json');
    expect(audit.err).toContain('Audited');
    expect(JSON.parse(audit.out)).toMatchObject({ complete: true, runs: 9, seals: { sealed: 9 } });
    expect(audit.code).toBe(0);
    before = JSON.parse((await provenance('digest', '--json')).out) as GraphDigest;
    // A parameter of an attempt that failed, and was tried again.
    const rows = await graph.read((run) => run("MATCH (a:Attempt {number: 1, outcome: 'failed'}) WHERE a.params IS NOT NULL RETURN a.params AS params"));
    expect(rows).toEqual([{ params: '{"attempt":1}' }]);
    expect((await provenance('audit')).code).toBe(0);
  });

  it('is the same again, to the last property, from the archive and history', async () => {
    await wipe();
    expect((await graphDigest(graph)).nodes).toBe(0);
    const rebuilt = await provenance('rebuild', '--json');
    expect(JSON.parse(rebuilt.out)).toMatchObject({ archive: { refused: 0, damaged: [] }, audit: { complete: true, runs: 9 } });
    expect(rebuilt.code).toBe(0);
    expect(JSON.parse((await provenance('digest', '--json')).out)).toEqual(before);
  });

  it('says what it lacks where there is no archive', async () => {
    const { code, err } = await provenance('rebuild', '--archive', 'nowhere');
    expect(code).toBe(1);
    expect(err).toContain("there is no archive at 'nowhere'");
  });

  it('is the same however often and in which order its records are applied', async () => {
    const records: ProvenanceRecord[] = [];
    for await (const some of readArchive(join(directory.path, '.provenance', 'archive'), () => undefined)) records.push(...some);
    expect(records.length).toBeGreaterThan(50);
    const writer = new GraphWriter(graph);
    const apply = async (all: ProvenanceRecord[]) => {
      await wipe();
      await ensureSchema(graph);
      for (let at = 0; at < all.length; at += 40) await writer.write(all.slice(at, at + 40));
      return graphDigest(graph);
    };
    const once = await apply(records);
    expect(once.digest).toBe(before.digest);
    await fc.assert(fc.asyncProperty(shuffledAndDoubled([...records, ...records]), async (again) => {
      expect(await apply(again)).toEqual(once);
    }), { seed: 5, numRuns: 4, endOnFailure: true });
  });

  it('is missed by an audit when it is gone for good', async () => {
    await wipe();
    await rm(join(directory.path, '.provenance', 'audit'), { recursive: true, force: true });
    const { code, out } = await provenance('audit', '--json');
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({ complete: false, runs: 9, seals: { unsealed: 9 } });
  });
});
