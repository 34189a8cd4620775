// Runs in: tests. Who may look: tokens, sessions, JSON Web Tokens of a real provider; what a viewer never gets; what is told of each read.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { NodeDetail, Trace } from '../../plugin/graph/answers.ts';
import type { ContentRead } from '../../graph-ui/server/access/content.ts';
import { readAccess } from '../../graph-ui/server/access/settings.ts';
import { ROUTES } from '../../graph-ui/server/api/routes.ts';
import { listen, type Listening } from '../../graph-ui/server/listen.ts';
import { flightDelays, type LoadedFlights, loadFlights } from './fixture.ts';

const VIEWER = 'viewer-token-0123456789';
const AUDITOR = 'auditor-token-0123456789';
/** In each of the page's files. */
const PAGE = 'part of the page';
const AUDIENCE = 'lineage';
/** In the failure message of the fixture's first attempt at cleaning. */
const MESSAGE = 'arrival before departure';

const flights = flightDelays();
const { ids } = flights;
const e = encodeURIComponent;
const reads: ContentRead[] = [];
let loaded: LoadedFlights;
let page: string;
let provider: Provider;
let site: Listening;

interface Provider {
  issuer: string;
  sign(claims: JWTPayload, options?: { expires?: string | number; key?: CryptoKey | Uint8Array; algorithm?: string; kid?: string }): Promise<string>;
  /** While it is away nobody answers. */
  isAway: boolean;
  close(): Promise<void>;
}

beforeAll(async () => {
  page = await mkdtemp(join(tmpdir(), 'provenance-access-'));
  for (const folder of ['assets', 'sign-in']) await mkdir(join(page, folder));
  for (const file of ['index.html', 'icon.svg', 'first-theme.js', 'assets/index-abc.js', 'sign-in/index.html', 'sign-in/index-abc.js']) await writeFile(join(page, file), `${PAGE} ${file}`);
  loaded = await loadFlights(flights);
  provider = await startProvider();
  const access = readAccess({
    PROVENANCE_UI_TOKENS: `team:viewer:${VIEWER}, anna:auditor:${AUDITOR}`,
    PROVENANCE_UI_OIDC_ISSUER: provider.issuer, PROVENANCE_UI_OIDC_AUDIENCE: AUDIENCE, PROVENANCE_UI_OIDC_ROLE_CLAIM: 'groups',
  });
  site = await listen(loaded.graph, { port: 0, page, access, onContentRead: (read) => void reads.push(read) });
});
afterAll(async () => {
  for (const each of [site, provider, loaded]) await each.close();
  await rm(page, { recursive: true, force: true });
});

