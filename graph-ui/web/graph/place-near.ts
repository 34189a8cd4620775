// Runs in: browser. Finds places for new nodes beside those that are drawn, of which none is moved.
import type { Frame, View } from '../lineage/view.ts';
import { boundsOf, frameBox, layOutFramed, part, placedBoxes } from './framed.ts';
import { gridOf } from './grid.ts';
import type { Box, Placed, Point } from './positions.ts';

const GAP_X = 72;
const GAP_Y = 28;

export interface Before {
  /** What is drawn now, and stays or goes. */
  drawn: Map<string, Placed>;
  /** Where nodes, by id and size, have been before. */
  remembered: Map<string, Point>;
}

/** The place of every box of a view, of which some were drawn before: those of the same size stay where they are. */
export async function placeNear(view: View, boxes: Box[], { drawn, remembered }: Before): Promise<Map<string, Point>> {
  const positions = new Map<string, Point>();
  const fresh: Box[] = [];
  const kept: Placed[] = [];
  for (const box of boxes) {
    const before = drawn.get(box.id);
    if (before === undefined || before.width !== box.width || before.height !== box.height) {
      fresh.push(box);
      continue;
    }
    kept.push(before);
    positions.set(box.id, { x: before.x, y: before.y });
  }
  if (fresh.length === 0) return positions;
  const found = whereTheyWere(fresh, kept, remembered) ?? (await asOneBlock(view, fresh, kept, drawn));
  for (const { id, x, y } of found) positions.set(id, { x, y });
  return positions;
}

/** A name for a box's place: the same node needs another one when it has grown. */
export function placeKey({ id, width, height }: Box): string {
  return `${width} ${height} ${id}`;
}

/** Back to where all of them have been, if nothing has come there since. */
function whereTheyWere(fresh: Box[], kept: Placed[], remembered: Map<string, Point>): Placed[] | null {
  const there: Placed[] = [];
  for (const box of fresh) {
    const point = remembered.get(placeKey(box));
    if (point === undefined) return null;
    there.push({ ...box, ...point });
  }
  return there.some((one) => kept.some((other) => overlap(one, other))) ? null : there;
}

function overlap(a: Placed, b: Placed): boolean {
  return Math.abs(a.x - b.x) < (a.width + b.width) / 2 && Math.abs(a.y - b.y) < (a.height + b.height) / 2;
}

/** All that is new, laid out among itself, and put as one block into the nearest free place. */
async function asOneBlock(view: View, fresh: Box[], kept: Placed[], drawn: Map<string, Placed>): Promise<Placed[]> {
  const ids = new Set(fresh.map(({ id }) => id));
  const frames = view.frames.filter((frame) => frame.ids.every((id) => ids.has(id)));
  const among = { ...part(view, ids), frames };
  const block = among.edges.length === 0 && frames.length === 0 ? asGrid(fresh) : [...placedBoxes(fresh, (await layOutFramed(among, fresh)).positions).values()];
  const bounds = boundsOf([...block, ...framesAround(frames, block)]);
  const wish = wishFor(view, ids, kept, drawn, bounds);
  const y = freeY({ ...bounds, ...wish, id: '' }, [...kept, ...framesAround(view.frames, kept)]);
  return block.map((box) => ({ ...box, x: box.x - bounds.x + wish.x, y: box.y - bounds.y + y }));
}

/** The frames of which all that is inside is among these. */
function framesAround(frames: Frame[], among: Placed[]): Placed[] {
  const places = new Map(among.map((box) => [box.id, box]));
  return frames.filter(({ ids }) => ids.every((id) => places.has(id))).map((frame) => frameBox(frame, places));
}

function asGrid(boxes: Box[]): Placed[] {
  const widest = Math.max(...boxes.map(({ width }) => width));
  const highest = Math.max(...boxes.map(({ height }) => height));
  const { offsets } = gridOf(boxes.length, { width: widest, height: highest });
  return boxes.map((box, index) => ({ ...box, ...offsets[index]! }));
}

/** Where a block would best have its centre: left of what it came before, right of what it came after. */
function wishFor(view: View, ids: Set<string>, kept: Placed[], drawn: Map<string, Placed>, bounds: Placed): Point {
  const places = new Map(kept.map((box) => [box.id, box]));
  const later: Placed[] = [];
  const earlier: Placed[] = [];
  for (const { from, to } of view.edges) {
    if (ids.has(from) === ids.has(to)) continue;
    const other = places.get(ids.has(from) ? to : from);
    if (other !== undefined) (ids.has(from) ? earlier : later).push(other);
  }
  // What was opened grows from where it was.
  const opened = view.frames.filter((frame) => frame.ids.some((id) => ids.has(id))).map(({ node }) => node.id);
  const grown = [...ids, ...opened].map((id) => drawn.get(id)).find((box) => box !== undefined);
  const y = grown?.y ?? mean([...(later.length > 0 ? later : earlier)].map((box) => box.y));
  const right = Math.min(...later.map((box) => box.x - box.width / 2)) - GAP_X;
  const left = Math.max(...earlier.map((box) => box.x + box.width / 2)) + GAP_X;
  if (earlier.length === 0 && later.length > 0) return { x: right - bounds.width / 2, y };
  if (later.length === 0 && earlier.length > 0) return { x: left + bounds.width / 2, y };
  if (earlier.length === 0) return { x: grown?.x ?? 0, y };
  return { x: grown?.x ?? (left + right) / 2, y };
}

/** The height nearest to the block's at which it covers nothing. */
function freeY(block: Placed, kept: Placed[]): number {
  const taken = kept
    .filter((box) => Math.abs(box.x - block.x) < (box.width + block.width) / 2 + GAP_Y)
    .map((box) => {
      const reach = (box.height + block.height) / 2 + GAP_Y;
      return { from: box.y - reach, to: box.y + reach };
    });
  const isFree = (y: number): boolean => taken.every(({ from, to }) => y <= from || y >= to);
  if (isFree(block.y)) return block.y;
  return taken
    .flatMap(({ from, to }) => [from, to])
    .toSorted((a, b) => Math.abs(a - block.y) - Math.abs(b - block.y))
    .find(isFree)!;
}

function mean(numbers: number[]): number {
  return numbers.length === 0 ? 0 : numbers.reduce((sum, one) => sum + one, 0) / numbers.length;
}
