// Runs in: tests. The search box's answers, by the real graph: exact names, words of every kind, filters, pages and hostile texts.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SearchAnswer, SearchFilters } from '../../../plugin/graph/answers.ts';
import { Connection, type Query, type Row } from '../../../plugin/graph/connection.ts';
import { openGraph, type OpenGraph } from '../../../plugin/graph/open.ts';
import { search } from '../../../plugin/graph/search.ts';
import { searchNames } from '../../../plugin/graph/search-names.ts';
import { GraphWriter } from '../../../plugin/graph/writer.ts';
import { actorAgentId, actorDigest, artifactVersionId, attemptId, contentId, runId, sha256, stepId } from '../../../plugin/model/id.ts';
import type { EdgeAssertion, Evidence, NodeKey, ProvenanceRecord } from '../../../plugin/model/record.ts';
import { flightDelays, type LoadedFlights, loadFlights } from '../../graph-ui/fixture.ts';
import type { Plan } from 'neo4j-driver';
import { openDriver } from '../../support/graph-content.ts';
import { neo4j, unique } from '../../support/engines.ts';

const flights = flightDelays();
const { ids, rawFlights, word } = flights;
// Begins with a letter: a number must not happen to be the beginning of this word.
const scope = unique('find').replace('-', '-x');
const person = `Zoë Quill-${scope.slice(5)} <zoe7@${scope}.example>`;
const commit = sha256(scope).slice(0, 40);
const activity = `weighParcels${scope.replace('-', '')}`;
const parcels = (number: number) => runId({ namespace: 'default', workflowId: `parcels-${number}-${scope}`, runId: `${scope}-${number}` });

/** Five runs a day apart: the second failed, the last is sealed, the first two were started by a person. */
function records(): ProvenanceRecord[] {
  const agent = { label: 'Agent' as const, id: actorAgentId(actorDigest(person)) };
  return Array.from({ length: 5 }, (_, number): ProvenanceRecord => {
    const at = `2026-03-0${number + 1}T08:00:00.000Z`;
    const key = { namespace: 'default', workflowId: `parcels-${number}-${scope}`, runId: `${scope}-${number}` };
    const run = { label: 'Run' as const, id: runId(key) };
    const step = { label: 'Step' as const, id: stepId({ run: key, kind: 'activity', id: '1', occurrence: 1 }) };
    return {
      v: 1, source: 'sink', at, recordedAt: at,
      nodes: [
        { ...run, aspect: 'started', set: { ...key, workflowType: `sortParcels ${scope}`, startedAt: at } },
        { ...run, aspect: 'ended', set: { outcome: number === 1 ? 'failed' : 'completed' } },
        ...(number === 4 ? [{ ...run, aspect: 'sealed', set: { seal: 'sealed' } }] : []),
        { ...step, aspect: 'scheduled', set: { kind: 'activity', activityType: activity } },
        ...(number < 2 ? [{ ...agent, aspect: 'declared', set: { kind: 'actor' } }, { label: 'Detail' as const, id: `${agent.id}/detail`, aspect: 'identity', set: { name: person } }] : []),
        { label: 'CodeVersion', id: `code/${scope}`, aspect: 'collected', set: { gitCommit: commit, packageName: `parcels-${scope}` } },
      ],
      edges: [
        { type: 'PART_OF', from: step, to: run, walk: false },
        ...(number < 2 ? [{ type: 'STARTED_BY' as const, from: run, to: agent, walk: false, via: 'actor' }, { type: 'DETAIL_OF' as const, from: { label: 'Detail' as const, id: `${agent.id}/detail` }, to: agent, walk: false }] : []),
      ],
    };
  });
}

let loaded: LoadedFlights;
let graph: OpenGraph;
let connection: Connection;

beforeAll(async () => {
  loaded = await loadFlights(flights);
  connection = new Connection(neo4j);
  await new GraphWriter(connection).write(records());
  graph = openGraph(neo4j);
});
afterAll(async () => {
  await graph.close();
  await connection.close();
  await loaded.close();
});

