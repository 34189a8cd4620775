// Runs in: browser. Ways for edges that no layout has routed.
import type { Placed, Point } from './positions.ts';

const LEAST_GAP = 24;
const BEFORE_ARROW = 32;

/** Out to the right, and into the later one from its left; null where a straight line must do. */
export function plainRoute(earlier: Placed, later: Placed): Point[] | null {
  const start = { x: earlier.x + earlier.width / 2, y: earlier.y };
  const end = { x: later.x - later.width / 2, y: later.y };
  if (end.x - start.x < LEAST_GAP) return null;
  if (start.y === end.y) return [start, end];
  const bend = Math.max((start.x + end.x) / 2, end.x - BEFORE_ARROW);
  return [start, { x: bend, y: start.y }, { x: bend, y: end.y }, end];
}
