// Runs in: browser. From a trace to what is drawn of it: folded, look-alikes joined, and of that the part that is open.
import type { AnswerNode, Trace } from '../../../plugin/graph/answers.ts';
import { KEY_LENGTH, shortKey } from '../base/short-key.ts';
import { bundle } from './bundle.ts';
import { joinRuns, runsOf, type InRun } from './by-run.ts';
import { fold } from './fold.ts';
import { Opened } from './opened.ts';
import { Reveal, SIDES } from './reveal.ts';
import { thin } from './thin.ts';
import { Ways } from './paths.ts';
import type { TraceIndex } from './trace-index.ts';
import type { View, ViewNode } from './view.ts';

/** How the trace is to be drawn: the part of the page's state that says so. */
export interface Wanted {
  values: boolean;
  attempts: boolean;
  each: boolean;
  runs: boolean;
  all: boolean;
  around: boolean;
  open: string;
  path: string;
}

export interface Picture {
  /** What is drawn. */
  view: View;
  /** What would be drawn if nothing were joined: along it the ways go. */
  single: View;
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
  /** The same of a run. */
  toggledRun(id: string): Opened;
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

export function pictureOf(trace: Trace, index: TraceIndex, wanted: Wanted): Picture {
  const opened = Opened.read(wanted.open);
  const folded = wanted.values ? fold(trace, wanted) : thin(fold(trace, wanted));
  const inRun: InRun = wanted.runs ? runsOf(folded, index) : new Map();
  // Look-alikes within one run first; then what looks alike once runs are one node each, those that are open left alone.
  const alike = bundle(folded, ({ id }) => inRun.get(id)?.id ?? '');
  for (const node of alike.nodes) {
    const run = inRun.get(node.members[0]?.id ?? '');
    if (run !== undefined) inRun.set(node.id, run);
  }
  const isOpenRun = ({ id }: AnswerNode): boolean => opened.get('run', id) === true;
  const inOpen: InRun = new Map([...inRun].filter(([, run]) => isOpenRun(run)));
  const joined = joinRuns(alike, new Map([...inRun].filter(([, run]) => !isOpenRun(run))));
  const whole = wanted.runs ? bundle(joined, ({ id, members }) => (members.length > 0 || inOpen.has(id) ? null : '')) : joined;
  // What is drawn of an open run is drawn together.
  const units = joinRuns(whole, inOpen);
  const isOpen = (id: string): boolean => opened.get('bundle', id) ?? wanted.each;
  const reveal = new Reveal(units, wanted.around ? SIDES : [trace.direction === 'upstream' ? 'earlier' : 'later'], opened, wanted.all);
  const path = wanted.path === '' ? null : findPath(whole, folded, wanted.path);
  const isShown = (id: string): boolean => (path !== null && path.nodes.size > 0 ? path.nodes.has(id) : reveal.visible.has(inOpen.get(id)?.id ?? id));
  const byId = new Map([...folded.nodes, ...joined.nodes].map((node) => [node.id, node]));
  const nodes = whole.nodes
    .filter(({ id }) => isShown(id))
    .map((node) => (node.members.length > 0 && isOpen(node.id) ? { ...node, inside: node.members.map(({ id }) => byId.get(id)!) } : node));
  const framed = new Map<string, string[]>();
  for (const { id } of nodes) {
    const run = inOpen.get(id)?.id;
    if (run === undefined) continue;
    const ids = framed.get(run);
    if (ids) ids.push(id);
    else framed.set(run, [id]);
  }
  const frames = units.nodes.filter(({ id }) => framed.has(id)).map((node) => ({ node, ids: framed.get(node.id)! }));
  return {
    view: {
      ...whole,
      nodes,
      edges: whole.edges.filter(({ from, to }) => isShown(from) && isShown(to)),
      holders: holdersOf(whole, folded, nodes),
      frames,
    },
    single: folded,
    total: whole.nodes.length,
    alike: alike.folded.bundled,
    opened,
    reveal,
    path,
    toggledBundle: (id) => opened.with('bundle', id, !isOpen(id), wanted.each),
    toggledRun: (id) => opened.with('run', id, opened.get('run', id) !== true, false),
  };
}

/** As the whole view's; but what is inside of open look-alikes is drawn itself, and its attempts as it. */
function holdersOf(whole: View, folded: View, nodes: ViewNode[]): Map<string, string> {
  const drawn = new Set(nodes.flatMap(({ inside }) => inside).map(({ id }) => id));
  const holders = new Map<string, string>();
  for (const [id, holder] of whole.holders) {
    const own = folded.holders.get(id) ?? id;
    if (!drawn.has(id)) holders.set(id, drawn.has(own) ? own : holder);
  }
  return holders;
}

function findPath(whole: View, folded: View, path: string): Path {
  const ids = new Map([...folded.nodes, ...whole.nodes].map(({ id }) => [shortKey(id), id]));
  const [a, b] = [path.slice(0, KEY_LENGTH), path.slice(KEY_LENGTH)].map((key) => ids.get(key));
  const ways = new Ways(folded, (id) => [whole.holders.get(id) ?? id]);
  return { ends: [a, b], nodes: a === undefined || b === undefined ? new Set() : ways.between(a, b) };
}
