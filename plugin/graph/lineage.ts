// Runs in: server, CLI. A part of the lineage in memory, and the walk over it from place to place.
import type { Label } from '../model/record.ts';
import { earlierPlace, isWithin, laterPlace } from '../model/place.ts';
import type { AnswerEdge } from './answers.ts';

export type Direction = 'upstream' | 'downstream';

export interface Seed {
  id: string;
  label: Label;
}

/** Whether a walk may go along the edge: see `EdgeAssertion.walk`. */
export type LineageEdge = AnswerEdge & { walk: boolean };

const LONGEST_PLACE = 4_096;

/** What has been loaded of the graph. */
export class Lineage {
  readonly labels = new Map<string, Label>();
  readonly #later = new Map<string, LineageEdge[]>();
  readonly #earlier = new Map<string, LineageEdge[]>();

  addEdge(edge: LineageEdge): void {
    push(this.#earlier, edge.from, edge);
    push(this.#later, edge.to, edge);
  }

  /** Edges to what came before. */
  earlier(id: string): LineageEdge[] {
    return this.#earlier.get(id) ?? [];
  }

  /** Edges from what came after. */
  later(id: string): LineageEdge[] {
    return this.#later.get(id) ?? [];
  }
}

/** What a walk has reached, by which edges. */
export class Reached {
  readonly labels = new Map<string, Label>();
  readonly edges = new Set<LineageEdge>();
  /** Versions that were gone on from by their name: up, to all of their makers; down, to all of their users. */
  readonly byName = new Set<string>();
  /** Versions that were reached as another name of the same bytes. */
  readonly alternates = new Set<string>();
  truncated = false;
  readonly #places = new Map<string, string[]>();
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
  }

  idsOf(label: Label): string[] {
    return [...this.labels].flatMap(([id, of]) => (of === label ? [id] : []));
  }

  /** Without going on from it. @returns false when the limit is reached */
  addEnd({ id, label }: Seed): boolean {
    if (!this.labels.has(id) && this.labels.size >= this.#limit) {
      this.truncated = true;
      return false;
    }
    this.labels.set(id, label);
    return true;
  }

  /** @returns whether there is anything new to go on from */
  enter(seed: Seed, place: string): boolean {
    if (!this.addEnd(seed)) return false;
    const places = this.#places.get(seed.id) ?? [];
    if (places.some((known) => isWithin(place, known))) return false;
    this.#places.set(seed.id, [...places, place]);
    return true;
  }
}

/**
 * Goes on from the seeds as far as it can. Steps, attempts and versions are entered whole: whatever went into them may have
 * influenced all that came out. A Value is entered at a place, and left only by edges that are about that place.
 */
export function follow(lineage: Lineage, reached: Reached, seeds: Seed[], direction: Direction): void {
  const open: [id: string, place: string][] = [];
  const enter = (seed: Seed, place: string) => {
    if (reached.enter(seed, place)) open.push([seed.id, place]);
  };
  for (const seed of seeds) enter(seed, '');
  // Nearest first, so that a limit cuts off what is farthest.
  for (let next = 0; next < open.length; next++) {
    const [id, place] = open[next]!;
    for (const edge of direction === 'upstream' ? lineage.earlier(id) : lineage.later(id)) {
      if (!edge.walk || isMadeAnew(lineage, edge)) continue;
      const other = direction === 'upstream' ? edge.to : edge.from;
      const label = lineage.labels.get(other);
      const onward = (direction === 'upstream' ? earlierPlace : laterPlace)(edge, place);
      if (label === undefined || onward === undefined) continue;
      // A place that grows without end goes round in a circle: the whole value then ends it.
      enter({ id: other, label }, label === 'Value' && onward.length <= LONGEST_PLACE ? onward : '');
      if (!reached.labels.has(other)) continue; // Beyond the limit.
      reached.edges.add(edge);
      if (direction === 'upstream' && label === 'ArtifactVersion') reached.byName.add(other);
    }
  }
}

/** What a reset's new run seemed to have from the old one, and then made itself. */
function isMadeAnew(lineage: Lineage, { via, from }: LineageEdge): boolean {
  return via === 'reset' && lineage.earlier(from).some(({ type }) => type === 'WAS_GENERATED_BY');
}

function push<K, T>(map: Map<K, T[]>, key: K, item: T): void {
  const list = map.get(key);
  if (list) list.push(item);
  else map.set(key, [item]);
}
