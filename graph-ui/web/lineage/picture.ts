// Runs in: browser. From a trace to what is drawn of it: folded, look-alikes joined, and of that the part that is open.
import type { Trace } from '../../../plugin/graph/answers.ts';
import { KEY_LENGTH, shortKey } from '../base/short-key.ts';
import { bundle } from './bundle.ts';
import { fold } from './fold.ts';
import { Opened } from './opened.ts';
import { Reveal } from './reveal.ts';
import { thin } from './thin.ts';
import { Ways } from './paths.ts';
import type { View } from './view.ts';

/** How the trace is to be drawn: the part of the page's state that says so. */
export interface Wanted {
  values: boolean;
  attempts: boolean;
  each: boolean;
  all: boolean;
  open: string;
  path: string;
}

export interface Picture {
  /** What is drawn. */
  view: View;
  /** How many nodes are drawn when all is open. */
  total: number;
  /** Nodes that look alike and are drawn, or could be drawn, as one. */
  alike: number;
  opened: Opened;
  reveal: Reveal;
  /** Set when the paths between two nodes are asked for, which may be none; those are then all that is drawn. */
  path: Path | null;
  /** What is opened once these look-alikes are opened, or closed if they are open. */
  toggledBundle(id: string): Opened;
}

export interface Path {
  /** Ids; undefined for one that is not in this trace. */
  ends: [string | undefined, string | undefined];
  nodes: Set<string>;
}

/** Names the path between two nodes in the page's state. */
export function pathBetween(a: string, b: string): string {
  return shortKey(a) + shortKey(b);
}

export function pictureOf(trace: Trace, wanted: Wanted): Picture {
  const folded = wanted.values ? fold(trace, wanted) : thin(fold(trace, wanted));
  const whole = bundle(folded);
  const opened = Opened.read(wanted.open);
  const reveal = new Reveal(whole, trace.direction, opened, wanted.all);
  const isOpen = (id: string): boolean => opened.get('bundle', id) ?? wanted.each;
  const foldedNodes = new Map(folded.nodes.map((node) => [node.id, node]));
  const path = wanted.path === '' ? null : findPath(whole, wanted.path);
  const shown = path !== null && path.nodes.size > 0 ? path.nodes : reveal.visible;
  const nodes = whole.nodes
    .filter(({ id }) => shown.has(id))
    .map((node) => (node.members.length > 0 && isOpen(node.id) ? { ...node, inside: node.members.map(({ id }) => foldedNodes.get(id)!) } : node));
  const openBundles = new Set(nodes.filter(({ inside }) => inside.length > 0).map(({ id }) => id));
  // What is inside of open look-alikes is drawn itself, and its attempts as it.
  const holders = new Map<string, string>();
  for (const [id, holder] of whole.holders) {
    const own = openBundles.has(holder) ? folded.holders.get(id) : holder;
    if (own !== undefined) holders.set(id, own);
  }
  const view: View = {
    ...whole,
    nodes,
    edges: whole.edges.filter(({ from, to }) => shown.has(from) && shown.has(to)),
    holders,
  };
  return {
    view,
    total: whole.nodes.length,
    alike: whole.folded.bundled,
    opened,
    reveal,
    path,
    toggledBundle: (id) => opened.with('bundle', id, !isOpen(id), wanted.each),
  };
}

function findPath(whole: View, path: string): Path {
  const keys = [path.slice(0, KEY_LENGTH), path.slice(KEY_LENGTH)];
  const ids = new Map([...whole.nodes.map(({ id }) => id), ...whole.holders.keys()].map((id) => [shortKey(id), id]));
  const [a, b] = keys.map((key) => ids.get(key));
  const drawnAs = (id: string): string => whole.holders.get(id) ?? id;
  return { ends: [a, b], nodes: a === undefined || b === undefined ? new Set() : new Ways(whole).between(drawnAs(a), drawnAs(b)) };
}
