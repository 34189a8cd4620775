// Runs in: browser. Arranges a view with open runs in it: each by itself, then all as boxes among the rest.
import { joinEdges } from '../lineage/join.ts';
import type { Frame, View } from '../lineage/view.ts';
import { HEADING, PADDING } from './grid.ts';
import { layOut } from './layout.ts';
import { plainRoute } from './plain-route.ts';
import type { Box, Layout, Placed, Point } from './positions.ts';

export async function layOutFramed(view: View, boxes: Box[]): Promise<Layout> {
  if (view.frames.length === 0) return layOut(view, boxes);
  const frameOf = new Map(view.frames.flatMap(({ node, ids }) => ids.map((id) => [id, node.id] as const)));
  const inner = new Map<string, { size: Placed; layout: Layout }>();
  for (const frame of view.frames) {
    const layout = await layOut(part(view, new Set(frame.ids)), boxes.filter(({ id }) => frameOf.get(id) === frame.node.id));
    inner.set(frame.node.id, { layout, size: frameBox(frame, placedBoxes(boxes, layout.positions)) });
  }
  const outerBoxes = [...boxes.filter(({ id }) => !frameOf.has(id)), ...[...inner.values()].map(({ size }) => size)];
  const outer = await layOut({ ...view, frames: [], edges: joinEdges(view.edges, (id) => frameOf.get(id) ?? id) }, outerBoxes);

  const positions = new Map(outer.positions);
  const routes = new Map(outer.routes);
  for (const [id, { size, layout }] of inner) {
    const at = outer.positions.get(id)!;
    positions.delete(id);
    const move = ({ x, y }: Point): Point => ({ x: x - size.x + at.x, y: y - size.y + at.y });
    for (const [node, point] of layout.positions) positions.set(node, move(point));
    for (const [edge, route] of layout.routes) routes.set(edge, route.map(move));
  }
  const places = placedBoxes(boxes, positions);
  for (const { id, from, to } of view.edges) {
    if (frameOf.get(from) === frameOf.get(to)) continue;
    const route = plainRoute(places.get(to)!, places.get(from)!);
    if (route !== null) routes.set(id, route);
  }
  return { positions, routes };
}

/** So that a heading has room. */
const NARROWEST = 200;

/** What is around the nodes of an open run. */
export function frameBox({ node, ids }: Frame, places: Map<string, Placed>): Placed {
  const around = boundsOf(ids.map((id) => places.get(id)!));
  return {
    id: node.id, x: around.x, y: around.y - (HEADING - PADDING) / 2,
    width: Math.max(around.width + 2 * PADDING, NARROWEST), height: around.height + HEADING + PADDING,
  };
}

/** The nodes of these ids, the edges between them, and the frames around them alone. */
export function part(view: View, ids: Set<string>): View {
  return {
    ...view,
    nodes: view.nodes.filter(({ id }) => ids.has(id)),
    edges: view.edges.filter(({ from, to }) => ids.has(from) && ids.has(to)),
    frames: [],
  };
}

/** Boxes at their places; those that have none are left out. */
export function placedBoxes(boxes: Box[], positions: Map<string, Point>): Map<string, Placed> {
  const places = new Map<string, Placed>();
  for (const box of boxes) {
    const point = positions.get(box.id);
    if (point !== undefined) places.set(box.id, { ...box, x: point.x, y: point.y });
  }
  return places;
}

/** The box around boxes. */
export function boundsOf(boxes: Iterable<Placed>): Placed {
  let [x1, y1, x2, y2] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const { x, y, width, height } of boxes) {
    x1 = Math.min(x1, x - width / 2);
    y1 = Math.min(y1, y - height / 2);
    x2 = Math.max(x2, x + width / 2);
    y2 = Math.max(y2, y + height / 2);
  }
  if (x1 === Infinity) return { id: '', x: 0, y: 0, width: 0, height: 0 };
  return { id: '', x: (x1 + x2) / 2, y: (y1 + y2) / 2, width: x2 - x1, height: y2 - y1 };
}
