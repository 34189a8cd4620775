// Runs in: tests. Folding makes a trace smaller without cutting a way through it: any trace, and the real graph's.
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AnswerEdge, AnswerNode, Evidence } from '../../plugin/graph/answers.ts';
import { bundle } from '../../graph-ui/web/lineage/bundle.ts';
import { weakness } from '../../graph-ui/web/lineage/evidence.ts';
import { fold, isA } from '../../graph-ui/web/lineage/fold.ts';
import { thin } from '../../graph-ui/web/lineage/thin.ts';
import type { View } from '../../graph-ui/web/lineage/view.ts';
import { placeInColumns } from '../../graph-ui/web/graph/columns.ts';
import { makeTree, visibleItems } from '../../graph-ui/web/outline/tree.ts';
import { flightDelays, type LoadedFlights, loadFlights } from './fixture.ts';

const flights = flightDelays();
const { ids } = flights;
let loaded: LoadedFlights;
beforeAll(async () => {
  loaded = await loadFlights(flights);
});
afterAll(() => loaded.close());

interface Lineage {
  nodes: AnswerNode[];
  edges: AnswerEdge[];
  roots: string[];
  tries: { [step: string]: number };
}

/** What may point to what, from the later to the earlier. */
const ALLOWED: [string, string, string][] = [
  ['Step', 'USED', 'Value'], ['Attempt', 'USED', 'ArtifactVersion'], ['Attempt', 'ATTEMPT_OF', 'Step'],
  ['Value', 'WAS_GENERATED_BY', 'Attempt'], ['ArtifactVersion', 'WAS_GENERATED_BY', 'Attempt'],
  ['Value', 'WAS_DERIVED_FROM', 'Value'], ['Value', 'CARRIED', 'ArtifactVersion'], ['Step', 'FOLLOWED', 'Step'],
];

const evidence = fc.constantFrom<Evidence>('observed', 'declared', 'inferred', 'followed');

/** Any lineage of allowed edges, cycles included: a retry may read what an earlier attempt wrote. */
const lineage: fc.Arbitrary<Lineage> = fc
  .record({
    labels: fc.array(fc.constantFrom('Step', 'Attempt', 'Value', 'ArtifactVersion'), { minLength: 2, maxLength: 14 }),
    picks: fc.array(fc.tuple(fc.nat(), fc.nat(), evidence), { maxLength: 40 }),
    failed: fc.array(fc.boolean(), { minLength: 14, maxLength: 14 }),
    root: fc.nat(),
  })
  .map(({ labels, picks, failed, root }) => {
    const nodes = labels.map((label, index) => ({
      id: `${label}/${index}`, labels: [label], properties: label === 'Attempt' ? { status: failed[index] ? 'failed' : 'completed' } : {},
    }));
    const owned = new Set<string>();
    const edges: AnswerEdge[] = [];
    for (const [a, b, how] of picks) {
      const from = nodes[a % nodes.length]!;
      const to = nodes[b % nodes.length]!;
      const type = ALLOWED.find(([later, , earlier]) => later === from.labels[0] && earlier === to.labels[0])?.[1];
      if (type === undefined || from === to || (type === 'ATTEMPT_OF' && owned.has(from.id))) continue;
      if (type === 'ATTEMPT_OF') owned.add(from.id);
      edges.push({ from: from.id, to: to.id, type, evidence: type === 'ATTEMPT_OF' ? null : how, via: null });
    }
    return { nodes, edges, roots: [nodes[root % nodes.length]!.id], tries: {} };
  });

const options = fc.record({ values: fc.boolean(), attempts: fc.boolean() });

function reach(edges: { from: string; to: string }[], start: string): Set<string> {
  const seen = new Set<string>([start]);
  const queue = [start];
  for (let id = queue.pop(); id !== undefined; id = queue.pop()) {
    for (const { from, to } of edges) {
      if (from === id && !seen.has(to)) {
        seen.add(to);
        queue.push(to);
      }
    }
  }
  return seen;
}

function expectWaysKept(full: Lineage, view: View): void {
  const drawn = new Set(view.nodes.map(({ id }) => id));
  const drawnAs = (id: string): string => view.holders.get(id) ?? id;
  const ends = full.nodes.filter((node) => isA(node, 'Step') || isA(node, 'ArtifactVersion'));
  for (const start of ends) {
    expect(drawn).toContain(drawnAs(start.id));
    const inView = reach(view.edges, drawnAs(start.id));
    const inFull = reach(full.edges, start.id);
    for (const end of ends) if (inFull.has(end.id)) expect(inView).toContain(drawnAs(end.id));
  }
}

