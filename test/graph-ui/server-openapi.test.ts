// Runs in: tests. The OpenAPI document against what the server really answers: every route, every status, errors included.
import { request } from 'node:http';
import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readAccess } from '../../graph-ui/server/access/settings.ts';
import { LINES } from '../../graph-ui/server/api/stream.ts';
import { ROUTES } from '../../graph-ui/server/api/routes.ts';
import { listen, type Listening } from '../../graph-ui/server/listen.ts';
import { openGraph, type OpenGraph } from '../../plugin/graph/open.ts';
import { artifactVersionId } from '../../plugin/model/id.ts';
import { withdrawal } from '../../plugin/cli/withdraw-command.ts';
import { neo4j, nowhere, unique } from '../support/engines.ts';
import { flightDelays, type LoadedFlights, loadFlights } from './fixture.ts';

interface Media { schema: object }
interface Operation { parameters: { name: string; required: boolean }[]; security?: object[]; responses: { [status: string]: { content?: { [type: string]: Media } } } }
interface Document { paths: { [path: string]: { get: Operation } }; components: object }

const flights = flightDelays();
const { ids, rawFlights } = flights;
const e = encodeURIComponent;
/** Something that was withdrawn, so that there is one. */
const withdrawn = { label: 'ArtifactVersion', id: artifactVersionId({ uri: `s3://${unique('withdrawn')}/file`, version: '1' }) } as const;

/** Questions that each route answers, and others that it can't, by their status. A new route needs its own here. */
const QUESTIONS: { [path: string]: { [status: number]: string[] } } = {
  '/api/health': { 200: [''] },
  '/api/ready': { 200: [''] },
  '/api/openapi.json': { 200: [''] },
  '/api/v1/settings': { 200: [''] },
  '/api/v1/trace': {
    200: [
      `?subject=${e(ids.predictions[0]!)}`, `?subject=${e(ids.rawFlights)}&direction=downstream`, `?subject=${e(ids.rawFlights)}&direction=downstream&limit=5`,
      `?subject=${e(ids.prepareRun)}&followed=true`, `?subject=${e(ids.cleanStep)}`,
    ],
    400: ['', '?subject=', '?subject=sha256:no', `?subject=${e(ids.model)}&limit=0`],
    404: ['?subject=run%2Fnone'],
    409: [`?subject=${e(rawFlights.uri)}`],
  },
  '/api/v1/runs-using': {
    200: [`?subject=${e(ids.model)}`, `?subject=${e(ids.model)}&carried=true&limit=1`, `?subject=${e(ids.model)}&asOf=2099-01-01`],
    400: [`?subject=${e(ids.model)}&after=nonsense`, `?subject=${e(ids.model)}&carried=1`],
    404: ['?subject=run%2Fnone%40x'],
    409: [`?subject=${e(rawFlights.uri)}`],
  },
  '/api/v1/versions': { 200: [`?uri=${e(rawFlights.uri)}`, `?uri=${e(rawFlights.uri)}&limit=1`, `?uri=${e(rawFlights.uri)}&asOf=2099-01-01`], 400: [''], 404: ['?uri=s3://bucket/none', `?uri=${e(rawFlights.uri)}&asOf=2001-01-01`] },
  '/api/v1/node': { 200: [ids.rawFlights, ids.model, ids.prepareRun, ids.cleanStep].map((id) => `?id=${e(id)}`).concat(`?id=${e(ids.prepareRun)}&limit=2`), 400: ['', `?id=${e(ids.model)}&after=nonsense`, `?id=${e(ids.model)}&limit=0`], 404: ['?id=run%2Fnone'] },
  '/api/v1/diff': {
    200: [`?from=${e(ids.predictions[0]!)}&to=${e(ids.predictions[1]!)}`, `?from=${e(ids.prepareRun)}&to=${e(ids.prepareRun)}`, `?from=${e(ids.model)}&to=${e(ids.model)}&asOf=2099-01-01`],
    400: [`?from=${e(ids.model)}&to=${e(ids.cleanStep)}`],
    404: [`?from=${e(ids.model)}&to=env%2Fnone`, `?from=${e(ids.model)}&to=${e(ids.model)}&asOf=2001-01-01`],
    409: [`?from=${e(rawFlights.uri)}&to=${e(ids.model)}`],
  },
  '/api/v1/impact': {
    200: [`?subject=${e(ids.rawFlights)}`, `?subject=${e(ids.rawFlights)}&limit=5`, `?subject=${e(ids.model)}&asOf=2099-01-01`],
    400: ['', `?subject=${e(ids.model)}&asOf=never`],
    404: ['?subject=run%2Fnone', `?subject=${e(ids.model)}&asOf=2001-01-01`],
    409: [`?subject=${e(rawFlights.uri)}`],
  },
  '/api/v1/withdrawn-behind': { 200: [`?subject=${e(ids.predictions[0]!)}`, `?subject=${e(withdrawn.id)}`], 400: ['', '?subject='], 404: ['?subject=run%2Fnone'], 409: [`?subject=${e(rawFlights.uri)}`] },
  '/api/v1/card': {
    200: [ids.model, ids.rawFlights, ids.cleanFlights, ids.predictions[0]!].map((id) => `?subject=${e(id)}`).concat(`?subject=${e(ids.model)}&asOf=2099-01-01`),
    400: ['', `?subject=${e(ids.prepareRun)}`], 404: ['?subject=artifact-version%2Fnone'], 409: [`?subject=${e(rawFlights.uri)}`],
  },
  '/api/v1/timeline': { 200: [`?uri=${e(rawFlights.uri)}`, `?uri=${e(rawFlights.uri)}&limit=1`, `?uri=${e(rawFlights.uri)}&asOf=2099-01-01`], 400: ['', '?uri='], 404: ['?uri=s3://bucket/none'] },
  '/api/v1/completeness': { 200: ['', '?limit=1', '?asOf=2099-01-01', '?asOf=1980-01-01'], 400: ['?limit=0', '?after=nonsense', '?asOf=never'] },
  '/api/v1/compare': {
    200: [`?from=${e(ids.predictions[0]!)}&to=${e(ids.predictions[1]!)}`, `?from=${e(ids.prepareRun)}&to=${e(ids.prepareRun)}`, `?from=${e(ids.model)}&to=${e(ids.rawFlights)}`, `?from=${e(ids.model)}&to=${e(ids.model)}&asOf=2099-01-01`],
    400: [`?from=${e(ids.model)}&to=${e(ids.cleanStep)}`],
    404: [`?from=${e(ids.model)}&to=env%2Fnone`],
    409: [`?from=${e(rawFlights.uri)}&to=${e(ids.model)}`],
  },
  '/api/v1/search': {
    200: ['', `?q=${flights.word}&limit=5`, '?q=nothing-at-all', `?q=${e(ids.model)}`, '?status=completed&pipeline=prepareFlights&sealed=false&since=2020-01-01&limit=3', '?kind=step&limit=2', '?user=scheduler', `?q=${flights.word}&status=running&asOf=2099-01-01`, '?evidence=declared&limit=3', '?asOf=1980-01-01'],
    400: ['?limit=201', '?evidence=certain', '?asOf=never', '?since=yesterday', '?after=3'],
  },
  '/api/v1/search/names': { 200: [''] },
  '/api/v1/metric-history': { 200: [ids.model, ids.rawFlights, ids.cleanStep].map((id) => `?id=${e(id)}`).concat(`?id=${e(ids.model)}&asOf=2099-01-01`), 400: ['', `?id=${e(ids.prepareRun)}`], 404: ['?id=run%2Fnone'] },
  '/api/v1/run-before': { 200: [`?id=${e(ids.prepareRun)}`, `?id=${e(ids.prepareRun)}&asOf=2099-01-01`], 400: [''], 404: ['?id=run%2Fnone', `?id=${e(ids.prepareRun)}&asOf=2001-01-01`] },
};

