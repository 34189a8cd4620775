// Runs in: browser. Ways through the drawn graph: those between two nodes, and all that lead to or from one.
import type { View } from './view.ts';

/**
 * Who comes before a node, and who after it. Nodes are given and answered as they are drawn; but the ways are those of
 * each of them by itself, or every input of a fan-out would seem to lead to every result.
 */
export class Ways {
  readonly #earlier = new Map<string, string[]>();
  readonly #later = new Map<string, string[]>();
  readonly #drawnAs: (id: string) => string[];
  readonly #standsFor = new Map<string, string[]>();

  /**
   * @param single the graph before anything in it was joined
   * @param drawnAs what each of its nodes is drawn as: itself, or what it is joined in, or both where that is open
   */
  constructor({ nodes, edges }: View, drawnAs: (id: string) => string[]) {
    this.#drawnAs = drawnAs;
    for (const { id } of nodes) for (const drawn of drawnAs(id)) push(this.#standsFor, drawn, id);
    for (const { from, to } of edges) {
      push(this.#earlier, from, to);
      push(this.#later, to, from);
    }
  }

  /** The nodes on the ways between two nodes, whichever is the earlier one, both included. Empty when there is no way. */
  between(a: string, b: string): Set<string> {
    const [ofA, ofB] = [this.#singles(a), this.#singles(b)];
    const beforeA = reach(this.#earlier, ofA);
    const isBEarlier = ofB.some((id) => beforeA.has(id));
    const [found, first] = isBEarlier ? [beforeA, ofB] : [reach(this.#earlier, ofB), ofA];
    const after = reach(this.#later, first.filter((id) => found.has(id)));
    return this.#drawn([...after].filter((id) => found.has(id)));
  }

  /** A node, all that it came from and all that came of it. */
  through(id: string): Set<string> {
    const singles = this.#singles(id);
    return this.#drawn([...reach(this.#earlier, singles), ...reach(this.#later, singles)]).add(id);
  }

  #singles(id: string): string[] {
    return this.#standsFor.get(id) ?? [id];
  }

  #drawn(ids: string[]): Set<string> {
    return new Set(ids.flatMap(this.#drawnAs));
  }
}

/** The ways through what is drawn. Of open look-alikes both the frame and what is inside of it are. */
export function drawnWays(view: View, single: View): Ways {
  const frames = new Map(view.nodes.flatMap(({ id, inside }) => inside.map((member) => [member.id, id] as const)));
  return new Ways(single, (id) => {
    const drawn = view.holders.get(id) ?? id;
    const frame = frames.get(drawn);
    return frame === undefined ? [drawn] : [drawn, frame];
  });
}

function reach(next: Map<string, string[]>, starts: string[]): Set<string> {
  const seen = new Set(starts);
  for (const id of seen) for (const other of next.get(id) ?? []) seen.add(other);
  return seen;
}

function push(map: Map<string, string[]>, id: string, other: string): void {
  const list = map.get(id);
  if (list === undefined) map.set(id, [other]);
  else list.push(other);
}
