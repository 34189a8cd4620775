// Runs in: browser. Many cards as a block: what is inside of open look-alikes.
import type { Point, Size } from './positions.ts';

const GAP = 12;
/** Around what is inside of something, and above it for the heading. */
export const PADDING = 14;
export const HEADING = 40;

export interface Grid {
  /** Of the whole block. */
  size: Size;
  /** Centres, in the order of what is placed, from the block's own centre. */
  offsets: Point[];
}

/** So few are one column. */
const ONE_COLUMN = 8;

/** Column by column, so that a list is read from top to bottom. A large block is about as wide as it is high. */
export function gridOf(number: number, cell: Size): Grid {
  const square = Math.ceil(Math.sqrt((number * (cell.width + GAP)) / (cell.height + GAP)));
  const rows = Math.min(number, Math.max(ONE_COLUMN, square));
  const columns = Math.ceil(number / rows);
  const size = {
    width: columns * (cell.width + GAP) - GAP + 2 * PADDING,
    height: rows * (cell.height + GAP) - GAP + PADDING + HEADING,
  };
  const offsets = Array.from({ length: number }, (_, index) => ({
    x: -size.width / 2 + PADDING + cell.width / 2 + Math.floor(index / rows) * (cell.width + GAP),
    y: -size.height / 2 + HEADING + cell.height / 2 + (index % rows) * (cell.height + GAP),
  }));
  return { size, offsets };
}
