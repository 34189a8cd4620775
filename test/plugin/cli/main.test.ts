import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunsUsing, Trace } from '../../../plugin/graph/answers.ts';
import { recorded, neo4j } from '../../support/recorded.ts';

const program = fileURLToPath(new URL('../../../dist/plugin/cli/main.js', import.meta.url));

interface Ended {
  code: number;
  out: string;
  err: string;
}

function provenance(args: string[], env: NodeJS.ProcessEnv = {}): Promise<Ended> {
  const own = { NEO4J_URI: neo4j.uri, NEO4J_USERNAME: neo4j.username, NEO4J_PASSWORD: neo4j.password, NEO4J_DATABASE: neo4j.database };
  return new Promise((resolve) => {
    execFile(process.execPath, [program, ...args], { env: { ...process.env, ...own, ...env } }, (error, out, err) => {
      resolve({ code: error ? Number(error.code) : 0, out, err });
    });
  });
}

describe('provenance', () => {
  let run: string;
  beforeAll(async () => {
    run = await recorded(async ({ start }) => {
      const handle = await start('retried', []);
      await handle.result();
      return `run/default/${handle.workflowId}/${handle.firstExecutionRunId}`;
    });
  });
  afterAll(() => undefined);

  it('trace prints a tree, and with --json the whole answer', async () => {
    const text = await provenance(['trace', `${run}/result`]);
    expect(text).toMatchObject({ code: 0, err: '' });
    expect(text.out).toContain('▸ flaky attempt 2 in retried');
    expect(text.out).not.toContain('\u001B[');
    const json = await provenance(['trace', `${run}/result`, '--json']);
    const trace = JSON.parse(json.out) as Trace;
    expect(trace).toMatchObject({ roots: [`${run}/result`], truncated: false, counts: { byLabel: { Step: 1 } } });
    expect(trace.trust.pendingRuns).toBe(1);
  });

  it('trace --downstream goes the other way', async () => {
    const { out } = await provenance(['trace', 's3://bucket/attempt-2@v1', '--downstream', '--json']);
    expect((JSON.parse(out) as Trace).nodes.map(({ id }) => id)).toContain(`${run}/result`);
  });

  it('trace says when an answer is cut, and how to go on', async () => {
    const { out } = await provenance(['trace', `${run}/result`, '--limit', '2', '--json']);
    const trace = JSON.parse(out) as Trace;
    expect(trace).toMatchObject({ truncated: true, limit: { nodes: 2 } });
    expect(trace.nodes).toHaveLength(2);
  });

  it('runs-using lists the runs, failed attempts included', async () => {
    const { code, out } = await provenance(['runs-using', 's3://bucket/attempt-1@v1', '--json']);
    expect(code).toBe(0);
    const answer = JSON.parse(out) as RunsUsing;
    expect(answer.runs.find(({ id }) => id === run)).toMatchObject({ workflowType: 'retried', status: 'completed', steps: [{ type: 'flaky', how: 'declared' }] });
  });

  it('code-version tells which code is here, and --write keeps it for an image', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'provenance-code-'));
    try {
      const file = join(folder, 'code.json');
      const told = JSON.parse((await provenance(['code-version', '--json'])).out) as { [name: string]: unknown };
      expect(told).toMatchObject({ packageName: 'temporal-provenance', lockfileDigest: expect.stringMatching(/^[0-9a-f]{64}$/) as string });
      const { code, out, err } = await provenance(['code-version', '--write', file], told.gitCommit === undefined ? { GIT_COMMIT: 'abc' } : {});
      expect({ code, err }).toEqual({ code: 0, err: '' });
      expect(out).toContain(`written to ${file}`);
      expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({ format: 1, gitCommit: told.gitCommit ?? 'abc', packageName: 'temporal-provenance' });
      const refused = await provenance(['code-version', '--write', join(folder, 'none', 'code.json')], { GIT_COMMIT: 'abc' });
      expect(refused).toMatchObject({ code: 2, err: expect.stringMatching(/can't write/) as string });
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('diff tells what differs, and when nothing does', async () => {
    const { out } = await provenance(['diff', 's3://bucket/attempt-1@v1', 's3://bucket/attempt-2@v1']);
    expect(out).toMatch(/~ uri: s3:\/\/bucket\/attempt-1 → s3:\/\/bucket\/attempt-2/);
    expect(await provenance(['diff', run, run])).toMatchObject({ code: 0, out: expect.stringMatching(/No difference\.$/m) as string });
    expect(await provenance(['diff', run, 's3://bucket/attempt-1@v1'])).toMatchObject({ code: 2, err: expect.stringMatching(/only things of one kind/) as string });
  });

  it.each([
    ['an unknown id', ['trace', 'run/default/nobody/nothing'], {}, 1, /nothing is recorded under the id/],
    ['an unknown version', ['runs-using', 's3://bucket/attempt-1@v9'], {}, 1, /has no version 'v9': recorded are v1/],
    ['a uri without a version', ['trace', 's3://bucket/attempt-1'], {}, 2, /has 1 recorded version: ask for one of them/],
    ['a missing version', ['trace', 's3://bucket/attempt-1@'], {}, 2, /the version is missing/],
    ['a malformed digest', ['runs-using', 'sha256:xyz'], {}, 2, /is not a SHA-256/],
    ['an empty question', ['trace', ' '], {}, 2, /the question is empty/],
    ['an option that is none', ['trace', 'x', '--upward'], {}, 2, /unknown option '--upward'/],
    ['a bad limit', ['trace', 'x', '--limit', 'many'], {}, 2, /whole number/],
    ['a diff with an unknown id', ['diff', 'env/none', 'env/none'], {}, 1, /nothing is recorded under the id 'env\/none'/],
    ['a diff of one thing', ['diff', 'env/none'], {}, 2, /missing required argument 'to'/],
    ['a folder that is none', ['code-version', '--directory', '/no/such'], {}, 2, /'\/no\/such' is no folder/],
    ['a build-time file where no git is', ['code-version', '--directory', '/', '--write'], { GIT_COMMIT: '' }, 1, /no git commit around '\/'/],
    ['a wrong password', ['trace', 'x'], { NEO4J_PASSWORD: 'wrong' }, 3, /refuses the user 'neo4j' or the password/],
    ['an unreachable engine', ['trace', 'x'], { NEO4J_URI: 'bolt://127.0.0.1:1' }, 3, /can't reach Neo4j at bolt:\/\/127.0.0.1:1/],
    ['an address that is none', ['trace', 'x'], { NEO4J_URI: 'nonsense' }, 3, /'nonsense' is no address/],
    ['a database that is not there', ['trace', 'x'], { NEO4J_DATABASE: 'other' }, 3, /has no database 'other'/],
  ])('answers %s with one sentence and the right exit code', async (_, args, env, code, sentence) => {
    const ended = await provenance(args, env);
    expect(ended.code).toBe(code);
    expect(ended.err).toMatch(sentence);
    expect(ended.err.trim().split('\n').filter((line) => line.startsWith('provenance: '))).toHaveLength(1);
    expect(ended.err).not.toMatch(/\n\s+at /);
  });
});
