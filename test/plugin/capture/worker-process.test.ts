import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Client, Connection } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { NativeConnection, Worker, type WorkerOptions } from '@temporalio/worker';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundleDigest } from '../../../plugin/capture/bundle-digest.ts';
import { WorkerProcess } from '../../../plugin/capture/worker-process.ts';
import type { AnswerNode, Diff, NodeDetail } from '../../../plugin/graph/answers.ts';
import { openGraph, type OpenGraph } from '../../../plugin/graph/open.ts';
import { ProvenancePlugin } from '../../../plugin/index.ts';
import { runId } from '../../../plugin/model/id.ts';
import { engines, neo4j, recorded, sampleWorkflows, temporaryDirectory, unique } from '../../support/recorded.ts';

const program = fileURLToPath(new URL('../../../dist/plugin/cli/main.js', import.meta.url));

/** A class whose method is an activity, as its instances are given to workers. */
class SecondRelease {
  flaky = async (input: { key: string }): Promise<{ key: string }> => ({ ...input });
}

describe('a retry on another worker with other code, in a folder without git', () => {
  let graph: OpenGraph;
  let directory: { path: string; remove(): Promise<void> };
  let run: string;
  let attempts: AnswerNode[];
  let details: NodeDetail[];
  let bundle: string;

  beforeAll(async () => {
    graph = openGraph(neo4j);
    directory = await temporaryDirectory();
    await writeFile(join(directory.path, 'package.json'), JSON.stringify({ name: 'pipeline', version: '1.0.0' }));
    const nativeConnection = await NativeConnection.connect({ address: engines.temporalAddress });
    const connection = await Connection.connect({ address: engines.temporalAddress });
    const taskQueue = unique('releases');
    bundle = await readFile(engines.bundles.names, 'utf8');
    const worker = (name: string, more: Partial<WorkerOptions>) => Worker.create({
      connection: nativeConnection, namespace: engines.namespace, taskQueue, identity: `${name}-of-${taskQueue}`, shutdownGraceTime: '10s',
      plugins: [new ProvenancePlugin({ neo4j, outbox: join(directory.path, name), code: directory.path, shutdownMs: 120_000 })], ...more,
    });
    try {
      const first: Worker = await worker('first', {
        workflowsPath: sampleWorkflows,
        activities: {
          async flaky() {
            first.shutdown(); // What is retried then is not retried here.
            throw ApplicationFailure.create({ message: 'the first release cannot do it', nextRetryDelay: '1s' });
          },
        },
      });
      const client = new Client({ connection, namespace: engines.namespace });
      const running = first.run();
      const handle = await client.workflow.start('retried', { taskQueue, workflowId: unique('retried'), args: [] });
      await running;
      const second = await worker('second', { workflowBundle: { code: bundle }, activities: new SecondRelease() });
      await second.runUntil(() => handle.result());
      run = runId({ namespace: engines.namespace, workflowId: handle.workflowId, runId: handle.firstExecutionRunId });
    } finally {
      await connection.close();
      await nativeConnection.close();
    }
    const trace = await graph.trace(run);
    attempts = trace.nodes.filter(({ labels }) => labels[0] === 'Attempt').sort((a, b) => Number(a.properties.number) - Number(b.properties.number));
    details = await Promise.all(attempts.map(({ id }) => graph.node(id)));
  });
  afterAll(async () => {
    await graph.close();
    await directory.remove();
  });

  const neighbour = (index: number, type: string) => details[index]!.neighbours.find(({ edge }) => edge.type === type)!.node;

  it('has two attempts that ran different functions', () => {
    expect(attempts.map(({ properties }) => properties.status)).toEqual(['failed', 'completed']);
    const [one, two] = attempts.map(({ properties }) => String(properties.functionDigest));
    expect(one).toMatch(/^[0-9a-f]{64}$/);
    expect(two).toMatch(/^[0-9a-f]{64}$/);
    expect(one).not.toBe(two);
  });

  it('ran two versions of the code, by two workers, in one environment', () => {
    const [one, two] = [0, 1].map((index) => neighbour(index, 'RAN_CODE'));
    expect(one!.id).not.toBe(two!.id);
    for (const [index, code] of [one!, two!].entries()) {
      expect(code.properties).toMatchObject({ packageName: 'pipeline', packageVersion: '1.0.0' });
      expect(code.properties).not.toHaveProperty('gitCommit');
      expect(JSON.parse(String(code.properties.activities))).toEqual({ flaky: attempts[index]!.properties.functionDigest });
      // Bundled by the worker itself or ahead of it: the same workflows are the same.
      expect(code.properties.workflowBundleDigest).toBe(bundleDigest(bundle));
    }
    expect(neighbour(0, 'RAN_IN').id).toBe(neighbour(1, 'RAN_IN').id);
    expect(neighbour(0, 'WAS_ASSOCIATED_WITH').properties.identity).toMatch(/^first-of-/);
    expect(neighbour(1, 'WAS_ASSOCIATED_WITH').properties.identity).toMatch(/^second-of-/);
  });

  it("has an environment with the server's version, and all that the first record needs", () => {
    expect(neighbour(0, 'RAN_IN').properties).toMatchObject({ temporalServer: expect.stringMatching(/^\d+\.\d+/) as string, temporalSdk: '1.24.0' });
    expect(neighbour(0, 'RAN_IN').properties).not.toHaveProperty('unknown');
  });

  it('leads from the version of the code to the runs that it ran', async () => {
    const { neighbours } = await graph.node(neighbour(0, 'RAN_CODE').id);
    expect(neighbours.map(({ node }) => node.id)).toEqual(expect.arrayContaining([run, attempts[0]!.id]));
    expect(neighbours.map(({ node }) => node.id)).not.toContain(attempts[1]!.id);
  });

  it('is told by `provenance diff`', async () => {
    const env = { ...process.env, NEO4J_URI: neo4j.uri, NEO4J_USERNAME: neo4j.username, NEO4J_PASSWORD: neo4j.password, NEO4J_DATABASE: neo4j.database };
    const ask = async (...args: string[]) => (await promisify(execFile)(process.execPath, [program, 'diff', attempts[0]!.id, attempts[1]!.id, ...args], { env })).stdout;
    const [text, answer] = await Promise.all([ask(), ask('--json').then((json) => JSON.parse(json) as Diff)]);
    const [one, two] = attempts.map(({ properties }) => String(properties.functionDigest));
    expect(text).toContain(`  ~ functionDigest: ${one} → ${two}`);
    expect(text).toContain(`  ~ activities flaky: ${one} → ${two}`);
    expect(text).toMatch(/^Environment env\/\w+ on both sides$/m);
    expect(text).not.toContain('\u001B[');
    expect(answer).toMatchObject({ label: 'Attempt', same: false });
    expect(answer.parts.map(({ label, same }) => [label, same])).toEqual([['Attempt', false], ['CodeVersion', false], ['Environment', true], ['Agent', false]]);
  });
});