/** A provider as OpenID Connect Discovery describes it, with one key. */
async function startProvider(): Promise<Provider> {
  const { publicKey, privateKey } = await generateKeyPair('RS256');
  const key = { ...(await exportJWK(publicKey)), kid: 'one', alg: 'RS256', use: 'sig' };
  const server: Server = createServer((request, response) => {
    if (provided.isAway) return void response.writeHead(503).end();
    const answer = request.url === '/.well-known/openid-configuration' ? { issuer: provided.issuer, jwks_uri: `${provided.issuer}/keys` } : { keys: [key] };
    response.setHeader('Content-Type', 'application/json');
    response.end(JSON.stringify(answer));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const provided: Provider = {
    issuer: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    isAway: false,
    sign: (claims, { expires = '5m', key: by = privateKey, algorithm = 'RS256', kid = 'one' } = {}) =>
      new SignJWT({ iss: provided.issuer, aud: AUDIENCE, sub: 'user-7', groups: ['staff', 'viewer'], ...claims }).setProtectedHeader({ alg: algorithm, kid }).setIssuedAt().setExpirationTime(expires).sign(by),
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
  return provided;
}

function ask(path: string, token?: string, init: RequestInit = {}): Promise<Response> {
  return fetch(`${site.url}${path}`, { redirect: 'manual', ...init, headers: { ...(token !== undefined && { authorization: `Bearer ${token}` }), ...init.headers } });
}

async function node(id: string, token: string): Promise<NodeDetail> {
  const response = await ask(`/api/v1/node?id=${e(id)}`, token);
  expect(response.status).toBe(200);
  return (await response.json()) as NodeDetail;
}

function signIn(token: string, more: { [name: string]: string } = {}, headers: { [name: string]: string } = {}): Promise<Response> {
  return ask('/sign-in', undefined, { method: 'POST', body: new URLSearchParams({ token, ...more }), headers });
}

const cookieOf = (response: Response): string => response.headers.getSetCookie()[0]!.split(';')[0]!;

/** Everything that has content, and what it is made of, by the trace of the run. */
async function attempts(): Promise<string[]> {
  const trace = (await (await ask(`/api/v1/trace?subject=${e(ids.prepareRun)}`, AUDITOR)).json()) as Trace;
  return trace.nodes.filter(({ labels }) => labels[0] === 'Attempt').map(({ id }) => id);
}

describe('without a token', () => {
  const questions = [
    ...ROUTES.map(({ path }) => `/api${path}`), '/api', '/api/', '/api/nothing', '/api/health/', '/API/v1/settings', '/api//v1/settings',
    '/', '/index.html', '/assets/index-abc.js', '/sign-in/index-abc.js/', '/sign-in/../index.html', '/sign-in/../api/v1/settings', '/sign-in/%2e%2e/index.html', '/sign-in//../index.html', '/icon.svg/../index.html', '//api/v1/settings',
  ];

  it.each(questions)('%s tells nothing', async (path) => {
    for (const method of ['GET', 'HEAD', 'POST', 'OPTIONS', 'DELETE']) {
      const response = await raw(path, method);
      expect(response.status, method).toBe(401);
      expect(response.text).not.toContain(PAGE);
    }
  });

  it('is told how to sign in', async () => {
    const refused = await ask('/api/v1/settings');
    expect([refused.status, refused.headers.get('www-authenticate')]).toEqual([401, 'Bearer realm="temporal-provenance"']);
    expect(await refused.json()).toMatchObject({ status: 401, type: 'urn:temporal-provenance:problem:not-signed-in' });
  });

  it.each(['wrong-token-0123456789', VIEWER.slice(0, -1), `${VIEWER}x`, 'a.b.c', ''])('nor with %j', async (token) => {
    expect((await ask('/api/v1/settings', token)).status).toBe(401);
  });

  it('the sign-in page alone is there', async () => {
    for (const path of ['/sign-in/', '/sign-in/index-abc.js', '/icon.svg', '/first-theme.js']) expect((await ask(path)).status, path).toBe(200);
    const browser = await ask('/?subject=run%2Fa', undefined, { headers: { accept: 'text/html,*/*;q=0.8' } });
    expect([browser.status, browser.headers.get('location')]).toEqual([303, `/sign-in/?to=${e('/?subject=run%2Fa')}`]);
  });
});

/** A path as it is: `fetch` would tidy it up. */
async function raw(path: string, method: string): Promise<{ status: number; text: string }> {
  const { request } = await import('node:http');
  return new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port: new URL(site.url).port, path, method }, (response) => {
      let text = '';
      response.on('data', (part: Buffer) => (text += part.toString()));
      response.on('end', () => resolve({ status: response.statusCode!, text }));
    }).on('error', reject).end();
  });
}

describe('a viewer', () => {
  it('gets the lineage, and never what is in it', async () => {
    const all = [...(await attempts()), ids.rawFlights, ids.model, ids.prepareRun, ids.cleanStep];
    let withheld = 0;
    for (const id of all) {
      const [shown, whole] = [await node(id, VIEWER), await node(id, AUDITOR)];
      expect(shown.details).toEqual({});
      expect(shown.withheld ?? []).toEqual(Object.keys(whole.details));
      // Who started a run stands beside it, by a name that is content too.
      for (const [index, neighbour] of shown.neighbours.entries()) {
        const { details } = whole.neighbours[index]!;
        expect([neighbour.details ?? {}, neighbour.withheld ?? []]).toEqual([{}, Object.keys(details ?? {})]);
      }
      const bare = (detail: NodeDetail) => ({ ...detail, details: {}, withheld: undefined, neighbours: detail.neighbours.map(({ edge, node: other }) => ({ edge, node: other })) });
      expect(bare(shown)).toEqual(bare(whole));
      expect(JSON.stringify(shown)).not.toContain(MESSAGE);
      expect(JSON.stringify(shown)).not.toContain(`scheduler@${flights.scope}`);
      withheld += shown.withheld?.length ?? 0;
      // Not by the details' own ids either.
      for (const question of [`node?id=${e(`${id}/detail`)}`, `diff?from=${e(`${id}/detail`)}&to=${e(`${id}/detail`)}`, `trace?subject=${e(`${id}/detail`)}`, `search?q=${e(`${id}/detail`)}`]) {
        expect(await (await ask(`/api/v1/${question}`, VIEWER)).text()).not.toContain(MESSAGE);
      }
    }
    expect(withheld).toBeGreaterThan(3);
  });

  it('finds nobody by the name of a person or a client', async () => {
    const search = async (query: string, token: string): Promise<string> => (await ask(`/api/v1/search?${query}&limit=200`, token)).text();
    const client = `scheduler@${flights.scope}`;
    for (const query of [`q=${e(client)}`, 'q=scheduler', 'q=scheduler&kind=agent', 'q=&kind=agent']) {
      expect(await search(query, VIEWER), query).not.toContain('scheduler@');
      expect(await search(query, AUDITOR), query).toContain(client);
    }
    const runs = async (token: string): Promise<unknown> => JSON.parse(await search(`q=&kind=run&user=${e(client)}`, token));
    expect(await runs(VIEWER)).toMatchObject({ groups: [] });
    expect(await runs(AUDITOR)).toMatchObject({ groups: [{ kind: 'run' }] });
  });

  it('is told who he is', async () => {
    expect(await (await ask('/api/v1/settings', VIEWER)).json()).toMatchObject({ reader: { name: 'team', role: 'viewer' }, signedIn: true });
  });
});