const found = async (text: string, filters: SearchFilters & { limit?: number; after?: string } = {}): Promise<{ [kind: string]: string[] }> =>
  Object.fromEntries((await graph.search(text, filters)).groups.map(({ kind, hits }) => [kind, hits.map(({ title }) => title)]));
const exactly = async (text: string): Promise<string[]> => (await graph.search(text)).exact.map(({ id }) => id);

describe('what a text names exactly', () => {
  it.each([
    ['an id', ids.model, ids.model], ['a URI and a version', `${rawFlights.uri}@2025-03`, ids.rawFlights], ['a URI of which there is one version', rawFlights.uri, ids.rawFlights],
    ['a digest', `sha256:${rawFlights.sha256}`, ids.rawFlights], ['a digest alone', rawFlights.sha256.toUpperCase(), ids.rawFlights], ['the beginning of a digest', rawFlights.sha256.slice(0, 12), ids.rawFlights],
    ['a workflow', `parcels-2-${scope}`, parcels(2)], ['a run', `${scope}-3`, parcels(3)], ['a commit', commit, `code/${scope}`], ['a short commit', commit.slice(0, 7), `code/${scope}`],
    ['a step', ids.cleanStep, ids.cleanStep], ['bytes', contentId(rawFlights.sha256), contentId(rawFlights.sha256)],
  ])('%s', async (_what, text, id) => {
    expect(await exactly(` ${text} `)).toEqual([id]);
  });

  it('is not told again below', async () => {
    const { exact, groups } = await graph.search(`parcels-2-${scope}`);
    expect(exact).toHaveLength(1);
    expect(groups.flatMap(({ hits }) => hits.map(({ id }) => id))).not.toContain(parcels(2));
  });

  it('is nothing where words name nothing', async () => {
    expect(await exactly('clean flights')).toEqual([]);
    expect(await exactly('abcdef')).toEqual([]);
  });
});

describe('words', () => {
  it('find things of every kind, newest first, with their number', async () => {
    const { groups, truncated } = await graph.search(word, { limit: 3 });
    expect(groups.map(({ kind, count, more, hits }) => [kind, count, more, hits.length])).toEqual([
      ['prediction', 20, false, 3], ['model', 1, false, 1], ['dataset', 9, false, 3], ['artifact', 3, false, 3], ['run', 5, false, 3], ['agent', 2, false, 2],
    ]);
    expect(truncated).toBe(true);
    expect(await found(`parcels ${scope}`)).toEqual({ run: [4, 3, 2, 1, 0].map((number) => `parcels-${number}-${scope}`), code: [commit] });
  });

  it('find steps by parts of the activity', async () => {
    const { groups } = await graph.search('parcels weigh', { limit: 2 });
    expect(groups.map(({ kind, hits }) => [kind, hits.map(({ id }) => id)])).toEqual([['step', [4, 3].map((number) => stepId({ run: { namespace: 'default', workflowId: `parcels-${number}-${scope}`, runId: `${scope}-${number}` }, kind: 'activity', id: '1', occurrence: 1 }))]]);
  });

  it('are pictographs too', async () => {
    const key = { namespace: 'default', workflowId: `🚀-${scope}`, runId: `${scope}-rocket` };
    const at = '2026-03-09T08:00:00.000Z';
    await new GraphWriter(connection).write([{ v: 1, source: 'sink', at, recordedAt: at, nodes: [{ label: 'Run', id: runId(key), aspect: 'started', set: { ...key, startedAt: at } }], edges: [] }]);
    expect((await graph.search('🚀', { kind: 'run', limit: 100 })).groups.flatMap(({ hits }) => hits.map(({ id }) => id))).toContain(runId(key));
  });

  it('find people by their names, not by copies of them', async () => {
    expect(await found(`quill zoë ${scope.slice(5)}`)).toEqual({ agent: [person] });
    expect(await found(`zoe7 ${scope}`)).toEqual({ agent: [person] });
    const { groups: [people] } = await graph.search(scope, { kind: 'user', limit: 100 });
    expect(people!.count).toBe(new Set(people!.hits.map(({ id }) => id)).size);
    const [copies] = await connection.read((run) => run("MATCH (n) WHERE any(key IN keys(n) WHERE n[key] IS :: STRING AND n[key] CONTAINS 'Quill') RETURN collect(DISTINCT labels(n)[0]) AS labels"));
    expect(copies!.labels).toEqual(['Detail']);
  });

  it('say what they were found by, where it does not show', async () => {
    const { groups } = await graph.search(rawFlights.sha256.slice(0, 5));
    expect(groups.flatMap(({ hits }) => hits).find(({ id }) => id === ids.rawFlights)).toMatchObject({ found: `SHA-256 ${rawFlights.sha256}` });
  });
});

