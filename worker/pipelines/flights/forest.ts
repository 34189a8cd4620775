// Runs in: worker. A random forest over ml-cart's trees: grows tree by tree, so that an activity can heartbeat in between.
import { setImmediate as breathe } from 'node:timers/promises';
import { DecisionTreeRegression } from 'ml-cart';
import type { ForestOptions } from './messages.ts';

/** Each tree with the columns it looks at. Plain JSON. */
export type Forest = { columns: number[]; tree: object }[];

export interface Example {
  features: number[];
  late: 0 | 1;
  /** Minutes. */
  delay: number;
}

/** Same examples, options and seed: the same forest. `onTree` is called after each tree, with the event loop free for a moment. */
export async function growForest(
  examples: Example[],
  options: ForestOptions,
  seed: number,
  onTree: (grown: number) => void = () => {},
): Promise<Forest> {
  const random = randomFrom(seed);
  const width = examples[0]?.features.length ?? 0;
  const forest: Forest = [];
  while (forest.length < options.trees) {
    const columns = draw(width, options.featuresPerTree, random);
    const rows = Array.from({ length: options.rowsPerTree }, () => examples[Math.floor(random() * examples.length)]!);
    // ml-cart tries a split wherever the outcome changes between neighbours: with equal outcomes together there are few such places.
    rows.sort((a, b) => a.late - b.late);
    const tree = new DecisionTreeRegression({ maxDepth: options.maxDepth, minNumSamples: options.minRows });
    tree.train(rows.map(({ features }) => columns.map((column) => features[column]!)), rows.map(({ late }) => late));
    forest.push({ columns, tree: tree.toJSON() });
    onTree(forest.length);
    await breathe();
  }
  return forest;
}

/** Each flight's probability to be late: the mean of the trees' leaves. */
export function probabilities(forest: Forest, rows: number[][]): number[] {
  const sums = rows.map(() => 0);
  for (const { columns, tree } of forest) {
    const leaves = DecisionTreeRegression.load(tree).predict(rows.map((row) => columns.map((column) => row[column]!)));
    leaves.forEach((share, row) => (sums[row]! += share));
  }
  return sums.map((sum) => sum / forest.length);
}

function draw(from: number, count: number, random: () => number): number[] {
  const all = Array.from({ length: from }, (_, index) => ({ index, place: random() }));
  return all.sort((a, b) => a.place - b.place).slice(0, count).map(({ index }) => index).sort((a, b) => a - b);
}

/** mulberry32: small, and the same everywhere. */
function randomFrom(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
