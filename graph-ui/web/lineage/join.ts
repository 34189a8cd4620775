// Runs in: browser. Moves edges to the nodes that theirs are drawn as, and joins those that then run between the same two.
import { stronger } from './evidence.ts';
import type { ViewEdge } from './view.ts';

/** @param drawnAs the node that another is drawn as; itself, if it is drawn */
export function joinEdges(edges: ViewEdge[], drawnAs: (id: string) => string): ViewEdge[] {
  const moved = new Map<string, ViewEdge>();
  for (const edge of edges) {
    const from = drawnAs(edge.from);
    const to = drawnAs(edge.to);
    if (from === to) continue;
    const id = `${from}\n${to}`;
    const there = moved.get(id);
    if (there === undefined) {
      moved.set(id, { ...edge, id, from, to, parts: [...edge.parts] });
    } else {
      there.parts.push(...edge.parts);
      there.evidence = stronger(there.evidence, edge.evidence);
      there.throughValues ||= edge.throughValues;
      there.failedOnly &&= edge.failedOnly;
    }
  }
  return [...moved.values()];
}
