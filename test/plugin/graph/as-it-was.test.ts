// Runs in: tests. What the graph answered at some time is what it says of that time later on, whatever has been told since.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AsOfOption, SearchFilters } from '../../../plugin/graph/answers.ts';
import { withdrawal } from '../../../plugin/cli/withdraw-command.ts';
import { openGraph, type OpenGraph } from '../../../plugin/graph/open.ts';
import type { ProvenanceRecord } from '../../../plugin/model/record.ts';
import { neo4j, unique } from '../../support/engines.ts';
import { type GraphWith, graphWith } from '../../support/graph-with.ts';
import { key, retrained } from '../../support/retrained.ts';

const data = retrained(unique('it-was'));
const { first, second, third, scope } = data;
const name = ({ uri, version }: { uri: string; version?: string }) => `${uri}@${version}`;
const word = scope.split('-').at(-1)!;
const person = `Ida Lovelace-${word}`;
const agent = { label: 'Agent' as const, id: `agent/${scope}` };

/** What was told of the runs afterwards: a seal, a withdrawal, who had them started. */
function toldOfRuns(at: string): ProvenanceRecord[] {
  const record = (part: Pick<ProvenanceRecord, 'nodes' | 'edges'>): ProvenanceRecord => ({ v: 1, source: 'history', at, recordedAt: at, ...part });
  return [
    record({ nodes: [{ label: 'Run', id: first.run, aspect: 'sealed', set: { seal: 'sealed', sealedAt: at } }], edges: [] }),
    record({
      nodes: [{ ...agent, aspect: 'declared', set: { kind: 'actor' } }, { label: 'Detail', id: `${agent.id}/detail`, aspect: 'identity', set: { name: person } }],
      edges: [
        { type: 'STARTED_BY', from: { label: 'Run', id: first.run }, to: agent, walk: false, via: 'actor' },
        { type: 'DETAIL_OF', from: { label: 'Detail', id: `${agent.id}/detail` }, to: agent, walk: false },
      ],
    }),
    withdrawal([key(first.raw).id], 'wrong units', 'a test', at),
  ];
}

const SEARCHES: [string, SearchFilters & { limit?: number }][] = [
  [word, {}], [word, { limit: 2 }], [word, { kind: 'prediction', limit: 2 }], [`models two ${word}`, {}], [`train ${word}`, { status: 'running' }], [`train ${word}`, { status: 'completed' }],
  [word, { sealed: true }], [word, { sealed: false }], [word, { pipeline: 'trainModel' }], [word, { kind: 'model', sealed: true }], ['', { user: person }], [word, { user: person }], [person, {}],
  ['fit', { kind: 'step', user: person, status: 'completed' }], [name(second.model), {}], [first.run, {}], [`train-three-${scope}`, {}], [third.raw.sha256, {}], [third.raw.sha256.slice(0, 10), {}],
];

/** An answer's name, and how it is got. */
const QUESTIONS: [string, (graph: OpenGraph, then: AsOfOption) => Promise<unknown>][] = [
  ...SEARCHES.map(([text, filters]) => [`search ${JSON.stringify([text, filters])}`, (graph, then) => graph.search(text, { ...filters, ...then })] as [string, (graph: OpenGraph, then: AsOfOption) => Promise<unknown>]),
  ['compare models', (graph, then) => graph.compare(name(first.model), name(second.model), then)],
  ['compare runs', (graph, then) => graph.compare(first.run, third.run, then)],
  ['diff runs', (graph, then) => graph.diff(first.run, second.run, then)],
  ['versions', (graph, then) => graph.versions(data.rawUri, then)],
  ['timeline', (graph, then) => graph.timeline(data.rawUri, then)],
  ['versions to choose from', (graph, then) => graph.trace(data.rawUri, then)],
  ['runs using', (graph, then) => graph.runsUsing(name(first.raw), then)],
  ['impact', (graph, then) => graph.impact(name(first.raw), then)],
  ['trace', (graph, then) => graph.trace(name(first.model), then)],
  ['card', (graph, then) => graph.card(name(second.model), then)],
  ['metrics', (graph, then) => graph.metricHistory(key(first.model).id, then)],
  ['node', (graph, then) => graph.node(key(first.raw).id, then)],
];

/** Without the time that it is about; lists of nodes and edges that have no order in theirs. Of a failure its kind, and what may be chosen. */
async function answerOf(question: Promise<unknown>): Promise<unknown> {
  const answer = await question.catch((error: Error & { choices?: unknown }) => ({ failed: error.name, choices: error.choices }));
  return tidied(answer);
}

function tidied(value: unknown): unknown {
  if (Array.isArray(value)) {
    const all = value.map(tidied);
    return all.some((each) => each !== null && typeof each === 'object') ? all.map((each) => JSON.stringify(each)).sort() : all;
  }
  if (value === null || typeof value !== 'object') return value;
  // A cursor is good for the question that gave it alone.
  const told = Object.entries(value).filter(([part]) => part !== 'asOf').map(([part, each]): [string, unknown] => [part, part === 'next' && each !== null ? 'a cursor' : tidied(each)]);
  return Object.fromEntries(told.sort(([a], [b]) => (a < b ? -1 : 1)));
}

describe('what was answered at some time', () => {
  let all: GraphWith;
  /** The times, and the answers that were given then. */
  const then: { at: string; answers: Map<string, unknown> }[] = [];

  beforeAll(async () => {
    const last = data.records.at(-1)!.recordedAt;
    const later = (milliseconds: number) => new Date(Date.parse(last) + milliseconds).toISOString();
    const records = [...data.records, ...toldOfRuns(later(5))].toSorted((a, b) => (a.recordedAt < b.recordedAt ? -1 : 1));
    const of = (id: string, aspect: string) => records.find(({ nodes }) => nodes.some((node) => node.id === id && node.aspect === aspect))!.recordedAt;
    const ofBatch = records.filter(({ edges }) => edges.some(({ from }) => from.id === key(first.batch).id)).at(-1)!.recordedAt;
    let written = -1;
    all = await graphWith(scope, []);
    for (const at of [of(first.run, 'started'), of(first.run, 'ended'), ofBatch, of(second.run, 'started'), of(third.run, 'started'), last, later(5)]) {
      const until = records.findLastIndex(({ recordedAt }) => recordedAt <= at);
      await all.write(records.slice(written + 1, until + 1));
      written = until;
      const answers = new Map<string, unknown>();
      // A graph that has been open for long remembers which activities there are.
      const graph = openGraph(neo4j);
      for (const [question, ask] of QUESTIONS) answers.set(question, await answerOf(ask(graph, {})));
      await graph.close();
      then.push({ at, answers });
    }
  });
  afterAll(() => all.close());

  it.each(QUESTIONS)('is what is said of that time later: %s', async (question, ask) => {
    const seen = new Set<string>();
    for (const { at, answers } of then) {
      const answer = answers.get(question);
      seen.add(JSON.stringify(answer));
      expect([at, await answerOf(ask(all.graph, { asOf: at }))]).toEqual([at, answer]);
    }
    // A question whose answer never changes would show nothing.
    expect(seen.size).toBeGreaterThan(1);
  });
});
