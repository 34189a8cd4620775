// Runs in: CLI. A trace as what a person reads: versions and steps, with attempts and values folded away.
import type { AnswerNode, Trace } from '../graph/answers.ts';

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
  const ways = new Map<string, string[]>();
  for (const { from, to } of trace.edges) {
    const [start, end] = (trace.direction === 'upstream' ? [from, to] : [to, from]).map((id) => stepOf.get(id) ?? id) as [string, string];
    if (start !== end) ways.set(start, [...(ways.get(start) ?? []), end]);
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

/** The first shown things along each way. */
function nearest(start: string, ways: Map<string, string[]>, isShown: (id: string) => boolean): string[] {
  const found = new Set<string>();
  const seen = new Set([start]);
  const open = [start];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    for (const to of ways.get(id) ?? []) {
      if (seen.has(to)) continue;
      seen.add(to);
      if (isShown(to)) found.add(to);
      else open.push(to);
    }
  }
  return [...found];
}

function byStart(a: AnswerNode, b: AnswerNode): number {
  return String(a.properties.workerStartedAt ?? '') < String(b.properties.workerStartedAt ?? '') ? -1 : 1;
}