const VIEWER = { authorization: 'Bearer 0123456789abcdef' };

/** What no request can bring about, and why. */
const NOT_PRODUCIBLE: { [path: string]: { [status: string]: string } } = {
  '/api/health': { 500: 'it asks nobody' },
  '/api/openapi.json': { 500: 'it asks nobody' },
  '/api/v1/settings': { 500: 'it asks nobody' },
};

let loaded: LoadedFlights;
let away: OpenGraph;
let unforeseen: OpenGraph;
let site: Listening;
let awaySite: Listening;
let failingSite: Listening;
/** Where readers sign in, and the provider is away. */
let guardedSite: Listening;
/** Where nobody may ask anything more. */
let limitedSite: Listening;
let document: Document;
let validate: (path: string, status: number, type: string, body: unknown) => string[];
const seen = new Map<string, Set<string>>();

beforeAll(async () => {
  flights.records.push(withdrawal([withdrawn.id], 'a test', 'nobody', new Date().toISOString()));
  loaded = await loadFlights(flights);
  away = openGraph(nowhere);
  unforeseen = openGraph({ ...neo4j, database: 'system' });
  site = await listen(loaded.graph, { port: 0, questionMs: 120_000, temporalUi: 'http://localhost:8233' });
  awaySite = await listen(away, { port: 0 });
  failingSite = await listen(unforeseen, { port: 0, onError: () => undefined });
  guardedSite = await listen(loaded.graph, {
    port: 0, access: readAccess({ PROVENANCE_UI_TOKENS: 'team:viewer:0123456789abcdef', PROVENANCE_UI_OIDC_ISSUER: 'http://127.0.0.1:1', PROVENANCE_UI_OIDC_AUDIENCE: 'lineage' }),
  });
  limitedSite = await listen(loaded.graph, { port: 0, requestsPerMinute: 1 });
  document = (await ask('/api/openapi.json', guardedSite, VIEWER)).body as Document;
  validate = validatorOf(document);
});
afterAll(async () => {
  for (const each of [site, awaySite, failingSite, guardedSite, limitedSite, away, unforeseen, loaded]) await each.close();
});

