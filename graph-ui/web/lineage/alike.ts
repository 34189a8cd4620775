// Runs in: browser. Which nodes look alike: of one kind, and all that they came from and all that came of them does so too.
import { kindOf } from '../base/kinds.ts';
import type { View, ViewNode } from './view.ts';

/** Fewer look-alikes than this are drawn one by one. */
const FEWEST = 6;

/**
 * Look-alikes, so many that they are worth drawing as one. Two nodes are alike if they are of one kind and group, and
 * what is before them is alike and what is behind them as well: of a fan-out its inputs, its steps and its results.
 * What is drawn by itself is like nothing but itself, so that branches which lead to different such things are kept apart.
 * @param groupOf only nodes of one group are alike; null for a node that stays by itself
 */
export function lookAlikes(view: View, groupOf: (node: ViewNode) => string | null): ViewNode[][] {
  const names = new Map<string, string>();
  for (const node of view.nodes) {
    const group = groupOf(node);
    // What failed or was withdrawn must not be lost among the others.
    const { activityType, workflowType, status, withdrawnAt } = node.node.properties;
    names.set(node.id, node.root || group === null ? node.id : JSON.stringify([kindOf(node.node), activityType, workflowType, status, typeof withdrawnAt, group]));
  }
  const before = new Side(view, 'from', 'to');
  const behind = new Side(view, 'to', 'from');
  // What is told apart by one side is another neighbour to the other side: again, until nothing more is told apart.
  for (let known = 0; ; ) {
    const shapes = [before.shapes(names), behind.shapes(names)];
    const classes = new Map<string, ViewNode[]>();
    for (const node of view.nodes) push(classes, shapes.map((shape) => shape.get(node.id)).join(' '), node);
    if (classes.size === known) return [...classes.values()].filter(({ length }) => length >= FEWEST);
    known = classes.size;
    for (const [name, members] of classes) for (const { id } of members) names.set(id, members.length < FEWEST ? id : name);
  }
}

/** The neighbours on one side, and an order in which each node comes after them. */
class Side {
  readonly #near = new Map<string, [id: string, evidence: string][]>();
  readonly #order: string[];

  constructor({ nodes, edges }: View, end: 'from' | 'to', other: 'from' | 'to') {
    const dependents = new Map<string, string[]>();
    for (const edge of edges) {
      push(this.#near, edge[end], [edge[other], String(edge.evidence)]);
      push(dependents, edge[other], edge[end]);
    }
    const waiting = new Map(nodes.map(({ id }) => [id, this.#near.get(id)?.length ?? 0]));
    this.#order = nodes.filter(({ id }) => waiting.get(id) === 0).map(({ id }) => id);
    for (const id of this.#order) {
      for (const dependent of dependents.get(id) ?? []) {
        const left = waiting.get(dependent)! - 1;
        waiting.set(dependent, left);
        if (left === 0) this.#order.push(dependent);
      }
    }
    // What hangs on a cycle comes last, and is told from others by its neighbours themselves.
    const placed = new Set(this.#order);
    this.#order.push(...nodes.filter(({ id }) => !placed.has(id)).map(({ id }) => id));
  }

  /** A number for each node: the same for those of one name whose neighbours have the same ones. */
  shapes(names: Map<string, string>): Map<string, number> {
    const numbers = new Map<string, number>();
    const shapes = new Map<string, number>();
    for (const id of this.#order) {
      const near = (this.#near.get(id) ?? []).map(([other, evidence]) => `${shapes.get(other) ?? other} ${evidence}`);
      const shape = `${names.get(id)}\n${[...new Set(near)].sort().join('\n')}`;
      const number = numbers.get(shape) ?? numbers.size;
      numbers.set(shape, number);
      shapes.set(id, number);
    }
    return shapes;
  }
}

function push<T>(map: Map<string, T[]>, key: string, item: T): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [item]);
  else list.push(item);
}