describe('folding', () => {
  it('keeps every way between steps and artifacts', () => {
    fc.assert(fc.property(lineage, options, (full, chosen) => expectWaysKept(full, fold(full, chosen))), { numRuns: 500 });
  });

  it('keeps them when what is repeated is left out, and look-alikes are drawn as one', () => {
    fc.assert(
      fc.property(lineage, (full) => {
        const thinned = thin(fold(full, { values: false, attempts: false }));
        expectWaysKept(full, thinned);
        expectWaysKept(full, bundle(thinned));
      }),
      { numRuns: 500 },
    );
  });

  it('draws no edge where the full graph has no way, with attempts drawn', () => {
    fc.assert(
      fc.property(lineage, (full) => {
        for (const { from, to } of fold(full, { values: false, attempts: true }).edges) expect(reach(full.edges, from)).toContain(to);
      }),
      { numRuns: 500 },
    );
  });

  it('changes nothing when all is drawn', () => {
    fc.assert(
      fc.property(lineage, (full) => {
        const view = fold(full, { values: true, attempts: true });
        expect(view.nodes.map(({ id }) => id).toSorted()).toEqual(full.nodes.map(({ id }) => id).toSorted());
        expect(new Set(view.edges.map(({ from, to }) => `${from} ${to}`))).toEqual(new Set(full.edges.map(({ from, to }) => `${from} ${to}`)));
      }),
    );
  });

  it('gives a way the evidence of its weakest edge, and two ways that of the better one', () => {
    const node = (id: string, label: string): AnswerNode => ({ id, labels: [label], properties: {} });
    const edge = (from: string, to: string, type: string, how: Evidence): AnswerEdge => ({ from, to, type, evidence: how, via: null });
    const full: Lineage = {
      nodes: [node('s', 'Step'), node('v1', 'Value'), node('v2', 'Value'), node('v3', 'Value'), node('a', 'ArtifactVersion'), node('b', 'ArtifactVersion')],
      edges: [
        edge('s', 'v1', 'USED', 'observed'), edge('v1', 'v2', 'WAS_DERIVED_FROM', 'inferred'), edge('v2', 'a', 'CARRIED', 'observed'),
        edge('v2', 'b', 'CARRIED', 'observed'), edge('s', 'v3', 'USED', 'declared'), edge('v3', 'b', 'CARRIED', 'observed'),
      ],
      tries: {},
      roots: ['s'],
    };
    const { edges } = fold(full, { values: false, attempts: false });
    expect(edges.map(({ to, evidence: how }) => [to, how]).toSorted()).toEqual([['a', 'inferred'], ['b', 'declared']]);
    expect(weakness('observed')).toBeLessThan(weakness('followed'));
  });

  it('folds failed attempts into their step, and marks what only they say', async () => {
    const trace = await loaded.graph.trace(ids.prepareRun);
    const view = fold(trace, { values: false, attempts: false });
    const step = view.nodes.find(({ id }) => id === ids.cleanStep)!;
    expect(step.attempts.map(({ properties }) => properties['status'])).toEqual(['failed', 'completed']);
    expect(view.edges.find(({ to }) => to === ids.rawFlights)?.failedOnly).toBe(false);

    const failedOnly = { ...trace, edges: trace.edges.filter(({ from, to }) => !(to === ids.rawFlights && from !== step.attempts[0]!.id)) };
    expect(fold(failedOnly, { values: false, attempts: false }).edges.find(({ to }) => to === ids.rawFlights)?.failedOnly).toBe(true);
  });
});

describe('bundling', () => {
  it('draws twenty predictions of one step as one, and the one that was asked for apart', async () => {
    const trace = await loaded.graph.trace(ids.model, { direction: 'downstream' });
    const view = bundle(fold(trace, { values: false, attempts: false }));
    const stack = view.nodes.find(({ members }) => members.length > 0)!;
    expect(stack.members.map(({ id }) => id).toSorted()).toEqual(ids.predictions.toSorted());
    for (const id of ids.predictions) expect(view.holders.get(id)).toBe(stack.id);
    expect(view.edges.filter(({ from }) => from === stack.id)).toHaveLength(1);
  });
});

describe('the outline', () => {
  it('lists every drawn node, each followed once', () => {
    fc.assert(
      fc.property(lineage, options, fc.constantFrom('upstream' as const, 'downstream' as const), (full, chosen, direction) => {
        const view = fold(full, chosen);
        const items = visibleItems(makeTree(view, direction), () => false);
        const first = items.filter(({ again }) => !again).map(({ id }) => id);
        expect(first.toSorted()).toEqual(view.nodes.map(({ id }) => id).toSorted());
        expect(new Set(items.map(({ key }) => key)).size).toBe(items.length);
      }),
    );
  });
});

describe('the column layout', () => {
  it('places every node, no two on each other', () => {
    const nodes = Array.from({ length: 5000 }, (_, index) => ({ id: `Step/${index}`, labels: ['Step'], properties: {} }));
    const edges = nodes.slice(1).map(({ id }, index) => ({ from: id, to: `Step/${index % 7 === 0 ? index : Math.floor(index / 2)}`, type: 'FOLLOWED', evidence: 'observed' as const, via: null }));
    const view = fold({ nodes, edges, roots: [], tries: {} }, { values: true, attempts: true });
    const { positions } = placeInColumns(view, nodes.map(({ id }) => ({ id, width: 150, height: 48 })));
    expect(new Set([...positions.values()].map(({ x, y }) => `${x} ${y}`)).size).toBe(5000);
    for (const { from, to } of view.edges) expect(positions.get(to)!.x).toBeLessThan(positions.get(from)!.x);
  });
});