describe('an auditor', () => {
  it('gets content, and each read of it is told with who, when and which node, and nothing of what it is', async () => {
    const [attempt] = (await Promise.all((await attempts()).map((id) => node(id, AUDITOR)))).filter(({ details }) => JSON.stringify(details).includes(MESSAGE));
    reads.length = 0;
    const since = new Date().toISOString();
    await node(attempt!.node.id, AUDITOR);
    await node(attempt!.node.id, VIEWER);
    await ask(`/api/v1/trace?subject=${e(ids.model)}`, AUDITOR);
    expect(reads).toEqual([{ event: 'content-read', at: expect.any(String), reader: 'anna', role: 'auditor', node: attempt!.node.id, content: Object.keys(attempt!.details) }]);
    expect(reads[0]!.at >= since).toBe(true);
    expect(JSON.stringify(reads)).not.toContain(MESSAGE);
  });

  it('is whoever is at the machine, where nobody is asked', async () => {
    const told: ContentRead[] = [];
    const open = await listen(loaded.graph, { port: 0, page, onContentRead: (read) => void told.push(read) });
    const [id] = await attempts();
    const answer = (await (await fetch(`${open.url}/api/v1/node?id=${e(id!)}`)).json()) as NodeDetail;
    expect(Object.keys(answer.details).length).toBeGreaterThan(0);
    expect(told).toMatchObject([{ reader: 'local', role: 'auditor', node: id }]);
    expect((await fetch(`${open.url}/sign-in`, { method: 'POST' })).status).toBe(405);
    await open.close();
  });
});

describe('a session', () => {
  it('starts with a token, is a cookie that no script and no other site gets at, and ends', async () => {
    const begun = await signIn(VIEWER, { to: '/?subject=a' });
    expect([begun.status, begun.headers.get('location')]).toEqual([303, '/?subject=a']);
    const [cookie] = begun.headers.getSetCookie();
    expect(cookie).toMatch(/^provenance_session=[\w-]{43}; Max-Age=36000; Path=\/; Expires=[^;]+; HttpOnly; SameSite=Strict$/);
    expect(cookie).not.toContain(VIEWER);
    const headers = { cookie: cookieOf(begun) };
    expect(await (await ask('/api/v1/settings', undefined, { headers })).json()).toMatchObject({ reader: { name: 'team' } });
    expect(await (await ask('/', undefined, { headers })).text()).toBe(`${PAGE} index.html`);
    const ended = await ask('/sign-out', undefined, { method: 'POST', headers });
    expect([ended.status, ended.headers.get('location')]).toEqual([303, '/sign-in/']);
    expect((await ask('/api/v1/settings', undefined, { headers })).status).toBe(401);
  });

  it('does not start with a token that is none, nor for another site', async () => {
    const refused = await signIn('no-such-token-0123456789', { to: '/?subject=a' });
    expect([refused.status, refused.headers.get('location'), refused.headers.getSetCookie()]).toEqual([303, `/sign-in/?refused=&to=${e('/?subject=a')}`, []]);
    for (const origin of ['https://evil.example', 'null']) {
      const foreign = await signIn(VIEWER, {}, { origin });
      expect([foreign.status, foreign.headers.getSetCookie()]).toEqual([403, []]);
    }
    expect((await ask('/api/v1/settings', undefined, { headers: { cookie: `provenance_session=${'A'.repeat(43)}` } })).status).toBe(401);
  });

  it.each(['https://evil.example/', '//evil.example', '/\\evil.example', '/%0d%0aSet-Cookie:a=b', 'javascript:alert(1)', '/\nx'])('leads to this page, not to %j', async (to) => {
    expect((await signIn(VIEWER, { to })).headers.get('location')).toBe('/');
  });

  it('ends no later than the token that it was started with', async () => {
    const begun = await signIn(await provider.sign({}, { expires: '3s' }));
    const headers = { cookie: cookieOf(begun) };
    expect((await ask('/api/v1/settings', undefined, { headers })).status).toBe(200);
    await expect.poll(async () => (await ask('/api/v1/settings', undefined, { headers })).status).toBe(401);
  });

  it('is sent over TLS alone, where there is a proxy that speaks it', async () => {
    expect((await signIn(VIEWER, {}, { 'x-forwarded-proto': 'https' })).headers.getSetCookie()[0]).toContain('; Secure');
  });
});

