// Runs in: browser. Turns a routed way into what Cytoscape draws: bends given by how far along, and how far off, a straight line.
import type { Point } from './positions.ts';

export interface EdgeShape {
  /** Where the edge leaves the earlier node and meets the later one, from the nodes' centres. */
  leaves: [number, number];
  meets: [number, number];
  weights: number[];
  distances: number[];
}

/** Null when the way has no bends to speak of: a straight edge will do. */
export function edgeShape(route: Point[], source: Point, target: Point): EdgeShape | null {
  const start = route[0];
  const end = route.at(-1);
  if (start === undefined || end === undefined) return null;
  const along = { x: end.x - start.x, y: end.y - start.y };
  const squared = along.x ** 2 + along.y ** 2;
  if (squared === 0) return null;
  const length = Math.sqrt(squared);
  const bends = route.slice(1, -1);
  return {
    leaves: [start.x - source.x, start.y - source.y],
    meets: [end.x - target.x, end.y - target.y],
    weights: bends.map((p) => ((p.x - start.x) * along.x + (p.y - start.y) * along.y) / squared),
    distances: bends.map((p) => ((p.y - start.y) * along.x - (p.x - start.x) * along.y) / length),
  };
}
