// Runs in: server, CLI. A part of the lineage in memory, and the walk over it from place to place.
import type { Label } from '../model/record.ts';
import { earlierPlace, isWithin, laterPlace } from '../model/place.ts';
import type { AnswerEdge, AnswerNode } from './answers.ts';

export type Direction = 'upstream' | 'downstream';

export interface Seed {
  id: string;
  label: Label;
}

/** Whether a walk may go along the edge: see `EdgeAssertion.walk`. */
export type LineageEdge = AnswerEdge & { walk: boolean };

const LONGEST_PLACE = 4_096;

/** What is told of a version beside the way: its edges are not walked by themselves. */
export interface VersionTies {
  /** Steps whose attempts generated it. */
  makers: string[];
  /** Other names of the same bytes; whether somebody made, or used, anything under them. */
  others: { edge: LineageEdge; isMade: boolean; isUsed: boolean }[];
  /** Up, batches that it is in; down, those in it that somebody used. */
  batches: LineageEdge[];
  /** Up: what it was derived from, or consists of. */
  parts: string[];
  /** Down: uses that arrived through a Value. */
  users: LineageEdge[];
}

/** What has been loaded of the graph. */
export class Lineage {
  /** Those along the way from which all is loaded that it leads to. */
  readonly labels = new Map<string, Label>();
  /** All nodes, those too that only surround it. */
  readonly nodes = new Map<string, AnswerNode>();
  readonly ties = new Map<string, VersionTies>();
  /** What somebody made. */
  readonly made = new Set<string>();
  /** Of steps, how many attempts are known. */
  readonly tries = new Map<string, number>();
  /** What is known to have come from something, loaded or not. */
  readonly leading = new Set<string>();
  /** Steps and values that are known to have followed something. */
  readonly following = new Set<string>();
  readonly #later = new Map<string, LineageEdge[]>();
  readonly #earlier = new Map<string, LineageEdge[]>();
  readonly #surrounding = new Map<string, AnswerEdge[]>();
  /** By the database's own numbers. */
  readonly #ids = new Map<number, string>();
  readonly #keys = new Map<string, number>();
  readonly #waiting = new Map<number, ((id: string) => void)[]>();
  readonly #complete = new Set<string>();

  addNode(key: number, node: AnswerNode): void {
    this.nodes.set(node.id, node);
    this.#keys.set(node.id, key);
    if (this.#ids.has(key)) return;
    this.#ids.set(key, node.id);
    for (const add of this.#waiting.get(key) ?? []) add(node.id);
    this.#waiting.delete(key);
  }

  /** A walk down meets edges to things that it need never load. */
  whenKnown(key: number, add: (id: string) => void): void {
    const id = this.#ids.get(key);
    if (id === undefined) push(this.#waiting, key, add);
    else add(id);
  }

  walkedKeys(): number[] {
    return [...this.labels.keys()].map((id) => this.#keys.get(id)!);
  }

  /** Whether its edges are not known yet; from now on they are. */
  isNew(id: string): boolean {
    return this.#complete.size < this.#complete.add(id).size;
  }

  addEdge(edge: LineageEdge): void {
    push(this.#earlier, edge.from, edge);
    push(this.#later, edge.to, edge);
  }

  addSurrounding(edge: AnswerEdge): void {
    push(this.#surrounding, edge.from, edge);
  }

  /** Edges to what came before. */
  earlier(id: string): LineageEdge[] {
    return this.#earlier.get(id) ?? [];
  }

  /** Edges from what came after. */
  later(id: string): LineageEdge[] {
    return this.#later.get(id) ?? [];
  }

  /** Edges to what surrounds it. */
  surrounding(id: string): AnswerEdge[] {
    return this.#surrounding.get(id) ?? [];
  }

  /** What history does not confirm. */
  isUnconfirmed(id: string): boolean {
    return this.nodes.get(id)?.properties.unconfirmed === true;
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
      if (!edge.walk || isMadeAnew(lineage, edge) || isRefuted(lineage, edge)) continue;
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
  return via === 'reset' && lineage.made.has(from);
}

/** A Value that history does not confirm did not flow, and none came from an attempt that it does not confirm. Files that such an attempt met are another matter. */
function isRefuted(lineage: Lineage, { type, from, to }: LineageEdge): boolean {
  const isValue = (id: string) => lineage.labels.get(id) === 'Value';
  if (isValue(from)) return lineage.isUnconfirmed(from) || (lineage.isUnconfirmed(to) && (type === 'WAS_GENERATED_BY' ? lineage.labels.get(to) === 'Attempt' : isValue(to)));
  return isValue(to) && lineage.isUnconfirmed(to);
}

function push<K, T>(map: Map<K, T[]>, key: K, item: T): void {
  const list = map.get(key);
  if (list) list.push(item);
  else map.set(key, [item]);
}
