// Runs in: tests. The HTTP layer: routes, errors, limits and headers, over questions of real shape in memory.
import { request } from 'node:http';
import { createServer as createNetServer, type AddressInfo } from 'node:net';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Questions, RunsUsing, Trace } from '../../plugin/graph/answers.ts';
import { GraphUnavailableError } from '../../plugin/graph/errors.ts';
import { listen, type Listening } from '../../graph-ui/server/listen.ts';
import type { Problem } from '../../graph-ui/server/problem.ts';
import { readSettings } from '../../graph-ui/server/settings.ts';
import { flightDelays } from './fixture.ts';
import { questionsOver } from './fixture-questions.ts';

const { graph, ids } = flightDelays();
const errors: unknown[] = [];
let page: string;
let site: Listening;
let failing: Listening;

beforeAll(async () => {
  page = await mkdtemp(join(tmpdir(), 'provenance-static-'));
  await mkdir(join(page, 'assets'));
  await writeFile(join(page, 'index.html'), '<!doctype html><title>page</title>');
  await writeFile(join(page, 'assets/index-abc.js'), 'export {};');
  const options = { port: 0, page, onError: (error: unknown) => void errors.push(error) };
  site = await listen(questionsOver(graph), { ...options, temporalUi: 'http://localhost:8233/' });
  const broken: Questions = {
    ...questionsOver(graph),
    ready: () => Promise.reject(new GraphUnavailableError('Neo4j at bolt://127.0.0.1:7687 does not answer.')),
    node: () => Promise.reject(new Error('password=hunter2 at /srv/secret.ts')),
  };
  failing = await listen(broken, options);
});

afterAll(async () => {
  await site.close();
  await failing.close();
  await rm(page, { recursive: true, force: true });
});

async function ask(path: string, init: RequestInit = {}, from = site): Promise<{ status: number; headers: Headers; body: unknown }> {
  const response = await fetch(`${from.url}${path}`, init);
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text !== '' && response.headers.get('content-type')?.includes('json') ? (JSON.parse(text) as unknown) : text };
}

async function problem(path: string, init: RequestInit = {}, from = site): Promise<Problem & { headers: Headers }> {
  const { headers, body, status } = await ask(path, init, from);
  expect(headers.get('content-type')).toMatch(/^application\/problem\+json/);
  const found = body as Problem;
  expect(found.status).toBe(status);
  expect(found.instance).toBe(path);
  expect(found.type).toMatch(/^urn:temporal-provenance:problem:/);
  return { ...found, headers };
}

const e = encodeURIComponent;

describe('answers', () => {
  it('traces upstream unless told otherwise', async () => {
    const { status, body, headers } = await ask(`/api/v1/trace?subject=${e(ids.predictions[0]!)}`);
    expect(status).toBe(200);
    expect(headers.get('cache-control')).toBe('no-store');
    const trace = body as Trace;
    expect(trace.direction).toBe('upstream');
    expect(trace.nodes.map(({ id }) => id)).toContain(ids.rawFlights);
  });

  it('traces downstream, and says what a limit cut', async () => {
    const whole = (await ask(`/api/v1/trace?subject=${e(ids.rawFlights)}&direction=downstream`)).body as Trace;
    expect(whole.nodes.map(({ id }) => id)).toEqual(expect.arrayContaining(ids.predictions));
    const cut = (await ask(`/api/v1/trace?subject=${e(ids.rawFlights)}&direction=downstream&limit=5`)).body as Trace;
    expect(cut.truncated).toBe(true);
    expect(cut.limit?.nodes).toBe(5);
  });

  it('lists the runs that used a version, and those that only carried it', async () => {
    const used = (await ask(`/api/v1/runs-using?subject=${e(ids.model)}`)).body as RunsUsing;
    expect(used.runs.map(({ workflowType }) => workflowType)).toEqual(['trainDelayModel', 'predictDelays']);
    const carried = (await ask(`/api/v1/runs-using?subject=${e(ids.model)}&carried=true&limit=1000`)).body as RunsUsing;
    expect(carried.runs.flatMap(({ steps }) => steps.map(({ how }) => how))).toContain('carried');
  });

  it('answers about one node, versions, searches and settings', async () => {
    expect((await ask(`/api/v1/node?id=${e(ids.model)}`)).body).toMatchObject({ node: { id: ids.model } });
    expect((await ask(`/api/v1/versions?uri=${e('file:///data/raw/flights-2m.csv')}`)).body).toMatchObject([{ version: '2025-03' }]);
    expect((await ask('/api/v1/search?q=flights-2m&limit=5')).body).toMatchObject({ truncated: false });
    expect((await ask('/api/v1/search')).body).toHaveProperty('hits');
    expect((await ask('/api/v1/settings')).body).toEqual({ temporalUi: 'http://localhost:8233' });
  });

  it('says whether it lives, and whether the graph answers', async () => {
    expect((await ask('/api/health')).body).toEqual({ status: 'alive' });
    expect((await ask('/api/ready')).body).toEqual({ status: 'ready' });
    expect((await ask('/api/health', {}, failing)).status).toBe(200);
    const away = await problem('/api/ready', {}, failing);
    expect(away.status).toBe(503);
    expect(away.headers.get('retry-after')).toBe('5');
    expect(away.detail).toContain('bolt://127.0.0.1:7687');
  });

  it('answers HEAD as GET, without a body', async () => {
    const { status, body } = await ask('/api/health', { method: 'HEAD' });
    expect([status, body]).toEqual([200, '']);
  });
});

