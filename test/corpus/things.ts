// Runs in: isolate, worker (tests). What the corpus' activities make: distinct for each input, always the same for the same one.

export interface Item {
  id: string;
  rank: number;
  amount: number;
}

/** Ids, texts and large numbers are found nowhere else; `count`, `ok` and `rank` could be anybody's. */
export interface Thing {
  id: string;
  title: string;
  code: number;
  score: number;
  count: number;
  ok: boolean;
  rows: number[];
  /** Their ranks are 3, 1, 4, 2. */
  items: [Item, Item, Item, Item];
  inner: { key: string; deep: { values: number[] } };
}

/** @param salt what it is made of */
export function thingOf(salt: unknown): Thing {
  const next = numbersFrom(JSON.stringify(salt) ?? 'undefined');
  const hex = () => next().toString(16).padStart(8, '0');
  const id = () => `${hex()}-${hex().slice(4)}-4${hex().slice(5)}-a${hex().slice(5)}-${hex()}${hex().slice(4)}`;
  const large = () => 10_000_000 + (next() % 80_000_000);
  const item = (rank: number): Item => ({ id: id(), rank, amount: large() });
  return {
    id: id(), title: `title of ${hex()}`, code: large(), score: next() / 2 ** 32, count: next() % 9, ok: true,
    rows: [large(), large(), large(), large()],
    items: [item(3), item(1), item(4), item(2)],
    inner: { key: id(), deep: { values: [large(), large(), large()] } },
  };
}

/** 32-bit numbers that follow from a text (FNV-1a, then mulberry32). */
function numbersFrom(text: string): () => number {
  let state = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) state = Math.imul(state ^ text.charCodeAt(index), 0x01000193);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
}