describe('filters', () => {
  const runs = (filters: SearchFilters, text = ''): Promise<string[]> => found(text, filters).then(({ run = [] }) => run.map((title) => title.replace(/^parcels-(\d).*/, '$1')));
  const pipeline = `sortparcels ${scope}`;

  it('by pipeline, status, seal, time and user, together and with words', async () => {
    expect(await runs({ pipeline })).toEqual(['4', '3', '2', '1', '0']);
    expect(await runs({ pipeline, status: 'failed' })).toEqual(['1']);
    expect(await runs({ pipeline, sealed: true })).toEqual(['4']);
    expect(await runs({ pipeline, sealed: false })).toEqual(['3', '2', '1', '0']);
    expect(await runs({ pipeline, since: '2026-03-02', until: '2026-03-03' })).toEqual(['2', '1']);
    expect(await runs({ pipeline, since: '2026-03-02T08:00:00.001Z' })).toEqual(['4', '3', '2']);
    expect(await runs({ user: person })).toEqual(['1', '0']);
    expect(await runs({ user: actorAgentId(actorDigest(person)), status: 'completed' })).toEqual(['0']);
    expect(await runs({ user: person }, `parcels 1 ${scope}`)).toEqual(['1']);
    expect(await runs({ user: `nobody-${scope}` })).toEqual([]);
  });

  it('of what is no run, by the run that made it', async () => {
    const kinds = (await graph.search(word, { pipeline: 'trainDelayModel' })).groups.map(({ kind, count }) => [kind, count]);
    expect(kinds).toEqual([['model', 1], ['artifact', 2], ['run', 1]]);
    expect(await found('weigh', { pipeline, status: 'failed' })).toEqual({ step: [activity] });
    const made = await graph.search('', { pipeline: 'trainDelayModel', status: 'completed', since: flights.records[0]!.recordedAt });
    expect(made.groups.find(({ kind }) => kind === 'model')!.hits.map(({ id }) => id)).toContain(ids.model);
  });

  it('by how a link is known: of versions, and of the steps and runs whose it is', async () => {
    const own = unique('known').replace('-', '-x');
    const at = '2026-04-01T08:00:00.000Z';
    const later = '2026-04-02T08:00:00.000Z';
    const version = (name: string) => ({ label: 'ArtifactVersion' as const, id: artifactVersionId({ uri: `file://${own}/${name}`, version: '1' }) });
    const runKey = (name: string) => ({ namespace: 'default', workflowId: `${name}-${own}`, runId: `${name}-${own}` });
    const told = (name: string, link: (step: NodeKey, attempt: NodeKey) => EdgeAssertion, recordedAt = at): ProvenanceRecord => {
      const run = { label: 'Run' as const, id: runId(runKey(name)) };
      const stepKey = { run: runKey(name), kind: 'activity' as const, id: '1', occurrence: 1 };
      const step = { label: 'Step' as const, id: stepId(stepKey) };
      const attempt = { label: 'Attempt' as const, id: attemptId(stepKey, 1, Date.parse(at)) };
      return {
        v: 1, source: 'interceptor', at, recordedAt,
        nodes: [
          { ...run, aspect: 'started', set: { ...runKey(name), workflowType: own, startedAt: at } }, { ...step, aspect: 'started', set: { kind: 'activity', activityType: own } },
          { ...attempt, aspect: 'started', set: { number: 1 } },
          ...['read.csv', 'named.csv'].map((file) => ({ ...version(file), aspect: 'seen', kind: 'dataset', set: { uri: `file://${own}/${file}`, version: '1', name: file, kind: 'dataset' } })),
        ],
        edges: [{ type: 'PART_OF', from: step, to: run, walk: false }, { type: 'ATTEMPT_OF', from: attempt, to: step, walk: true }, link(step, attempt)],
      };
    };
    await new GraphWriter(connection).write([
      told('reads', (_step, attempt) => ({ type: 'USED', from: attempt, to: version('read.csv'), evidence: 'declared', via: 'lineage.used', walk: true })),
      told('names', (step) => ({ type: 'MENTIONED', from: step, to: version('named.csv'), evidence: 'inferred', via: 'mention', walk: false })),
      told('follows', (step) => ({ type: 'FOLLOWED', from: step, to: { label: 'Step', id: stepId({ run: runKey('reads'), kind: 'activity', id: '1', occurrence: 1 }) }, evidence: 'followed', walk: true })),
      told('follows', (_step, attempt) => ({ type: 'USED', from: attempt, to: version('read.csv'), evidence: 'inferred', via: 'argument', walk: true }), later),
    ]);
    // Which activities there are, is not asked for each search.
    const fresh = openGraph(neo4j);
    const known = async (evidence: Evidence, filters: SearchFilters & { asOf?: string } = {}, text = own.replace('known-', '')) => {
      const { groups } = await fresh.search(text, { ...filters, evidence });
      return Object.fromEntries(groups.map(({ kind, hits }) => [kind, hits.map(({ id, title }) => (kind === 'step' ? decodeURIComponent(id.split('/')[2]!) : title).replace(`-${own}`, '')).sort()]));
    };
    expect(await known('declared')).toEqual({ dataset: ['read.csv'], run: ['reads'], step: ['reads'] });
    expect(await known('inferred')).toEqual({ dataset: ['named.csv', 'read.csv'], run: ['follows', 'names'], step: ['follows', 'names'] });
    expect(await known('followed')).toEqual({ run: ['follows'], step: ['follows'] });
    expect(await known('observed')).toEqual({});
    expect(await known('inferred', { asOf: at })).toEqual({ dataset: ['named.csv'], run: ['names'], step: ['names'] });
    expect(await known('inferred', { pipeline: own, kind: 'run' }, '')).toEqual({ run: ['follows', 'names'] });
    expect(await known('inferred', { pipeline: own, kind: 'step' }, own)).toEqual({ step: ['follows', 'names'] });
    expect(await known('inferred', { kind: 'dataset', since: '2026-04-01', until: '2026-04-01' }, '')).toMatchObject({ dataset: expect.arrayContaining(['named.csv', 'read.csv']) as string[] });
    expect(await known('declared', { kind: 'user' }, 'quill')).toEqual({});
    await fresh.close();
  });

  it('by kind, in pages that leave nothing out', async () => {
    const seen: string[] = [];
    let answer: SearchAnswer | undefined;
    for (let after: string | undefined; answer === undefined || answer.next !== null; after = answer.next!) {
      answer = await graph.search(word, { kind: 'prediction', limit: 8, ...(after !== undefined && { after }) });
      seen.push(...answer.groups.flatMap(({ hits }) => hits.map(({ id }) => id)));
    }
    expect(seen.toSorted()).toEqual(ids.predictions.toSorted());
    expect((await found(word, { kind: 'plot' }))['plot']).toEqual(['residuals.svg']);
    expect((await found(`parcels-${scope}`, { kind: 'commit' }))['code']).toEqual([commit]);
    expect(Object.keys(await found('', { kind: 'step', limit: 1 }))).toEqual(['step']);
  });

  it('by kind, beyond what is looked at as one: each is there once, and the number grows with it', async () => {
    const all = async (text: string, filters: SearchFilters): Promise<{ seen: string[]; counts: number[] }> => {
      const [seen, counts]: [string[], number[]] = [[], []];
      let after: string | null | undefined;
      for (let pages = 0; after !== null && pages < 40; pages++) {
        const answer = await search(connection, () => searchNames(connection), text, { ...filters, limit: 2, ...(after !== undefined && { after }) }, 3);
        for (const { hits, count } of answer.groups) {
          seen.push(...hits.map(({ id }) => id));
          counts.push(count);
        }
        after = answer.next;
      }
      expect(after).toBeNull();
      return { seen, counts };
    };
    const predictions = await all(word, { kind: 'prediction' });
    expect(predictions.seen.toSorted()).toEqual(ids.predictions.toSorted());
    expect([predictions.counts[0], predictions.counts.at(-1), predictions.counts]).toEqual([3, ids.predictions.length, predictions.counts.toSorted((a, b) => a - b)]);
    const newest = [4, 3, 2, 1, 0].map((number) => parcels(number));
    // Of what is equally old, what is newest in each part comes first in it.
    expect((await all('', { kind: 'run', pipeline })).seen.toSorted()).toEqual(newest.toSorted());
    expect((await all('', { kind: 'run', user: person })).seen).toEqual(newest.slice(3));
    expect((await all(activity, { kind: 'step', pipeline, status: 'failed' })).seen).toHaveLength(1);
    expect((await all(activity, { kind: 'step' })).seen).toHaveLength(5);
    expect((await all('', { kind: 'model', pipeline: 'trainDelayModel', since: flights.records[0]!.recordedAt })).seen).toContain(ids.model);
  });

  it('say what they do not understand', async () => {
    await expect(graph.search('', { since: 'yesterday' })).rejects.toThrow(/'yesterday' is no time for 'since'/);
    await expect(graph.search('', { until: '2026-02-30' })).rejects.toThrow(/'2026-02-30' is no time/);
    await expect(graph.search('x', { after: '3' })).rejects.toThrow(/'after'/);
  });
});

