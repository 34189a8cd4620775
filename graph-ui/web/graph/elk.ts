// Runs in: browser. Layered layout by ELK, in a worker so that the page never freezes.
import ElkApi from 'elkjs/lib/elk-api.js';
import workerUrl from 'elkjs/lib/elk-worker.min.js?url';
import type { View } from '../lineage/view.ts';
import type { Box, Layout, Point } from './positions.ts';

const OPTIONS = {
  // Among equally good orders the one by name: twenty predictions are then listed as one expects.
  'elk.layered.considerModelOrder.strategy': 'PREFER_NODES',
  'elk.algorithm': 'layered',
  'elk.direction': 'RIGHT',
  'elk.edgeRouting': 'ORTHOGONAL',
  'elk.layered.spacing.nodeNodeBetweenLayers': '52',
  'elk.spacing.nodeNode': '22',
  'elk.layered.spacing.edgeNodeBetweenLayers': '22',
  'elk.layered.spacing.edgeEdgeBetweenLayers': '12',
  'elk.spacing.edgeNode': '18',
  'elk.spacing.edgeEdge': '12',
  'elk.spacing.componentComponent': '48',
};

type Elk = InstanceType<typeof ElkApi.default>;

/** Straighter edges, at a price that grows too fast: many seconds for some hundred nodes. */
const STRAIGHTER = { 'elk.layered.nodePlacement.strategy': 'NETWORK_SIMPLEX' };
const MOST_FOR_STRAIGHTER = 60;

interface PlacedEdge {
  sections?: { startPoint: Point; bendPoints?: Point[]; endPoint: Point }[];
}

let elk: Elk | null = null;

/** Half a second of reading and compiling, best spent while the trace is still on its way. */
export function wakeElk(): Elk {
  if (elk === null) {
    elk = new ElkApi.default({ workerUrl, algorithms: ['layered'] });
    const children = ['a', 'b'].map((id) => ({ id, width: 10, height: 10 }));
    elk.layout({ id: 'first', layoutOptions: OPTIONS, children, edges: [{ id: 'e', sources: ['a'], targets: ['b'] }] }).catch(() => undefined);
  }
  return elk;
}

/** @throws Error when ELK fails or has not answered after `milliseconds`; its worker is then ended */
export async function placeWithElk(view: View, boxes: Box[], milliseconds: number): Promise<Layout> {
  const number = new Map(boxes.map(({ id }, index) => [id, `n${index}`]));
  const graph = {
    id: 'trace',
    layoutOptions: boxes.length <= MOST_FOR_STRAIGHTER ? { ...OPTIONS, ...STRAIGHTER } : OPTIONS,
    children: boxes.map(({ id, width, height }) => ({ id: number.get(id)!, width, height })),
    edges: view.edges.map(({ from, to }, index) => ({
      id: `e${index}`,
      sources: [number.get(to)!],
      targets: [number.get(from)!],
    })),
  };
  const placed = await inTime(wakeElk().layout(graph), milliseconds);

  const positions = new Map<string, Point>();
  placed.children?.forEach((child, index) => {
    const { id, width, height } = boxes[index]!;
    positions.set(id, { x: (child.x ?? 0) + width / 2, y: (child.y ?? 0) + height / 2 });
  });
  const routes = new Map<string, Point[]>();
  (placed.edges as PlacedEdge[] | undefined)?.forEach(({ sections }, index) => {
    const section = sections?.[0];
    if (section === undefined) return;
    routes.set(view.edges[index]!.id, [section.startPoint, ...(section.bendPoints ?? []), section.endPoint]);
  });
  return { positions, routes };
}

async function inTime<T>(work: Promise<T>, milliseconds: number): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      elk?.terminateWorker();
      elk = null;
      reject(new Error(`ELK took more than ${milliseconds} ms`));
    }, milliseconds);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
