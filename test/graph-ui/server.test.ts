// Runs in: tests. The HTTP layer over the real graph: routes, errors, limits and headers.
import { request } from 'node:http';
import { createServer as createNetServer, type AddressInfo } from 'node:net';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Diff, RunsUsing, SearchAnswer, Trace } from '../../plugin/graph/answers.ts';
import { openGraph, type OpenGraph } from '../../plugin/graph/open.ts';
import { readAccess } from '../../graph-ui/server/access/settings.ts';
import { listen, type Listening } from '../../graph-ui/server/listen.ts';
import type { Problem } from '../../graph-ui/server/problem.ts';
import { readSettings } from '../../graph-ui/server/settings.ts';
import { neo4j, nowhere } from '../support/engines.ts';
import { flightDelays, type LoadedFlights, loadFlights } from './fixture.ts';

const flights = flightDelays();
const { ids, rawFlights } = flights;
const errors: unknown[] = [];
let loaded: LoadedFlights;
let graph: OpenGraph;
let away: OpenGraph;
/** Neo4j's own database, to which these questions can't be put: an error that nobody foresaw. */
let unforeseen: OpenGraph;
let page: string;
let site: Listening;
let awaySite: Listening;
let failingSite: Listening;

beforeAll(async () => {
  page = await mkdtemp(join(tmpdir(), 'provenance-static-'));
  await mkdir(join(page, 'assets'));
  await writeFile(join(page, 'index.html'), '<!doctype html><title>page</title>');
  await writeFile(join(page, 'assets/index-abc.js'), 'export {};');
  const options = { port: 0, page, onError: (error: unknown) => void errors.push(error) };
  loaded = await loadFlights(flights);
  graph = loaded.graph;
  away = openGraph(nowhere);
  unforeseen = openGraph({ ...neo4j, database: 'system' });
  site = await listen(graph, { ...options, temporalUi: 'http://localhost:8233/' });
  awaySite = await listen(away, options);
  failingSite = await listen(unforeseen, options);
});

