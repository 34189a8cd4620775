// Runs in: browser. A fast layout for large traces: a node's column is the longest way that leads to it.
import type { View } from '../lineage/view.ts';
import type { Box, Layout, Point } from './positions.ts';

const GAP_X = 64;
const GAP_Y = 18;

/** Takes time linear in nodes and edges (apart from sorting). Copes with cycles: an edge that closes one is left out. */
export function placeInColumns(view: View, boxes: Box[]): Layout {
  const later = new Map<string, string[]>(boxes.map(({ id }) => [id, []]));
  const earlier = new Map<string, string[]>(boxes.map(({ id }) => [id, []]));
  for (const { from, to } of view.edges) {
    later.get(to)?.push(from);
    earlier.get(from)?.push(to);
  }
  const column = longestWays(boxes.map(({ id }) => id), later);
  const columns: Box[][] = [];
  for (const box of boxes) (columns[column.get(box.id)!] ??= []).push(box);

  const positions = new Map<string, Point>();
  let x = 0;
  for (const boxesHere of columns) {
    if (boxesHere === undefined) continue;
    const width = boxesHere.reduce((widest, box) => Math.max(widest, box.width), 0);
    const height = boxesHere.reduce((sum, box) => sum + box.height + GAP_Y, -GAP_Y);
    // Near what it comes from, as far as the column to the left tells.
    const wish = (box: Box): number => mean((earlier.get(box.id) ?? []).map((id) => positions.get(id)?.y ?? 0));
    const wishes = new Map(boxesHere.map((box) => [box, wish(box)]));
    let y = -height / 2;
    for (const box of boxesHere.toSorted((a, b) => wishes.get(a)! - wishes.get(b)!)) {
      positions.set(box.id, { x: x + width / 2, y: y + box.height / 2 });
      y += box.height + GAP_Y;
    }
    x += width + GAP_X;
  }
  return { positions, routes: new Map() };
}

/** For each node the number of edges of the longest way to it, found by one walk in topological order. */
function longestWays(ids: string[], later: Map<string, string[]>): Map<string, number> {
  const order = topologicalOrder(ids, later);
  const rank = new Map(order.map((id, index) => [id, index]));
  const column = new Map(ids.map((id) => [id, 0]));
  for (const id of order) {
    const next = column.get(id)! + 1;
    for (const other of later.get(id)!) {
      const closesCycle = rank.get(other)! <= rank.get(id)!;
      if (!closesCycle && column.get(other)! < next) column.set(other, next);
    }
  }
  return column;
}

/** Reversed post-order of a depth-first walk without recursion: lineage can be 20,000 steps deep. */
function topologicalOrder(ids: string[], later: Map<string, string[]>): string[] {
  const seen = new Set<string>();
  const finished: string[] = [];
  for (const start of ids) {
    if (seen.has(start)) continue;
    seen.add(start);
    const stack = [{ id: start, next: 0 }];
    while (stack.length > 0) {
      const top = stack.at(-1)!;
      const child = later.get(top.id)![top.next++];
      if (child === undefined) {
        finished.push(top.id);
        stack.pop();
      } else if (!seen.has(child)) {
        seen.add(child);
        stack.push({ id: child, next: 0 });
      }
    }
  }
  return finished.toReversed();
}

function mean(numbers: number[]): number {
  return numbers.length === 0 ? 0 : numbers.reduce((sum, one) => sum + one, 0) / numbers.length;
}
