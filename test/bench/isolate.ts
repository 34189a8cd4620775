// Runs in: CLI (bench). What it costs to follow a value through workflow code, by its size: of each property it should be the same.
import { performance } from 'node:perf_hooks';
import { Flow } from '../../plugin/capture/flow.ts';
import { median, type Ratio, rounded } from './ratios.ts';

/** Properties, those of nested objects counted. */
const SIZES = [1_000, 10_000, 100_000, 400_000];
const PER_OBJECT = 10;
/** Small values are followed as often as makes up this many properties: a clock can't tell one of them. */
const AT_LEAST = 400_000;

export interface IsolateCost {
  /** Nanoseconds for each property, by the value's size: to remember it when it comes in, and to find it again in arguments. Medians. */
  ns_per_property: { [properties: string]: number };
  /** Of a property in the largest value to one in the smallest; 1 is linear. */
  growth: Ratio;
  rounds: number;
}

/** The isolate's own code, run here: it needs nothing of the isolate, and the same engine compiles it. */
export function isolateCost(rounds: number): IsolateCost {
  const times = new Map<number, number[]>(SIZES.map((size) => [size, []]));
  for (let round = -1; round < rounds; round++) {
    for (const size of SIZES) {
      const time = timed(size);
      // The first round is for the compiler.
      if (round >= 0) times.get(size)!.push(time);
    }
  }
  const [small, large] = [times.get(SIZES[0]!)!, times.get(SIZES.at(-1)!)!];
  const growth = large.map((time, index) => time / small[index]!).sort((a, b) => a - b);
  return {
    ns_per_property: Object.fromEntries([...times].map(([size, each]) => [size, rounded(median(each))])),
    growth: { min: rounded(growth[0]!), median: rounded(median(growth)), max: rounded(growth.at(-1)!) },
    rounds,
  };
}

/** @returns nanoseconds for each property */
function timed(size: number): number {
  const values = Array.from({ length: AT_LEAST / size }, (_, seed) => valueOf(size, seed));
  const began = performance.now();
  for (const value of values) {
    const flow = new Flow('names');
    flow.tag(value, 'activity/1/1');
    flow.refill();
    flow.linksOf([value]);
  }
  return ((performance.now() - began) * 1e6) / (values.length * size);
}

function valueOf(size: number, seed: number): object[] {
  return Array.from({ length: size / PER_OBJECT }, (_, row) => ({
    id: `row ${row} of ${seed}`, name: 'a name', rank: row, amount: row * 1.5, ok: row % 2 === 0, note: null, at: '2026-01-01', city: 'Genf', code: 10_000_000 + row, kind: 'x',
  }));
}