afterAll(async () => {
  for (const each of [site, awaySite, failingSite, away, unforeseen, loaded]) await each.close();
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
    expect(headers.get('cache-control')).toBe('private, no-cache');
    const trace = body as Trace;
    expect(trace.direction).toBe('upstream');
    expect(trace.nodes.map(({ id }) => id)).toContain(ids.rawFlights);
  });

  it('traces downstream, and says what a limit cut', async () => {
    const whole = (await ask(`/api/v1/trace?subject=${e(ids.rawFlights)}&direction=downstream`)).body as Trace;
    expect(whole.nodes.map(({ id }) => id)).toEqual(expect.arrayContaining(ids.predictions));
    // The steps as well, not only their attempts.
    const steps = new Set(whole.nodes.filter(({ labels }) => labels[0] === 'Step').map(({ id }) => id));
    expect(steps).toContain(ids.cleanStep);
    for (const { labels, id } of whole.nodes) if (labels[0] === 'Attempt') expect(whole.edges.some(({ from, to, type }) => type === 'ATTEMPT_OF' && from === id && steps.has(to))).toBe(true);
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
    expect((await ask(`/api/v1/versions?uri=${e(rawFlights.uri)}`)).body).toMatchObject({ versions: [{ version: '2025-03' }], next: null });
    expect((await ask(`/api/v1/search?q=${e(`flights-2m ${flights.word}`)}&limit=5`)).body).toMatchObject({ exact: [], groups: [{ kind: 'dataset', hits: [{ id: ids.rawFlights }], count: 1, more: false }], truncated: false });
    expect((await ask(`/api/v1/search?q=${flights.word}&kind=prediction&limit=5`)).body).toMatchObject({ groups: [{ hits: { length: 5 } }], next: expect.any(String), truncated: true });
    const newest = (await ask('/api/v1/search?limit=1')).body as SearchAnswer;
    expect(newest.groups.map(({ kind, hits }) => [kind, hits.length])).toEqual([['prediction', 1], ['model', 1], ['dataset', 1], ['run', 1]]);
    expect((await ask('/api/v1/search/names')).body).toMatchObject({ kinds: expect.arrayContaining(['dataset', 'plot']) as string[], pipelines: expect.arrayContaining(['prepareFlights']) as string[] });
    expect((await ask('/api/v1/settings')).body).toEqual({ temporalUi: 'http://localhost:8233', reader: { name: 'local', role: 'auditor' }, signedIn: false });
  });

  it('tells what differs between two things of one kind', async () => {
    const { status, body, headers } = await ask(`/api/v1/diff?from=${e(ids.predictions[0]!)}&to=${e(ids.predictions[1]!)}`);
    expect([status, headers.get('cache-control')]).toEqual([200, 'private, no-cache']);
    expect(body as Diff).toMatchObject({ label: 'ArtifactVersion', from: ids.predictions[0], same: false });
    expect((body as Diff).parts[0]!.differences.map(({ property }) => property)).toContain('sha256');
    expect((await ask(`/api/v1/diff?from=${e(ids.model)}&to=${e(ids.model)}`)).body).toMatchObject({ same: true });
    expect((await problem(`/api/v1/diff?from=${e(ids.model)}&to=${e(ids.cleanStep)}`)).detail).toMatch(/only things of one kind/);
    expect((await problem(`/api/v1/diff?from=${e(ids.model)}&to=env%2Fnone`)).status).toBe(404);
  });

  it('says whether it lives, and whether the graph answers', async () => {
    expect((await ask('/api/health')).body).toEqual({ status: 'alive' });
    expect((await ask('/api/ready')).body).toEqual({ status: 'ready' });
    expect((await ask('/api/health', {}, awaySite)).status).toBe(200);
    const both = await Promise.all(['/api/ready', '/api/v1/search'].map((path) => problem(path, {}, awaySite)));
    for (const refused of both) {
      expect(refused.status).toBe(503);
      expect(refused.headers.get('retry-after')).toBe('5');
      expect(refused.detail).toContain(nowhere.uri);
    }
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
    expect((await problem('/api/v1/trace?subject=sha256:nonsense')).detail).toContain('64 hex digits');
  });

  it('409 with the choices when a question fits several versions', async () => {
    const ambiguous = await problem(`/api/v1/trace?subject=${e(rawFlights.uri)}`);
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
    const failed = await problem('/api/v1/search?q=x', {}, failingSite);
    expect(failed.status).toBe(500);
    expect(JSON.stringify(failed)).not.toMatch(/neo4j|system|administration|\.ts/i);
    expect(String(errors.at(-1))).toMatch(/system database/i);
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
    ['/api/v1/diff?from=a', 'to'],
    ['/api/v1/diff?to=a', 'from'],
    ['/api/v1/diff?from=a&to=b&deep=1', 'deep'],
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

it('answers to words of any length', async () => {
  for (const word of ['a'.repeat(4096), '𝒜'.repeat(1024)]) {
    expect(await ask(`/api/v1/search?q=${e(word)}`)).toMatchObject({ status: 200, body: { exact: [], groups: [] } });
  }
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
    const bare = await listen(graph, { port: 0, page: join(page, 'none') });
    expect((await problem('/', {}, bare)).detail).toContain('npm run build');
    await bare.close();
  });
});

describe('listening', () => {
  it('takes the next port when one is taken', async () => {
    const taken = createNetServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    const { port } = taken.address() as AddressInfo;
    const second = await listen(graph, { port });
    expect(Number(new URL(second.url).port)).toBeGreaterThan(port);
    await second.close();
    await new Promise((resolve) => taken.close(resolve));
  });

  it.each(['0.0.0.0', '::', '192.168.1.4'])('refuses %s where nobody is asked who he is', async (host) => {
    await expect(listen(graph, { host, port: 0 })).rejects.toThrow(/PROVENANCE_UI_TOKENS/);
  });

  it('listens everywhere where readers sign in', async () => {
    const access = readAccess({ PROVENANCE_UI_TOKENS: 'team:viewer:0123456789abcdef' });
    const wide = await listen(graph, { host: '0.0.0.0', port: 0, access, allowedHosts: { names: ['lineage.example'], addresses: true } });
    expect(wide.url).toMatch(/^http:\/\/localhost:\d+$/);
    expect((await ask('/api/health', { headers: { authorization: 'Bearer 0123456789abcdef' } }, wide)).status).toBe(200);
    await wide.close();
  });

  it('reads its settings, and names the one that is wrong', () => {
    expect(readSettings({})).toMatchObject({ host: '127.0.0.1', port: 8080, access: null, temporalUi: null, neo4j: { database: 'neo4j' } });
    expect(readSettings({ PROVENANCE_UI_ALLOWED_HOSTS: 'Lineage.example, other' }).allowedHosts).toEqual(['lineage.example', 'other']);
    expect(() => readSettings({ PROVENANCE_UI_PORT: 'eighty' })).toThrow('PROVENANCE_UI_PORT');
    expect(() => readSettings({ PROVENANCE_TEMPORAL_UI: 'javascript:alert(1)' })).toThrow('PROVENANCE_TEMPORAL_UI');
  });
});
