// Runs in: tests. What bounds a question: time, a reader who goes, requests in a minute; and answers that are sent again only when they are others.
import { once } from 'node:events';
import { type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import express from 'express';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Questions, Trace } from '../../plugin/graph/answers.ts';
import { bounded } from '../../plugin/graph/bounds.ts';
import { Connection } from '../../plugin/graph/connection.ts';
import { TookTooLongError } from '../../plugin/graph/errors.ts';
import { openGraph } from '../../plugin/graph/open.ts';
import { sendLines } from '../../graph-ui/server/api/stream.ts';
import { readAccess } from '../../graph-ui/server/access/settings.ts';
import { listen, type Listening } from '../../graph-ui/server/listen.ts';
import { neo4j, unique } from '../support/engines.ts';
import { flightDelays, type LoadedFlights, loadFlights } from './fixture.ts';

const flights = flightDelays();
const { ids } = flights;
const e = encodeURIComponent;
const MARK = unique('slow');
/** Goes on for hours, and is found by its text. */
const SLOW = `UNWIND range(1, 1000000) AS a UNWIND range(1, 1000000) AS b WITH a, b WHERE a * b = -1 RETURN count(*) AS ${MARK.replace('-', '_')}`;

let loaded: LoadedFlights;
let connection: Connection;
let site: Listening;
/** Whose search is slow: its question is put to the real Neo4j by the same connection as all others. */
let slow: Questions;

beforeAll(async () => {
  loaded = await loadFlights(flights);
  connection = new Connection(neo4j);
  slow = { ...loaded.graph, search: () => connection.read(async (run) => (await run(SLOW)) as never) };
  site = await listen(loaded.graph, { port: 0, onContentRead: () => undefined });
});
afterAll(async () => {
  for (const each of [site, connection, loaded]) await each.close();
});

/** How many of the slow questions Neo4j is at work on. */
async function underWay(): Promise<number> {
  const rows = await connection.read((run) => run('SHOW TRANSACTIONS YIELD currentQuery, status WHERE currentQuery STARTS WITH "UNWIND range(1, 1000000)" AND currentQuery CONTAINS $mark RETURN count(*) AS count', { mark: MARK.replace('-', '_') }));
  return Number(rows[0]!['count']);
}

describe('time', () => {
  it('is bounded: a slow question is ended in Neo4j too, and the answer says so', async () => {
    const slowSite = await listen(slow, { port: 0, questionMs: 2_000 });
    const asked = fetch(`${slowSite.url}/api/v1/search?q=a`);
    await expect.poll(underWay).toBe(1);
    const answer = await asked;
    expect(answer.status).toBe(504);
    expect(await answer.json()).toMatchObject({ type: 'urn:temporal-provenance:problem:took-too-long', detail: expect.stringMatching(/longer than 2 seconds.*ask for less/) as string });
    await expect.poll(underWay).toBe(0);
    await slowSite.close();
  });

  it('is not spent on a reader who has gone', async () => {
    const errors: unknown[] = [];
    const slowSite = await listen(slow, { port: 0, onError: (error) => void errors.push(error) });
    const leaving = new AbortController();
    const asked = fetch(`${slowSite.url}/api/v1/search?q=a`, { signal: leaving.signal });
    await expect.poll(underWay).toBe(1);
    leaving.abort();
    await expect(asked).rejects.toThrow();
    await expect.poll(underWay).toBe(0);
    expect(errors).toEqual([]);
    expect((await fetch(`${slowSite.url}/api/ready`)).status).toBe(200);
    await slowSite.close();
  });

  it('is kept by Neo4j itself, when this process is too busy to', async () => {
    const asked = bounded(1_500, new AbortController().signal, () => connection.read((run) => run(SLOW)));
    await expect.poll(underWay).toBe(1);
    // Nothing else runs meanwhile, no timer either.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 4_000);
    await expect(asked).rejects.toThrow(TookTooLongError);
    await expect.poll(underWay).toBe(0);
  });

  it('of one reader does not end what all wait for', async () => {
    // The first question of a graph makes sure of its indexes, for all.
    const fresh = openGraph(neo4j);
    const gone = new AbortController();
    const first = bounded(30_000, gone.signal, () => fresh.search(''));
    const second = fresh.search('');
    gone.abort(new Error('gone'));
    await expect(first).rejects.toThrow('gone');
    expect((await second).groups.length).toBeGreaterThan(0);
    await fresh.close();
  });
});

describe('requests', () => {
  it('of one reader are limited, and the answer says how long to wait; asking whether the process lives is not', async () => {
    const access = readAccess({ PROVENANCE_UI_TOKENS: 'one:viewer:0123456789abcdef,two:viewer:fedcba9876543210' });
    const limited = await listen(loaded.graph, { port: 0, access, requestsPerMinute: 3 });
    const ask = (token: string) => fetch(`${limited.url}/api/v1/settings`, { headers: { authorization: `Bearer ${token}` } });
    const answers = [];
    for (let count = 0; count < 4; count++) answers.push(await ask('0123456789abcdef'));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 429]);
    expect(Number(answers[3]!.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await answers[3]!.json()).toMatchObject({ type: 'urn:temporal-provenance:problem:too-many-requests', status: 429 });
    expect((await ask('fedcba9876543210')).status).toBe(200);
    const headers = { authorization: 'Bearer 0123456789abcdef' };
    for (let count = 0; count < 10; count++) expect((await fetch(`${limited.url}/api/health`, { headers })).status).toBe(200);
    await limited.close();
  });

  it('with wrong tokens are limited by address, so that none can be guessed', async () => {
    const guarded = await listen(loaded.graph, { port: 0, access: readAccess({ PROVENANCE_UI_TOKENS: 'one:viewer:0123456789abcdef' }) });
    const ask = async (token: string) => (await fetch(`${guarded.url}/api/v1/settings`, { headers: { authorization: `Bearer ${token}` } })).status;
    const signIn = async () => (await fetch(`${guarded.url}/sign-in`, { method: 'POST', body: new URLSearchParams({ token: 'wrong' }), redirect: 'manual' })).status;
    expect(await ask('0123456789abcdef')).toBe(200);
    for (let count = 0; count < 15; count++) expect([await ask(`wrong-${count}`), await signIn()]).toEqual([401, 303]);
    expect([await ask('0123456789abcdef'), await signIn()]).toEqual([429, 429]);
    // Who shows nothing guesses nothing.
    expect((await fetch(`${guarded.url}/api/v1/settings`)).status).toBe(401);
    await guarded.close();
  });
});

