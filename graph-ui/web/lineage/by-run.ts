// Runs in: browser. Draws runs as one node each: what a run keeps to itself is in it, what it shares with others stays outside.
import type { AnswerNode } from '../../../plugin/graph/answers.ts';
import { isA } from './fold.ts';
import { joinEdges } from './join.ts';
import type { TraceIndex } from './trace-index.ts';
import type { View, ViewNode } from './view.ts';

/** The run that a node is drawn in. Nodes that are in none are left out. */
export type InRun = Map<string, AnswerNode>;

/**
 * Steps, attempts and values are in the run that they are part of. So is an artifact that only steps of one run made and
 * used; one that came in from outside, or that is there when the run is over, is not.
 */
export function runsOf({ nodes, edges }: View, index: TraceIndex): InRun {
  const inRun: InRun = new Map();
  const artifacts = nodes.filter(({ node }) => isA(node, 'ArtifactVersion'));
  for (const { id, node, root } of nodes) {
    const run = root || isA(node, 'ArtifactVersion') ? undefined : index.runOf(id);
    if (run !== undefined) inRun.set(id, run);
  }
  const beside = new Map<string, { made: Set<string>; used: Set<string> }>(artifacts.map(({ id }) => [id, { made: new Set(), used: new Set() }]));
  for (const { from, to } of edges) {
    beside.get(from)?.made.add(inRun.get(to)?.id ?? '');
    beside.get(to)?.used.add(inRun.get(from)?.id ?? '');
  }
  const ofSteps = new Map([...inRun.values()].map((run) => [run.id, run]));
  for (const { id, root } of artifacts) {
    const { made, used } = beside.get(id)!;
    const runs = new Set([...made, ...used]);
    const run = made.size > 0 && used.size > 0 && runs.size === 1 ? ofSteps.get([...runs][0]!) : undefined;
    if (run !== undefined && !root) inRun.set(id, run);
  }
  return inRun;
}

/** The view with each of these runs as one node. */
export function joinRuns(view: View, inRun: InRun): View {
  if (inRun.size === 0) return view;
  const drawnAs = (id: string): string => inRun.get(id)?.id ?? id;
  const runs = new Map<string, ViewNode>();
  for (const node of view.nodes) {
    const run = inRun.get(node.id);
    if (run === undefined) continue;
    const there = runs.get(run.id) ?? { id: run.id, node: run, root: false, attempts: [], tries: 1, members: [], inside: [], steps: 0 };
    if (isA(node.node, 'Step')) there.steps += Math.max(1, node.members.length);
    runs.set(run.id, there);
  }
  return {
    ...view,
    nodes: [...view.nodes.filter(({ id }) => !inRun.has(id)), ...runs.values()],
    edges: joinEdges(view.edges, drawnAs),
    holders: new Map([...[...view.holders].map(([id, holder]) => [id, drawnAs(holder)] as const), ...[...inRun].map(([id, run]) => [id, run.id] as const)]),
  };
}
