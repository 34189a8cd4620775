// Runs in: tests. Names that are out to break something, as parameters and in the graph: refused with a reason, or given back as text.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { NodeDetail } from '../../plugin/graph/answers.ts';
import { ROUTES } from '../../graph-ui/server/api/routes.ts';
import { listen, type Listening } from '../../graph-ui/server/listen.ts';
import { HOSTILE_NAMES, hostileIds, hostileRecords, workflowIdOf } from '../fuzz/hostile.ts';
import { type LoadedRecords, loadRecords } from './fixture.ts';

const e = encodeURIComponent;
const records = hostileRecords();
const errors: unknown[] = [];
let loaded: LoadedRecords;
let site: Listening;

beforeAll(async () => {
  loaded = await loadRecords(records);
  site = await listen(loaded.graph, { port: 0, requestsPerMinute: 100_000, onContentRead: () => undefined, onError: (error) => void errors.push(error) });
});
afterAll(async () => {
  for (const each of [site, loaded]) await each.close();
});

async function nodes(): Promise<number> {
  const found = await Promise.all(HOSTILE_NAMES.map((name) => fetch(`${site.url}/api/v1/node?id=${e(hostileIds(name).version)}`)));
  return found.filter(({ status }) => status === 200).length;
}

describe.each(ROUTES.filter(({ parameters }) => Object.keys(parameters).length > 0).map((route) => [`/api${route.path}`, route] as const))('%s', (path, { parameters }) => {
  it.each(Object.keys(parameters))('takes anything as %s, or refuses it', async (name) => {
    const others = Object.entries(parameters).filter(([other, { required }]) => required && other !== name).map(([other]) => `${other}=${e(hostileIds(HOSTILE_NAMES[0]).version)}&`).join('');
    for (const value of [...HOSTILE_NAMES, ...HOSTILE_NAMES.map((each) => hostileIds(each).version)]) {
      const answer = await fetch(`${site.url}${path}?${others}${name}=${e(value)}`);
      const text = await answer.text();
      expect(answer.status, `${name}=${value.slice(0, 80)}: ${text.slice(0, 200)}`).toBeLessThan(500);
      expect(answer.headers.get('content-type')).toMatch(/^application\/(json|problem\+json)/);
      expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
      expect(() => void JSON.parse(text)).not.toThrow();
    }
    // Not one was taken for Cypher.
    expect(await nodes()).toBe(HOSTILE_NAMES.length);
    expect(errors).toEqual([]);
  });
});

it.each(['%', '%E0%A4%A', '%ff', 'subject=%00%ff', 'subject=%ED%A0%80', '__proto__=1', 'constructor=1', 'subject[$gt]=', '&&&=', `${'a'.repeat(60_000)}=1`])('a query %j is refused', async (query) => {
  const answer = await fetch(`${site.url}/api/v1/trace?${query}`);
  expect(answer.status).toBeGreaterThanOrEqual(400);
  expect(answer.status).toBeLessThan(500);
});

it.each(HOSTILE_NAMES.map((name) => [name.slice(0, 60), name] as const))('gives back %j as it is', async (_short, name) => {
  const { version, run } = hostileIds(name);
  expect(((await (await fetch(`${site.url}/api/v1/node?id=${e(version)}`)).json()) as NodeDetail).node).toMatchObject({ id: version, properties: { name, version: name } });
  expect(((await (await fetch(`${site.url}/api/v1/node?id=${e(run)}`)).json()) as NodeDetail).node).toMatchObject({ id: run, properties: { workflowId: workflowIdOf(name) } });
  expect((await fetch(`${site.url}/api/v1/trace?subject=${e(version)}`)).status).toBe(200);
});