it('takes any text for text', async () => {
  for (const text of ['") OR [a TO *] \\ ^~ AND', '* : +', ':kind=run', '<img src=x onerror=alert(1)>', `"${'ä'.repeat(10_000)}`, '\u0000\uD800', '{$text} RETURN 1//', 'name:* OR identity:*']) {
    expect((await graph.search(text, { user: text })).truncated).toBeTypeOf('boolean');
    expect((await graph.search(text)).exact).toEqual([]);
    await graph.search(text, { kind: text, pipeline: text, status: text });
  }
});

/** Notes the statements that are put to it. */
class Watched extends Connection {
  readonly statements: [query: string, parameters: Row][] = [];

  override read<T>(work: (run: Query) => Promise<T>): Promise<T> {
    return super.read((run) => work((query, parameters = {}) => {
      this.statements.push([query, parameters]);
      return run(query, parameters);
    }));
  }
}

it('scans nothing: each statement begins in an index', async () => {
  const watched = new Watched(neo4j);
  const driver = openDriver();
  const names = () => searchNames(watched);
  await search(watched, names, '', {});
  await search(watched, names, 'abcdef12', {});
  await search(watched, names, `weigh ${word}`, { user: 'quill', status: 'failed' });
  await search(watched, names, '', { user: 'quill', since: '2026-03-01' });
  await search(watched, names, '', { pipeline: 'trainDelayModel' });
  await search(watched, names, `weigh ${word}`, { evidence: 'inferred' });
  await search(watched, names, 'weigh', { kind: 'step' });
  const scans: string[] = [];
  for (const [query, parameters] of watched.statements) {
    const { summary } = await driver.executeQuery(`EXPLAIN ${query}`, parameters, { database: neo4j.database });
    const gather = ({ operatorType, children }: Plan): void => {
      if (/AllNodesScan|LabelScan|RelationshipTypeScan/.test(operatorType)) scans.push(`${operatorType}: ${query}`);
      children.forEach(gather);
    };
    gather(summary.plan as Plan);
  }
  expect(scans).toEqual([]);
  expect(watched.statements.length).toBeGreaterThan(20);
  await watched.close();
  await driver.close();
});
