// Runs in: browser. Makes a trace legible: Attempts are drawn as their Step, Values as the edges that they make.
// What is reachable stays reachable: every way between two drawn nodes is a way in the drawing.
import type { AnswerEdge, AnswerNode, Evidence, Trace } from '../../../plugin/graph/answers.ts';
import { earlierPlace } from '../../../plugin/model/place.ts';
import { EVIDENCE } from '../../../plugin/model/record.ts';
import { stronger, weakness } from './evidence.ts';
import type { View, ViewEdge, ViewNode } from './view.ts';

export interface FoldOptions {
  /** Draw Values. */
  values: boolean;
  /** Draw Attempts. */
  attempts: boolean;
}

type Lineage = Pick<Trace, 'nodes' | 'edges' | 'roots' | 'tries'>;

/** A trace's edge after its ends have moved to the nodes that hold them. */
interface MovedEdge {
  from: string;
  to: string;
  edge: AnswerEdge;
  failed: boolean;
}

export function fold(trace: Lineage, options: FoldOptions): View {
  const nodes = new Map(trace.nodes.map((node) => [node.id, node]));
  const holders = options.attempts ? new Map<string, string>() : attemptHolders(trace, nodes);
  const holderOf = (id: string): string => holders.get(id) ?? id;
  const roots = new Set(trace.roots.map(holderOf));
  const isHidden = (id: string): boolean => !options.values && !roots.has(id) && isA(nodes.get(id), 'Value');

  const viewNodes = new Map<string, ViewNode>();
  for (const node of trace.nodes) {
    if (holders.has(node.id) || isHidden(node.id)) continue;
    viewNodes.set(node.id, { id: node.id, node, root: roots.has(node.id), attempts: [], tries: trace.tries[node.id] ?? 1, members: [], inside: [], steps: 0 });
  }
  for (const [attempt, step] of holders) viewNodes.get(step)?.attempts.push(nodes.get(attempt)!);
  for (const node of viewNodes.values()) node.attempts.sort((a, b) => attemptNumber(a) - attemptNumber(b));

  const moved = moveEdges(trace.edges, nodes, holderOf);
  const edges = joinEdges(moved, isHidden);
  return {
    nodes: [...viewNodes.values()],
    edges,
    holders,
    frames: [],
    folded: {
      attempts: holders.size,
      values: trace.nodes.filter((node) => isHidden(node.id)).length,
      bundled: 0,
    },
  };
}

/** Which Step each Attempt is drawn as. An Attempt whose Step is beyond the trace's limit stays. */
function attemptHolders(trace: Lineage, nodes: Map<string, AnswerNode>): Map<string, string> {
  const holders = new Map<string, string>();
  for (const { type, from, to } of trace.edges) {
    if (type === 'ATTEMPT_OF' && isA(nodes.get(from), 'Attempt') && nodes.has(to)) holders.set(from, to);
  }
  return holders;
}

function moveEdges(edges: AnswerEdge[], nodes: Map<string, AnswerNode>, holderOf: (id: string) => string): MovedEdge[] {
  const moved: MovedEdge[] = [];
  for (const edge of edges) {
    if (!nodes.has(edge.from) || !nodes.has(edge.to)) continue;
    const from = holderOf(edge.from);
    const to = holderOf(edge.to);
    if (from === to) continue;
    moved.push({ from, to, edge, failed: isFailed(nodes.get(edge.from)) || isFailed(nodes.get(edge.to)) });
  }
  return moved;
}

/** One edge for each two drawn nodes between which there is an edge, or a way through hidden nodes alone. */
function joinEdges(moved: MovedEdge[], isHidden: (id: string) => boolean): ViewEdge[] {
  const onward = new Map<string, MovedEdge[]>();
  for (const edge of moved) {
    const list = onward.get(edge.from);
    if (list === undefined) onward.set(edge.from, [edge]);
    else list.push(edge);
  }
  const joined = new Map<string, ViewEdge>();
  const join = (from: string, to: string, evidence: Evidence | null): ViewEdge => {
    const id = `${from}\n${to}`;
    let edge = joined.get(id);
    if (edge === undefined) {
      edge = { id, from, to, evidence, parts: [], throughValues: false, failedOnly: true };
      joined.set(id, edge);
    }
    edge.evidence = stronger(edge.evidence, evidence);
    return edge;
  };
  for (const [from, edges] of onward) {
    if (isHidden(from)) continue;
    for (const { to, edge, failed } of edges) {
      if (isHidden(to)) continue;
      const drawn = join(from, to, edge.evidence);
      drawn.parts.push(edge);
      drawn.failedOnly &&= failed;
    }
    for (const [to, evidence] of waysThroughHidden(from, onward, isHidden)) {
      const drawn = join(from, to, evidence);
      drawn.throughValues = true;
      drawn.failedOnly = false;
    }
  }
  return [...joined.values()];
}

/**
 * What can be reached from `from` through hidden nodes alone, with the evidence of the best way to it. One search for
 * each strength, strongest first: the first that arrives is the way whose weakest edge is strongest. Ways are never
 * listed one by one, as there may be more of them than atoms.
 */
function waysThroughHidden(
  from: string,
  onward: Map<string, MovedEdge[]>,
  isHidden: (id: string) => boolean,
): Map<string, Evidence> {
  const found = new Map<string, Evidence>();
  for (const evidence of EVIDENCE) {
    const limit = weakness(evidence);
    // A Value is gone through from a place inside it only to what that place is about.
    const seen = new Set<string>();
    const queue: [id: string, place: string][] = [[from, '']];
    for (let at = queue.pop(); at !== undefined; at = queue.pop()) {
      const [id, place] = at;
      for (const { to, edge } of onward.get(id) ?? []) {
        const next = earlierPlace(edge, place);
        if (next === undefined || weakness(edge.evidence) > limit) continue;
        if (!isHidden(to)) {
          if (id !== from && to !== from && !found.has(to)) found.set(to, evidence);
        } else if (!seen.has(`${to}\n${next}`)) {
          seen.add(`${to}\n${next}`);
          queue.push([to, next]);
        }
      }
    }
  }
  return found;
}

export function isA(node: AnswerNode | undefined, label: string): boolean {
  return node?.labels.includes(label) === true;
}

function isFailed(node: AnswerNode | undefined): boolean {
  return isA(node, 'Attempt') && attemptFailed(node!);
}

/** Whether an attempt ended without a result. */
export function attemptFailed(attempt: AnswerNode): boolean {
  const { status, failureType } = attempt.properties;
  if (typeof status === 'string') return /fail|time|cancel|terminat|lost/i.test(status);
  return typeof failureType === 'string' && failureType !== '';
}

export function attemptNumber(attempt: AnswerNode): number {
  const { number, attempt: other } = attempt.properties;
  return typeof number === 'number' ? number : typeof other === 'number' ? other : 0;
}