describe('a program that does not answer', () => {
  it('holds no worker up for long, and what it did not tell is named', async () => {
    const directory = await temporaryDirectory();
    const graph = openGraph(neo4j);
    const path = process.env.PATH;
    await writeFile(join(directory.path, 'nvidia-smi'), '#!/bin/sh\nexec sleep 60\n', { mode: 0o755 });
    process.env.PATH = `${directory.path}${delimiter}${path}`;
    try {
      const { run, took } = await recorded(async ({ start }) => {
        const began = performance.now();
        const handle = await start('linear', [{ label: 'x', nested: { seed: 4 } }]);
        await handle.result();
        return { run: `run/default/${handle.workflowId}/${handle.firstExecutionRunId}`, took: performance.now() - began };
      });
      expect(took).toBeLessThan(45_000);
      const attempt = (await graph.trace(run)).nodes.find(({ labels }) => labels[0] === 'Attempt')!;
      const environment = (await graph.node(attempt.id)).neighbours.find(({ edge }) => edge.type === 'RAN_IN')!.node;
      expect(environment.properties).toMatchObject({ unknown: ['gpus'], temporalSdk: '1.24.0' });
    } finally {
      process.env.PATH = path;
      await graph.close();
      await directory.remove();
    }
  });
});

describe('what records name a process by', () => {
  it('is no more than a label and an id: it is in the record of every attempt', async () => {
    const about = new WorkerProcess('4182@vm', process.cwd(), [], { taskQueue: 'any' });
    const { nodes } = await about.tell({ options: { activities: new Map() } } as unknown as Worker, { info() {}, warn() {} });
    const { agent, code, environment } = about.nodes;
    expect([agent, code, environment]).toEqual(nodes.map(({ label, id }) => ({ label, id })));
  });
});
