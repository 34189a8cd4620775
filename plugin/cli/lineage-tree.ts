// Runs in: CLI. A trace as what a person reads: versions and steps, with attempts and values folded away.
import type { AnswerNode, Trace } from '../graph/answers.ts';
import { earlierPlace, laterPlace } from '../model/place.ts';

export interface TreeNode {
  node: AnswerNode;
  /** Attempts of a step that are in the trace, in order. */
  attempts: AnswerNode[];
  run: AnswerNode | undefined;
  /** What it was made of; downstream, what came of it. */
  next: string[];
}

/** The versions and steps of a trace, and how they hang together. Roots of other kinds are kept as they are. */
export function lineageTree(trace: Trace): { roots: string[]; nodes: Map<string, TreeNode> } {
  const byId = new Map(trace.nodes.map((node) => [node.id, node]));
  const runs = new Map(trace.context.nodes.filter(({ labels }) => labels[0] === 'Run').map((node) => [node.id, node]));
  const partOf = new Map<string, AnswerNode>();
  for (const { from, to, type } of trace.context.edges) if (type === 'PART_OF' && runs.has(to)) partOf.set(from, runs.get(to)!);
  // An attempt is read as its step.
  const stepOf = new Map(trace.edges.filter(({ type, from }) => type === 'ATTEMPT_OF' && !trace.roots.includes(from)).map(({ from, to }) => [from, to]));
  const attempts = new Map<string, AnswerNode[]>();
  for (const [attempt, step] of stepOf) attempts.set(step, [...(attempts.get(step) ?? []), byId.get(attempt)!]);
  const ways = new Map<string, Way[]>();
  const onward = trace.direction === 'upstream' ? earlierPlace : laterPlace;
  for (const edge of trace.edges) {
    // A batch comes before its predictions; other collections come after their members.
    const isOnward = edge.via === 'batch' ? trace.direction === 'downstream' : trace.direction === 'upstream';
    const [start, end] = (isOnward ? [edge.from, edge.to] : [edge.to, edge.from]).map((id) => stepOf.get(id) ?? id) as [string, string];
    if (start !== end) ways.set(start, [...(ways.get(start) ?? []), { to: end, onward: (place) => (edge.via === 'batch' ? place : onward(edge, place)) }]);
  }
  const shown = ({ id, labels }: AnswerNode) => labels[0] === 'Step' || labels[0] === 'ArtifactVersion' || trace.roots.includes(id);
  const nodes = new Map<string, TreeNode>();
  for (const node of trace.nodes.filter((each) => shown(each) && !stepOf.has(each.id))) {
    const next = nearest(node.id, ways, (id) => shown(byId.get(id)!)).sort((a, b) => Number(isStep(byId.get(a)!)) - Number(isStep(byId.get(b)!)));
    nodes.set(node.id, { node, attempts: (attempts.get(node.id) ?? []).sort(byStart), run: partOf.get(node.id), next });
  }
  return { roots: trace.roots.filter((id) => nodes.has(id)), nodes };
}

const isStep = ({ labels }: AnswerNode) => labels[0] === 'Step';

/** One edge, seen from where the trace comes from. */
interface Way {
  to: string;
  onward(place: string): string | undefined;
}

/** The first shown things along each way, going through a Value only from a place to what that place is about. */
function nearest(start: string, ways: Map<string, Way[]>, isShown: (id: string) => boolean): string[] {
  const found = new Set<string>();
  const seen = new Set<string>();
  const open: [id: string, place: string][] = [[start, '']];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    for (const { to, onward } of ways.get(at[0]) ?? []) {
      const place = onward(at[1]);
      if (place === undefined || to === start || seen.has(`${to}\n${place}`)) continue;
      seen.add(`${to}\n${place}`);
      if (isShown(to)) found.add(to);
      else open.push([to, place]);
    }
  }
  return [...found];
}

function byStart(a: AnswerNode, b: AnswerNode): number {
  return String(a.properties.workerStartedAt ?? '') < String(b.properties.workerStartedAt ?? '') ? -1 : 1;
}
