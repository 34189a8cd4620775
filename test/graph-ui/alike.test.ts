// Runs in: tests. What is drawn as one: the many branches of a fan-out, whether they share their inputs or have each their own.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lookAlikes } from '../../graph-ui/web/lineage/alike.ts';
import { bundle } from '../../graph-ui/web/lineage/bundle.ts';
import { drawnWays } from '../../graph-ui/web/lineage/paths.ts';
import type { View, ViewEdge, ViewNode } from '../../graph-ui/web/lineage/view.ts';

/** @param pairs of ids, the later one first; those that begin with `step` are steps of the activity that comes next in their id */
function viewOf(pairs: [string, string][], roots: string[] = []): View {
  const nodes = [...new Set(pairs.flat())].map((id): ViewNode => {
    const [label, name] = id.split(' ');
    const node = label === 'step' ? { id, labels: ['Step'], properties: { activityType: name! } } : { id, labels: ['ArtifactVersion', 'dataset'], properties: {} };
    return { id, node, root: roots.includes(id), attempts: [], tries: 1, members: [], inside: [], steps: 0 };
  });
  const edges = pairs.map(([from, to]): ViewEdge => ({ id: `${from}\n${to}`, from, to, evidence: 'observed', parts: [], throughValues: false, failedOnly: false }));
  return { nodes, edges, holders: new Map(), frames: [], folded: { values: 0, attempts: 0, bundled: 0 } };
}

const range = (number: number): number[] => Array.from({ length: number }, (_, at) => at);
/** Each of `number` files cleaned by a step of its own, and all of what comes of it joined. */
const fanOut = (number: number, into: string, from = 0): [string, string][] =>
  range(number).flatMap((at): [string, string][] => [[`step clean ${from + at}`, `raw ${from + at}`], [`clean ${from + at}`, `step clean ${from + at}`], [into, `clean ${from + at}`]]);
const sizes = (view: View): number[] => bundle(view).nodes.map(({ members }) => members.length).filter((length) => length > 0).toSorted((a, b) => a - b);
const drawn = (view: View): string[] => bundle(view).nodes.map(({ id }) => id).toSorted();

describe('a fan-out', () => {
  it('of which each branch has an input of its own is drawn as one branch', () => {
    const view = viewOf(fanOut(500, 'step join'));
    expect(drawn(view)).toEqual(['bundle/clean 0', 'bundle/raw 0', 'bundle/step clean 0', 'step join']);
    expect(sizes(view)).toEqual([500, 500, 500]);
    expect(bundle(view).edges).toHaveLength(3);
  });

  it('into several things is one for each of them', () => {
    const view = viewOf([...fanOut(10, 'step join a'), ...fanOut(20, 'step join b', 10)]);
    expect(sizes(view)).toEqual([10, 10, 10, 20, 20, 20]);
  });

  it('lets a branch stand apart of which more came than of the others, or that was asked for', () => {
    expect(drawn(viewOf([...fanOut(9, 'step join'), ['step inspect', 'clean 4']]))).toEqual(expect.arrayContaining(['raw 4', 'step clean 4', 'clean 4', 'step inspect']));
    expect(sizes(viewOf(fanOut(9, 'step join'), ['raw 7']))).toEqual([8, 8, 8]);
  });

  it('is none where there are few', () => {
    expect(sizes(viewOf(fanOut(5, 'step join')))).toEqual([]);
  });

  it('keeps other activities and other kinds of things apart', () => {
    const view = viewOf(range(12).map((at): [string, string] => [`step ${at % 2 === 0 ? 'score' : 'explain'} ${at}`, 'model']));
    expect(sizes(view)).toEqual([6, 6]);
  });
});

it('draws a chain of steps alike one by one, however long it is', () => {
  expect(sizes(viewOf(range(3000).map((at) => [`step improve ${at + 1}`, `step improve ${at}`])))).toEqual([]);
});

it('lights the way of one branch alone, drawn as one with others or beside them', () => {
  const single = viewOf(fanOut(9, 'step join'));
  const closed = bundle(single);
  const open: View = {
    ...closed,
    nodes: closed.nodes.map((node) => ({ ...node, inside: node.members.map(({ id }) => single.nodes.find((other) => other.id === id)!) })),
    holders: new Map(),
  };
  expect([...drawnWays(open, single).through('raw 3')].toSorted()).toEqual(['bundle/clean 0', 'bundle/raw 0', 'bundle/step clean 0', 'clean 3', 'raw 3', 'step clean 3', 'step join']);
  expect([...drawnWays(closed, single).through('bundle/raw 0')].toSorted()).toEqual(['bundle/clean 0', 'bundle/raw 0', 'bundle/step clean 0', 'step join']);
});

describe('any graph', () => {
  const graph = fc.integer({ min: 6, max: 40 }).chain((number) => fc.array(fc.tuple(fc.nat(number - 1), fc.nat(number - 1)), { minLength: 1, maxLength: 3 * number })
    .map((pairs) => viewOf([...new Map(pairs.filter(([a, b]) => a !== b).map(([a, b]): [string, [string, string]] => [`${a} ${b}`, [`step a ${a}`, `step a ${b}`]])).values()])));
  /** A graph several times, so that there is much that looks alike. */
  const repeated = fc.tuple(graph, fc.integer({ min: 6, max: 9 })).map(([{ edges }, times]) =>
    viewOf(range(times).flatMap((time) => edges.map(({ from, to }): [string, string] => [`${from}/${time}`, to.endsWith(' 0') ? to : `${to}/${time}`]))));

  it('says of each of them what it draws of all: an edge from a bundle is an edge from every one in it', () => {
    fc.assert(fc.property(fc.oneof(graph, repeated), (view) => {
      const classes = new Map(lookAlikes(view, () => '').flatMap((members) => members.map(({ id }) => [id, members.map((member) => member.id)] as const)));
      for (const { from, to } of view.edges) {
        for (const member of classes.get(from) ?? []) expect(view.edges.some((edge) => edge.from === member && (classes.get(to) ?? [to]).includes(edge.to))).toBe(true);
        for (const member of classes.get(to) ?? []) expect(view.edges.some((edge) => edge.to === member && (classes.get(from) ?? [from]).includes(edge.from))).toBe(true);
      }
    }));
  });
});
