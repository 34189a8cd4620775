// Runs in: worker. A table's first rows as a short text, for people to look at.
import type { Json } from '../model/json.ts';
import { jsonText, redactText } from '../model/redact.ts';

/** In bytes. */
const LARGEST = 8_000;
const LONGEST_CELL = 100;

/** A JSON list of the rows, without secrets: long cells cut, then rows and columns left out at the end, until it fits. */
export function firstRowsText(rows: { [column: string]: Json }[]): string {
  const clean = JSON.parse(jsonText(rows)) as typeof rows;
  const left = clean.map((row) => Object.entries(row).map(([column, cell]): [string, Json] => [column, shortened(cell)]));
  for (;;) {
    const text = JSON.stringify(left.map((row) => Object.fromEntries(row)));
    if (Buffer.byteLength(text) <= LARGEST) return text;
    if (left.length > 1) left.pop();
    else left[0]!.pop();
  }
}

function shortened(cell: Json): Json {
  if (typeof cell === 'string') return redactText(cell, LONGEST_CELL);
  return typeof cell === 'object' && cell !== null ? redactText(JSON.stringify(cell), LONGEST_CELL) : cell;
}