describe('an answer', () => {
  /** Not by `fetch`, which never believes that it has something already. */
  async function get(url: string, headers: { [name: string]: string } = {}): Promise<{ status: number | undefined; headers: IncomingHttpHeaders; body: string }> {
    const [response] = (await once(request(url, { headers }).end(), 'response')) as [IncomingMessage];
    return { status: response.statusCode, headers: response.headers, body: await text(response) };
  }

  it('is sent again only when it is another one', async () => {
    const url = `${site.url}/api/v1/trace?subject=${e(ids.model)}`;
    const first = await get(url);
    const { etag } = first.headers;
    expect(etag).toMatch(/^(W\/)?"/);
    expect([first.headers['cache-control'], first.headers.vary]).toEqual(['private, no-cache', 'Accept, Authorization, Cookie']);
    expect(await get(url, { 'if-none-match': etag! })).toMatchObject({ status: 304, headers: { etag }, body: '' });
    expect((await get(`${url}&direction=downstream`, { 'if-none-match': etag! })).status).toBe(200);
    const accept = 'application/x-ndjson';
    const lines = await get(url, { accept });
    expect(lines.headers.etag).not.toBe(etag);
    expect(await get(url, { accept, 'if-none-match': lines.headers.etag! })).toMatchObject({ status: 304, body: '' });
    expect((await get(url, { accept, 'if-none-match': etag! })).status).toBe(200);
  });

  it('with content is kept nowhere', async () => {
    const { nodes } = await loaded.graph.trace(ids.prepareRun);
    const attempt = nodes.find(({ labels }) => labels[0] === 'Attempt')!;
    expect((await fetch(`${site.url}/api/v1/node?id=${e(attempt.id)}`)).headers.get('cache-control')).toBe('no-store');
  });
});

describe('a trace as lines', () => {
  const lines = { accept: 'application/x-ndjson' };

  it('holds what the trace holds, and ends with what that amounts to', async () => {
    for (const query of [`subject=${e(ids.model)}`, `subject=${e(ids.rawFlights)}&direction=downstream&limit=5`]) {
      const whole = (await (await fetch(`${site.url}/api/v1/trace?${query}`)).json()) as Trace;
      const answer = await fetch(`${site.url}/api/v1/trace?${query}`, { headers: lines });
      expect(answer.headers.get('content-type')).toMatch(/^application\/x-ndjson/);
      const told = (await answer.text()).trimEnd().split('\n').map((line) => JSON.parse(line) as { [name: string]: unknown });
      const all = (name: string) => told.flatMap((line) => (name in line ? [line[name]] : []));
      expect(told[0]).toEqual({ trace: { direction: whole.direction, roots: whole.roots } });
      expect({ nodes: all('node'), edges: all('edge'), context: { nodes: all('contextNode'), edges: all('contextEdge') } }).toEqual({ nodes: whole.nodes, edges: whole.edges, context: whole.context });
      const { truncated, limit, counts, trust, tries } = whole;
      expect(told.at(-1)).toEqual({ end: { tries, truncated, ...(limit && { limit }), counts, trust } });
    }
  });

  it('is JSON for those who do not ask for lines', async () => {
    for (const accept of ['*/*', 'application/json', 'application/json, application/x-ndjson;q=0.5', 'text/html']) {
      expect((await fetch(`${site.url}/api/v1/trace?subject=${e(ids.model)}`, { headers: { accept } })).headers.get('content-type')).toMatch(/^application\/json/);
    }
  });

  it('is made no faster than it is read, and no further when the reader goes', async () => {
    const { nodes } = await loaded.graph.trace(ids.model);
    let made = 0;
    let sent: Promise<void> | undefined;
    // More than any buffer on the way holds.
    const many = function* (): Generator<object> {
      for (; made < 2_000_000; made++) yield { node: nodes[made % nodes.length] };
    };
    const app = express().get('/', (_request, response) => void (sent = sendLines(response, many())));
    const server = app.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const reader = request({ port: (server.address() as AddressInfo).port });
    const response = await new Promise<NodeJS.ReadableStream>((resolve) => reader.on('response', resolve).end());
    await new Promise((resolve) => response.once('readable', resolve));
    let before = -1;
    await expect.poll(() => made === before || !(before = made), { interval: 300, timeout: 60_000 }).toBe(true);
    expect(made).toBeLessThan(500_000);
    reader.destroy();
    await sent;
    server.close();
    expect(made).toBeLessThan(500_000);
  });
});
