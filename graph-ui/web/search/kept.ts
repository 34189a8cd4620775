// Runs in: browser. What somebody pinned, and what was opened last, as this browser keeps it.
import type { AnswerNode, SearchHit } from '../../../plugin/graph/answers.ts';
import { kindOf } from '../base/kinds.ts';
import { nameOf } from '../lineage/naming.ts';

/** As much of a thing as it takes to list it. */
export type Kept = Pick<SearchHit, 'id' | 'label' | 'kind' | 'title' | 'subtitle'>;

const MOST = { pins: 30, visits: 10 } as const;
type List = keyof typeof MOST;

/** Storage may be forbidden; then they last as long as the page. */
const inMemory: { [list in List]: Kept[] } = { pins: [], visits: [] };

/** The newest first. */
export function kept(list: List): Kept[] {
  try {
    const stored = JSON.parse(localStorage.getItem(keyOf(list)) ?? '[]') as unknown;
    return Array.isArray(stored) ? stored.filter(isKept).slice(0, MOST[list]) : [];
  } catch {
    return inMemory[list];
  }
}

export function isPinned(id: string): boolean {
  return kept('pins').some((pin) => pin.id === id);
}

/** Of too many pins the oldest goes. */
export function setPinned(thing: Kept, pinned: boolean): void {
  const others = kept('pins').filter(({ id }) => id !== thing.id);
  store('pins', pinned ? [thing, ...others] : others);
}

export function visited(node: AnswerNode): void {
  const thing = keptNode(node);
  if (thing !== null) store('visits', [thing, ...kept('visits').filter(({ id }) => id !== thing.id)]);
}

/** Null for people and the like: what is kept here, an erasure of their names would not reach. */
export function keptNode(node: AnswerNode): Kept | null {
  const [label = ''] = node.labels;
  if (label === 'Agent') return null;
  const { title, subtitle } = nameOf(node);
  return { id: node.id, label, kind: label === 'ArtifactVersion' ? kindOf(node) : null, title, subtitle };
}

function store(list: List, things: Kept[]): void {
  inMemory[list] = things.slice(0, MOST[list]).map(({ id, label, kind, title, subtitle }) => ({ id, label, kind, title, subtitle }));
  try {
    localStorage.setItem(keyOf(list), JSON.stringify(inMemory[list]));
  } catch {
    // Kept in memory above.
  }
}

function keyOf(list: List): string {
  return `temporal-provenance:${list}`;
}

function isKept(value: unknown): value is Kept {
  const { id, label, kind, title, subtitle } = (value ?? {}) as { [name: string]: unknown };
  return [id, label, title, subtitle].every((text) => typeof text === 'string') && (kind === null || typeof kind === 'string');
}
