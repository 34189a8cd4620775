// Runs in: CLI (bench). Ratios of what was measured side by side in one run.

export interface Ratio {
  min: number;
  median: number;
  max: number;
}

/** Of each round's two figures, so that what changes from round to round on the machine does not count. */
export function ratio<Round>(these: Round[], those: Round[], of: (round: Round) => number): Ratio {
  const ratios = these.map((each, index) => of(each) / of(those[index]!)).sort((a, b) => a - b);
  return { min: rounded(ratios[0]!), median: rounded(median(ratios)), max: rounded(ratios.at(-1)!) };
}

export function median(numbers: number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** How sure it is that the true median lies between the least and the greatest of so many rounds: 1 - 2/2^n. */
export function confidence(rounds: number): number {
  return rounded(1 - 2 / 2 ** rounds);
}

export function rounded(value: number): number {
  return Math.round(value * 1_000) / 1_000;
}
