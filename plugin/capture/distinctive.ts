// Runs in: isolate. Which texts and numbers are so distinctive that two equal ones are likely one and the same.

/** A text or number that may be recognised again. */
export type Token = string | number | bigint;

/**
 * Not booleans, small or round numbers, short texts nor plain words: equal ones of those are equal by chance. Ids, paths, dates,
 * counts of rows and measured numbers are.
 */
export function isDistinctive(value: unknown): value is Token {
  if (typeof value === 'string') return value.length >= 24 || (value.length >= 8 && digitsIn(value) >= 3) || (value.length >= 14 && /[^\p{L}\s]/u.test(value));
  if (typeof value === 'bigint') return value > 1_000_000n || value < -1_000_000n;
  if (typeof value !== 'number' || !Number.isFinite(value)) return false;
  if (Number.isInteger(value)) return Math.abs(value) >= 100_000 && value % 1_000 !== 0;
  return hasSevenDigits(value);
}

function digitsIn(text: string): number {
  let count = 0;
  for (let at = 0; at < text.length && at < 64; at++) {
    const code = text.charCodeAt(at);
    if (code >= 48 && code <= 57) count++;
  }
  return count;
}

/** Whether it is another number when it is rounded to six significant digits. */
function hasSevenDigits(value: number): boolean {
  const scale = 10 ** (5 - Math.floor(Math.log10(Math.abs(value))));
  return Number.isFinite(scale) && Math.round(value * scale) / scale !== value;
}
