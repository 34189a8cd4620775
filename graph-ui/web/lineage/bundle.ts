// Runs in: browser. Draws many look-alikes as one: the twenty predictions of one step become a stack that can be opened.
import type { AnswerNode } from '../../../plugin/graph/answers.ts';
import { joinEdges } from './join.ts';
import type { View, ViewNode } from './view.ts';

/** Fewer look-alikes than this are drawn one by one. */
const FEWEST = 6;

/**
 * Joins nodes of one kind that have exactly the same neighbours. Nothing is lost: a bundle has each of its members'
 * edges, and they all had the same. Roots stay by themselves.
 * @param groupOf only nodes of one group are joined; null for a node that stays by itself
 */
export function bundle(view: View, groupOf: (node: ViewNode) => string | null = () => ''): View {
  const groups = new Map<string, ViewNode[]>();
  const signatures = neighbourSignatures(view);
  for (const node of view.nodes) {
    const signature = signatures.get(node.id);
    const among = groupOf(node);
    if (node.root || signature === undefined || among === null) continue;
    const key = `${node.node.labels.join(':')}\n${among}\n${signature}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [node]);
    else group.push(node);
  }
  const holders = new Map(view.holders);
  const bundles: ViewNode[] = [];
  const bundleOf = new Map<string, string>();
  for (const group of groups.values()) {
    if (group.length < FEWEST) continue;
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

/** For each node that has neighbours: who they are, as one string. */
function neighbourSignatures(view: View): Map<string, string> {
  const lists = new Map<string, string[]>();
  const add = (id: string, mark: string): void => {
    const list = lists.get(id);
    if (list === undefined) lists.set(id, [mark]);
    else list.push(mark);
  };
  for (const { from, to, evidence } of view.edges) {
    add(from, `> ${to} ${evidence}`);
    add(to, `< ${from} ${evidence}`);
  }
  return new Map([...lists].map(([id, marks]) => [id, marks.sort().join('\n')]));
}

function makeBundle(group: ViewNode[]): ViewNode {
  const sorted = group.toSorted((a, b) => compare(a.node, b.node));
  const first = sorted[0]!;
  return {
    id: `bundle/${first.id}`,
    node: first.node,
    root: false,
    attempts: sorted.flatMap(({ attempts }) => attempts),
    members: sorted.map(({ node }) => node),
    inside: [],
    steps: 0,
  };
}

function compare(a: AnswerNode, b: AnswerNode): number {
  return a.id.localeCompare(b.id, undefined, { numeric: true });
}