describe('errors', () => {
  it('404 when nothing is found, no route is there, or no page', async () => {
    expect((await problem('/api/v1/node?id=run%2Fnone')).detail).toContain('run/none');
    expect((await problem('/api/v1/nothing')).detail).toContain('/api/v1/nothing');
    for (const path of ['/nothing.html', '/%E0%A4%A', '/..%2f..%2fpackage.json']) expect((await problem(path)).status).toBe(404);
  });

  it('400 for a question that is malformed', async () => {
    expect((await problem('/api/v1/trace?subject=sha256:nonsense')).detail).toContain('64 hexadecimal digits');
  });

  it('409 with the choices when a question fits several versions', async () => {
    const ambiguous = await problem(`/api/v1/trace?subject=${e('file:///data/raw/flights-2m.csv')}`);
    expect(ambiguous.status).toBe(409);
    expect(ambiguous.choices).toMatchObject([{ id: ids.rawFlights, version: '2025-03' }]);
  });

  it.each(['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])('405 for %s', async (method) => {
    for (const path of ['/api/v1/trace', '/', '/api/nothing']) {
      const refused = await problem(path, { method });
      expect(refused.status).toBe(405);
      expect(refused.headers.get('allow')).toBe('GET, HEAD');
    }
  });

  it('500 without telling why, which only the log learns', async () => {
    const failed = await problem('/api/v1/node?id=x', {}, failing);
    expect(failed.status).toBe(500);
    expect(JSON.stringify(failed)).not.toMatch(/hunter2|secret|\.ts/);
    expect(String(errors.at(-1))).toContain('hunter2');
  });

  it.each([
    ['/api/v1/trace', 'subject'],
    ['/api/v1/trace?subject=', 'subject'],
    ['/api/v1/trace?subject=a&depth=3', 'depth'],
    ['/api/v1/trace?subject=a&subject=b', 'subject'],
    ['/api/v1/trace?subject=a&direction=sideways', 'direction'],
    ['/api/v1/trace?subject=a&limit=0', 'limit'],
    ['/api/v1/trace?subject=a&limit=1e3', 'limit'],
    ['/api/v1/trace?subject=a&limit=50001', 'limit'],
    ['/api/v1/trace?subject=a&limit=-1', 'limit'],
    ['/api/v1/runs-using?subject=a&carried=1', 'carried'],
    ['/api/v1/search?limit=201', 'limit'],
    ['/api/v1/versions', 'uri'],
    ['/api/v1/node?ID=x', 'ID'],
    ['/api/v1/settings?x=1', 'x'],
    ['/api/v1/trace?subject[]=a', 'subject[]'],
  ])('400 for %s, naming the parameter', async (path, name) => {
    const refused = await problem(encodeURI(path));
    expect(refused.status).toBe(400);
    expect(refused.detail).toContain(`'${name}'`);
  });
});

