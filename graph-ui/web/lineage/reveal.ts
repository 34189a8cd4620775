// Runs in: browser. Which part of a trace is drawn: the nearest of what was asked for, and what was opened by hand.
import type { Opened } from './opened.ts';
import type { View } from './view.ts';

/** Earlier things are drawn left of a node, later ones right. */
export type Side = 'earlier' | 'later';

export const SIDES: readonly Side[] = ['earlier', 'later'];

/** A trace of so many cards is drawn whole; of a larger one, the nearest, up to so many. */
export const FIRST_CARDS = 40;

/** Of a larger trace, so many neighbours of one node at first: what lies behind them is to be seen as well. */
const FIRST_NEIGHBOURS = 12;

export class Reveal {
  /** Ids of what is drawn. */
  readonly visible: Set<string>;
  readonly #whole: View;
  readonly #islands: string[];
  readonly #opened: Opened;
  readonly #neighbours: { [side in Side]: Map<string, string[]> };
  /** What is drawn of each side that nobody has touched; null for all of all sides. */
  readonly #usual: Map<string, string[]> | null;

  /** @param sides the ways on which what is near is drawn at first */
  constructor(whole: View, sides: readonly Side[], opened: Opened, all: boolean) {
    this.#whole = whole;
    this.#opened = opened;
    this.#neighbours = { earlier: new Map(), later: new Map() };
    for (const { from, to } of whole.edges) {
      push(this.#neighbours.earlier, from, to);
      push(this.#neighbours.later, to, from);
    }
    // The graph gives edges in no order of its own, and a link is to show the same again.
    for (const side of SIDES) for (const list of this.#neighbours[side].values()) list.sort();
    this.#usual = all || whole.nodes.length <= FIRST_CARDS ? null : this.#nearest(sides);
    this.#islands = this.#findIslands();
    this.visible = this.#reach(new Map());
  }

  /** How many neighbours a node has on a side, and how many of them are drawn. */
  counts(id: string, side: Side): { shown: number; total: number } {
    const all = this.#on(id, side);
    return { shown: all.filter((other) => this.visible.has(other)).length, total: all.length };
  }

  /** How many nodes would go if a side were closed. */
  lostBy(id: string, side: Side): number {
    const closed = this.#closed(id, side);
    return this.#drawnOf(id, side).length > closed.length ? this.visible.size - this.#reach(new Map([[sideKey(id, side), closed]])).size : 0;
  }

  /** What is opened once this side is opened, or closed when all of it is drawn; null when neither changes anything. */
  toggled(id: string, side: Side): Opened | null {
    const { shown, total } = this.counts(id, side);
    const usual = this.#usualOf(id, side).length;
    const asUsual = usual === total ? true : usual === 0 ? false : null;
    if (shown < total) return this.#opened.with(side, id, true, asUsual);
    if (this.lostBy(id, side) === 0) return null;
    return asUsual === null ? this.#opened.without(side, id) : this.#opened.with(side, id, false, asUsual);
  }

  #on(id: string, side: Side): string[] {
    return this.#neighbours[side].get(id) ?? NONE;
  }

  #usualOf(id: string, side: Side): string[] {
    return this.#usual === null ? this.#on(id, side) : (this.#usual.get(sideKey(id, side)) ?? NONE);
  }

  /** The neighbours that are drawn because of this node. */
  #drawnOf(id: string, side: Side): string[] {
    const byHand = this.#opened.get(side, id);
    if (byHand === undefined) return this.#usualOf(id, side);
    return byHand ? this.#on(id, side) : NONE;
  }

  /** What stays of a side that is closed: where a part is usual, that part. */
  #closed(id: string, side: Side): string[] {
    const usual = this.#usualOf(id, side);
    return usual.length < this.#on(id, side).length ? usual : NONE;
  }

  /** From the roots outwards, level by level, until there are enough. */
  #nearest(sides: readonly Side[]): Map<string, string[]> {
    const usual = new Map<string, string[]>();
    const seen = new Set(this.#roots());
    // From a root both ways, if that is asked for; from then on as it goes.
    const queue = [...seen].flatMap((id) => sides.map((side) => ({ id, side })));
    for (const { id, side } of queue) {
      const near = this.#on(id, side).filter((other) => seen.has(other));
      const fresh = this.#on(id, side).filter((other) => !seen.has(other));
      const taken = fresh.slice(0, Math.max(0, Math.min(FIRST_NEIGHBOURS, FIRST_CARDS - seen.size)));
      if (taken.length + near.length > 0) usual.set(sideKey(id, side), [...near, ...taken]);
      for (const other of taken) seen.add(other);
      queue.push(...taken.map((other) => ({ id: other, side })));
    }
    return usual;
  }

  #roots(): string[] {
    return this.#whole.nodes.filter(({ root }) => root).map(({ id }) => id).toSorted();
  }

  /** All that can be reached from the roots. Islands, to which no edge leads, are always there. */
  #reach(instead: Map<string, string[]>): Set<string> {
    const seen = new Set(this.#islands);
    const queue = this.#roots();
    for (const id of queue) seen.add(id);
    for (const id of queue) {
      for (const side of SIDES) {
        for (const other of instead.get(sideKey(id, side)) ?? this.#drawnOf(id, side)) {
          if (seen.has(other)) continue;
          seen.add(other);
          queue.push(other);
        }
      }
    }
    return seen;
  }

  #findIslands(): string[] {
    const queue = this.#roots();
    const seen = new Set(queue);
    for (const id of queue) {
      for (const other of SIDES.flatMap((side) => this.#on(id, side))) {
        if (seen.has(other)) continue;
        seen.add(other);
        queue.push(other);
      }
    }
    return this.#whole.nodes.filter(({ id }) => !seen.has(id)).map(({ id }) => id);
  }
}

const NONE: string[] = [];

function sideKey(id: string, side: Side): string {
  return `${side} ${id}`;
}

function push(map: Map<string, string[]>, id: string, other: string): void {
  const list = map.get(id);
  if (list === undefined) map.set(id, [other]);
  else list.push(other);
}