describe('a token of a provider', () => {
  const status = async (token: string): Promise<number> => (await ask('/api/v1/settings', token)).status;

  it('says who it is, and in which role', async () => {
    expect(await (await ask('/api/v1/settings', await provider.sign({}))).json()).toMatchObject({ reader: { name: 'user-7', role: 'viewer' } });
    expect(await (await ask('/api/v1/settings', await provider.sign({ groups: 'auditor' }))).json()).toMatchObject({ reader: { role: 'auditor' } });
  });

  it('must be for us, from there, in time, signed with a key of theirs, and name a role', async () => {
    expect(await status(await provider.sign({ aud: 'another' }))).toBe(401);
    expect(await status(await provider.sign({ iss: 'https://evil.example' }))).toBe(401);
    expect(await status(await provider.sign({}, { expires: Math.floor(Date.now() / 1000) - 60 }))).toBe(401);
    expect(await status(await provider.sign({ nbf: Math.floor(Date.now() / 1000) + 600 }))).toBe(401);
    expect(await status(await provider.sign({ groups: ['staff', 'auditors'] }))).toBe(401);
    const { privateKey } = await generateKeyPair('RS256');
    expect(await status(await provider.sign({}, { key: privateKey }))).toBe(401);
    expect(await status(await provider.sign({}, { key: privateKey, kid: 'two' }))).toBe(401);
    expect(await status(await provider.sign({}, { key: new Uint8Array(32), algorithm: 'HS256' }))).toBe(401);
    const [, payload] = (await provider.sign({ groups: 'auditor' })).split('.');
    expect(await status(`${Buffer.from('{"alg":"none"}').toString('base64url')}.${payload}.`)).toBe(401);
  });

  it('can not be told while the provider is away, and can once it is back', async () => {
    const access = readAccess({ PROVENANCE_UI_OIDC_ISSUER: provider.issuer, PROVENANCE_UI_OIDC_AUDIENCE: AUDIENCE, PROVENANCE_UI_OIDC_ROLE_CLAIM: 'groups' });
    const other = await listen(loaded.graph, { port: 0, page, access });
    const headers = { authorization: `Bearer ${await provider.sign({})}` };
    provider.isAway = true;
    const refused = await fetch(`${other.url}/api/v1/settings`, { headers });
    expect([refused.status, ((await refused.json()) as { type: string }).type]).toEqual([503, 'urn:temporal-provenance:problem:sign-in-unavailable']);
    provider.isAway = false;
    expect((await fetch(`${other.url}/api/v1/settings`, { headers })).status).toBe(200);
    await other.close();
  });
});

describe('settings', () => {
  it('take tokens from a file as well', async () => {
    const file = join(page, 'tokens');
    await writeFile(file, '# who may look\nanna:auditor:0123456789abcdef\n\nteam:viewer:fedcba9876543210\n');
    expect(await readAccess({ PROVENANCE_UI_TOKENS_FILE: file })!.readerOf('fedcba9876543210')).toMatchObject({ reader: { name: 'team', role: 'viewer' } });
  });

  it('ask nobody when nothing is set', () => {
    expect(readAccess({})).toBeNull();
  });

  it.each([
    [{ PROVENANCE_UI_TOKENS: 'a:viewer:short' }, 'at least 16'],
    [{ PROVENANCE_UI_TOKENS: 'a:admin:0123456789abcdef' }, 'viewer or auditor'],
    [{ PROVENANCE_UI_TOKENS: '0123456789abcdef' }, 'NAME:ROLE:TOKEN'],
    [{ PROVENANCE_UI_TOKENS: ' ' }, 'holds no token'],
    [{ PROVENANCE_UI_TOKENS_FILE: '/nowhere/tokens' }, 'PROVENANCE_UI_TOKENS_FILE'],
    [{ PROVENANCE_UI_OIDC_ISSUER: 'https://login.example' }, 'PROVENANCE_UI_OIDC_AUDIENCE'],
    [{ PROVENANCE_UI_OIDC_ISSUER: 'http://login.example', PROVENANCE_UI_OIDC_AUDIENCE: 'a' }, 'https'],
  ])('%j is refused, without the token', (env, why) => {
    expect(() => readAccess(env as NodeJS.ProcessEnv)).toThrow(why);
    expect(() => readAccess(env as NodeJS.ProcessEnv)).not.toThrow(/0123456789abcdef/);
  });
});