it('refuses a value beyond 4 kB, counted in bytes', async () => {
  expect((await problem(`/api/v1/search?q=${e('ä'.repeat(2049))}`)).detail).toContain("'q'");
  expect((await ask(`/api/v1/search?q=${e('ä'.repeat(2048))}`)).status).toBe(200);
});

describe('the page and the headers', () => {
  it('serves the page, hashed files for a year, and no name of the framework', async () => {
    const index = await ask('/?subject=anything');
    expect(index.status).toBe(200);
    expect(index.body).toContain('<title>page');
    expect(index.headers.get('cache-control')).toBe('no-cache');
    const asset = await ask('/assets/index-abc.js');
    expect(asset.headers.get('cache-control')).toContain('immutable');
    expect(asset.headers.get('x-powered-by')).toBeNull();
  });

  it.each(['/', '/api/health', '/api/nothing'])('sends the security headers with %s', async (path) => {
    const { headers } = await ask(path);
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'self'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toContain('unsafe');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
  });

  it('answers to its own names only', async () => {
    const { port } = new URL(site.url);
    const statusFor = (host: string): Promise<number | undefined> =>
      new Promise((resolve, reject) => {
        request({ host: '127.0.0.1', port, path: '/api/health', headers: { host } }, (response) => {
          response.resume();
          resolve(response.statusCode);
        }).on('error', reject).end();
      });
    for (const host of [`localhost:${port}`, `127.0.0.1:${port}`, `[::1]:${port}`, 'LOCALHOST']) expect(await statusFor(host)).toBe(200);
    for (const host of ['evil.example', `localhost.evil.example:${port}`, '10.0.0.7', '127.0.0.1@evil.example']) expect(await statusFor(host)).toBe(421);
  });

  it('says when the page is not built', async () => {
    const bare = await listen(questionsOver(graph), { port: 0, page: join(page, 'none') });
    expect((await problem('/', {}, bare)).detail).toContain('npm run build');
    await bare.close();
  });
});

describe('listening', () => {
  it('takes the next port when one is taken', async () => {
    const taken = createNetServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    const { port } = taken.address() as AddressInfo;
    const second = await listen(questionsOver(graph), { port });
    expect(Number(new URL(second.url).port)).toBeGreaterThan(port);
    await second.close();
    await new Promise((resolve) => taken.close(resolve));
  });

  it.each(['0.0.0.0', '::', '192.168.1.4'])('refuses %s unless it is allowed', async (host) => {
    await expect(listen(questionsOver(graph), { host, port: 0 })).rejects.toThrow(/PROVENANCE_UI_ALLOW_REMOTE=1/);
  });

  it('listens everywhere when allowed, still not to any name', async () => {
    const wide = await listen(questionsOver(graph), { host: '0.0.0.0', port: 0, allowRemote: true, allowedHosts: { names: ['lineage.example'], addresses: true } });
    expect(wide.url).toMatch(/^http:\/\/localhost:\d+$/);
    expect((await ask('/api/health', {}, wide)).status).toBe(200);
    await wide.close();
  });

  it('reads its settings, and names the one that is wrong', () => {
    expect(readSettings({})).toMatchObject({ host: '127.0.0.1', port: 8080, allowRemote: false, temporalUi: null, neo4j: { database: 'neo4j' } });
    expect(readSettings({ PROVENANCE_UI_ALLOWED_HOSTS: 'Lineage.example, other' }).allowedHosts).toEqual(['lineage.example', 'other']);
    expect(() => readSettings({ PROVENANCE_UI_PORT: 'eighty' })).toThrow('PROVENANCE_UI_PORT');
    expect(() => readSettings({ PROVENANCE_TEMPORAL_UI: 'javascript:alert(1)' })).toThrow('PROVENANCE_TEMPORAL_UI');
  });
});
