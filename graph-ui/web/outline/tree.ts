// Runs in: browser. The drawn graph as a tree to read: from what was asked for, edge by edge, the way the question goes.
import type { AnswerNode } from '../../../plugin/graph/answers.ts';
import type { Side } from '../lineage/reveal.ts';
import type { View, ViewNode } from '../lineage/view.ts';

export interface TreeItem {
  /** Unique in the tree; a node that can be reached on several ways has several items. */
  key: string;
  /** What selecting it selects. */
  id: string;
  /** Null for a member of a bundle. */
  view: ViewNode | null;
  node: AnswerNode;
  /** 1 at the top. */
  level: number;
  /** How far to move it right: chains without branches stay where they are, or deep lineage would leave the screen. */
  indent: number;
  parent: TreeItem | null;
  children: TreeItem[];
  /** Already listed above, with what follows from it. */
  again: boolean;
  /** To which sides the graph goes on from it here. */
  sides: Side[];
  /** Not open until somebody opens it. */
  closedAtFirst: boolean;
}

/**
 * Makes the tree; each node is followed at its first place only, so that it is never larger than the graph's edges.
 * @param isBoth the other direction follows after the first
 */
export function makeTree(view: View, direction: 'upstream' | 'downstream', isBoth = false): TreeItem[] {
  const nodes = new Map(view.nodes.map((node) => [node.id, node]));
  const earlier = new Map<string, string[]>();
  const later = new Map<string, string[]>();
  for (const { from, to } of view.edges) {
    push(earlier, from, to);
    push(later, to, from);
  }
  const ways = { earlier, later };
  const [next, other]: [Side, Side] = direction === 'upstream' ? ['earlier', 'later'] : ['later', 'earlier'];
  const seen = new Set<string>();
  const top: TreeItem[] = [];
  const start = (node: ViewNode, side: Side, sides = [side]): void => {
    if (seen.has(node.id)) return;
    const root = makeItem(node, null, sides, seen);
    top.push(root);
    // A stack instead of recursion: lineage can be deeper than the call stack.
    const stack = [root];
    for (let item = stack.pop(); item !== undefined; item = stack.pop()) {
      if (item.again || item.view === null) continue;
      const children = (ways[side].get(item.id) ?? []).map((id) => nodes.get(id)).filter((child) => child !== undefined);
      for (const child of children) item.children.push(makeItem(child, item, [side], seen));
      const branches = item.children.length > 1 ? 1 : 0;
      for (const child of item.children) child.indent = item.indent + branches;
      stack.push(...item.children.toReversed());
    }
  };
  const roots = view.nodes.filter(({ root }) => root);
  for (const node of roots) start(node, next, isBoth ? [next, other] : [next]);
  if (isBoth) for (const { id } of roots) for (const beside of ways[other].get(id) ?? []) start(nodes.get(beside)!, other);
  for (const node of view.nodes) start(node, next);
  return top;
}

function push(map: Map<string, string[]>, id: string, other: string): void {
  const list = map.get(id);
  if (list === undefined) map.set(id, [other]);
  else list.push(other);
}

function makeItem(view: ViewNode, parent: TreeItem | null, sides: Side[], seen: Set<string>): TreeItem {
  const item: TreeItem = {
    key: `${parent === null ? '' : parent.id} ${view.id}`,
    id: view.id,
    view,
    node: view.node,
    level: (parent?.level ?? 0) + 1,
    indent: 0,
    parent,
    children: [],
    again: seen.has(view.id),
    sides,
    closedAtFirst: view.members.length > 0 && view.inside.length === 0,
  };
  seen.add(view.id);
  if (item.again) return item;
  item.children = view.members.map((node) => ({
    key: `${view.id} ${node.id}`,
    id: node.id,
    view: null,
    node,
    level: item.level + 1,
    indent: 0,
    parent: item,
    children: [],
    again: false,
    sides,
    closedAtFirst: false,
  }));
  return item;
}

/** The items that can be seen, in reading order, when those in `closed` are closed. */
export function visibleItems(top: TreeItem[], isClosed: (item: TreeItem) => boolean): TreeItem[] {
  const items: TreeItem[] = [];
  const stack = top.toReversed();
  for (let item = stack.pop(); item !== undefined; item = stack.pop()) {
    items.push(item);
    if (!isClosed(item)) stack.push(...item.children.toReversed());
  }
  return items;
}
