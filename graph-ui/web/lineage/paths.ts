// Runs in: browser. Ways through the drawn graph: those between two nodes, and all that lead to or from one.
import type { View } from './view.ts';

/** Who comes before a node, and who after it. */
export class Ways {
  readonly #earlier = new Map<string, string[]>();
  readonly #later = new Map<string, string[]>();

  constructor({ edges }: View) {
    for (const { from, to } of edges) {
      push(this.#earlier, from, to);
      push(this.#later, to, from);
    }
  }

  /** The nodes on the ways between two nodes, whichever is the earlier one, both included. Empty when there is no way. */
  between(a: string, b: string): Set<string> {
    const before = reach(this.#earlier, a);
    const [first, last, found] = before.has(b) ? [b, a, before] : [a, b, reach(this.#earlier, b)];
    if (!found.has(first)) return new Set();
    const after = reach(this.#later, first);
    return new Set([...after].filter((id) => found.has(id) || id === last));
  }

  /** A node, all that it came from and all that came of it. */
  through(id: string): Set<string> {
    return new Set([...reach(this.#earlier, id), ...reach(this.#later, id)]);
  }
}

function reach(next: Map<string, string[]>, start: string): Set<string> {
  const seen = new Set([start]);
  const queue = [start];
  for (const id of queue) {
    for (const other of next.get(id) ?? []) {
      if (seen.has(other)) continue;
      seen.add(other);
      queue.push(other);
    }
  }
  return seen;
}

function push(map: Map<string, string[]>, id: string, other: string): void {
  const list = map.get(id);
  if (list === undefined) map.set(id, [other]);
  else list.push(other);
}