function ask(path: string, from = site, headers: { [name: string]: string } = {}): Promise<{ status: number; type: string; etag: string; body: unknown }> {
  return new Promise((resolve, reject) => {
    request(`${from.url}${path}`, { headers }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('end', () => {
        const type = (response.headers['content-type'] ?? '').replace(/;.*/, '');
        const body = Buffer.concat(parts).toString();
        const parsed: unknown = type === LINES ? body.trimEnd().split('\n').map((line) => JSON.parse(line) as unknown) : body === '' ? undefined : JSON.parse(body);
        resolve({ status: response.statusCode!, type, etag: response.headers.etag ?? '', body: parsed });
      });
    }).on('error', reject).end();
  });
}

function validatorOf({ components, paths }: Document): typeof validate {
  const ajv = new Ajv2020({ allErrors: true, strict: true });
  addFormats.default(ajv);
  ajv.addVocabulary(['components', 'x-auditors-only']);
  ajv.addSchema({ $id: 'document', components }, 'document');
  const compiled = new Map<Media, ReturnType<typeof ajv.compile>>();
  return (path, status, type, body) => {
    const response = paths[path]!.get.responses[status];
    if (response && !response.content && body === undefined) return [];
    const media = response?.content?.[type];
    if (!media) return [`${path} is not said to answer ${status} with ${type}`];
    const check = compiled.get(media) ?? ajv.compile(JSON.parse(JSON.stringify(media.schema).replaceAll('"#/', '"document#/')) as object);
    compiled.set(media, check);
    return (type === LINES ? (body as unknown[]) : [body]).flatMap((part) => (check(part) ? [] : check.errors ?? []))
      .map(({ instancePath, message, params }) => `${path} ${status} ${instancePath} ${message} ${JSON.stringify(params)}`);
  };
}

/** Asks, and holds the answer against the document. */
async function held(path: string, query: string, from = site, headers: { [name: string]: string } = {}): Promise<number> {
  const { status, type, body } = await ask(`${path}${query}`, from, headers);
  expect(validate(path, status, type, body), `${path}${query}`).toEqual([]);
  seen.set(path, (seen.get(path) ?? new Set()).add(String(status)));
  return status;
}

it('is valid OpenAPI 3.1', async () => {
  const validator = new Validator();
  const { valid, errors } = await validator.validate(structuredClone(document) as never);
  expect(errors ?? []).toEqual([]);
  expect([valid, validator.version]).toEqual([true, '3.1']);
});

it('asks those to sign in only who have to', async () => {
  const open = (await ask('/api/openapi.json')).body as Document;
  expect(JSON.stringify(open)).not.toMatch(/"401"|security/);
  for (const [path, { get }] of Object.entries(document.paths)) expect(get.security, path).toEqual([{ token: [] }]);
});

it('describes every route, and no other', () => {
  expect(Object.keys(document.paths).toSorted()).toEqual(ROUTES.map(({ path }) => `/api${path}`).toSorted());
  expect(Object.keys(QUESTIONS).toSorted()).toEqual(Object.keys(document.paths).toSorted());
});

describe.concurrent('answers', () => {
  it.each(Object.keys(QUESTIONS))('%s as described, and everything that is described', async (path) => {
    for (const [status, queries] of Object.entries(QUESTIONS[path]!)) {
      for (const query of queries) expect(await held(path, query), query).toBe(Number(status));
    }
    const [query = ''] = QUESTIONS[path]![200]!;
    expect(await held(path, `${query}${query === '' ? '?' : '&'}nonsense=1`)).toBe(400);
    expect(await held(path, query, site, { host: 'evil.example' })).toBe(421);
    for (const other of [awaySite, failingSite]) await held(path, query, other);
    // The first of a minute is answered.
    for (let count = 0; count < 2; count++) await held(path, query, limitedSite);
    // Its own, as some answers are kept for a while.
    const hasty = openGraph(neo4j);
    const hastySite = await listen(hasty, { port: 0, questionMs: 0 });
    await held(path, query, hastySite);
    for (const each of [hastySite, hasty]) await each.close();
    // Others may write into the graph meanwhile.
    for (let tries = 0; tries < 5 && !seen.get(path)!.has('304'); tries++) await held(path, query, site, { 'if-none-match': (await ask(`${path}${query}`)).etag });
    if (document.paths[path]!.get.responses[200]!.content![LINES]) expect(await held(path, query, site, { accept: LINES })).toBe(200);
    for (const headers of [{}, VIEWER, { authorization: 'Bearer a.b.c' }]) await held(path, query, guardedSite, headers);
    const described = Object.keys(document.paths[path]!.get.responses);
    expect([...seen.get(path)!, ...Object.keys(NOT_PRODUCIBLE[path] ?? {})].toSorted()).toEqual(described.toSorted());
  }, 600_000);
});

it('refuses an answer that is not as described', () => {
  expect(validate('/api/health', 200, 'application/json', { status: 'alive', more: 1 })).toHaveLength(1);
  expect(validate('/api/health', 200, 'application/json', { status: 'dead' })).toHaveLength(1);
  expect(validate('/api/health', 418, 'application/json', {})).toHaveLength(1);
});
