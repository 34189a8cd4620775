// Runs in: browser. Draws many look-alikes as one: the twenty predictions of one step become a stack that can be opened.
import type { AnswerNode } from '../../../plugin/graph/answers.ts';
import { lookAlikes } from './alike.ts';
import { joinEdges } from './join.ts';
import type { View, ViewNode } from './view.ts';

/**
 * Joins nodes that look alike. What leads to one of them leads to the bundle: which of its members it is, only the
 * view before tells.
 * @param groupOf only nodes of one group are joined; null for a node that stays by itself
 */
export function bundle(view: View, groupOf: (node: ViewNode) => string | null = () => ''): View {
  const holders = new Map(view.holders);
  const bundles: ViewNode[] = [];
  const bundleOf = new Map<string, string>();
  for (const group of lookAlikes(view, groupOf)) {
    const made = makeBundle(group);
    bundles.push(made);
    for (const { id } of group) bundleOf.set(id, made.id);
  }
  if (bundles.length === 0) return view;
  for (const [id, holder] of holders) holders.set(id, bundleOf.get(holder) ?? holder);
  for (const [id, holder] of bundleOf) holders.set(id, holder);
  return {
    nodes: [...view.nodes.filter(({ id }) => !bundleOf.has(id)), ...bundles],
    edges: joinEdges(view.edges, (id) => bundleOf.get(id) ?? id),
    holders,
    frames: view.frames,
    folded: { ...view.folded, bundled: view.folded.bundled + bundleOf.size },
  };
}

function makeBundle(group: ViewNode[]): ViewNode {
  const sorted = group.toSorted((a, b) => compare(a.node, b.node));
  const first = sorted[0]!;
  return {
    id: `bundle/${first.id}`,
    node: first.node,
    root: false,
    attempts: sorted.flatMap(({ attempts }) => attempts),
    tries: 1,
    members: sorted.map(({ node }) => node),
    inside: [],
    steps: 0,
  };
}

function compare(a: AnswerNode, b: AnswerNode): number {
  return a.id.localeCompare(b.id, undefined, { numeric: true });
}
