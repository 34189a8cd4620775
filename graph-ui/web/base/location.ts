// Runs in: browser. The page's state is its URL: a link shows what its sender saw, and back and forward work.
import type { Direction } from './api.ts';

/** Answers that are pages of their own. */
export const VIEWS = ['impact', 'runs', 'card', 'compare', 'timeline', 'audit'] as const;
export type ViewName = (typeof VIEWS)[number];

export interface State {
  /** The answer that is shown; null for the trace of the subject, or the start page where there is none. */
  view: ViewName | null;
  /** What is asked about; null on the start page and of the audit. */
  subject: string | null;
  /** What the subject is compared with. */
  other: string | null;
  /** The past time that is asked about (ISO 8601); null for now. */
  asOf: string | null;
  direction: Direction;
  /** Whether the other direction is traced as well. */
  around: boolean;
  /** The node whose panel is open. */
  selected: string | null;
  /** Whether Values, Attempts and each of many look-alikes are drawn. */
  values: boolean;
  attempts: boolean;
  each: boolean;
  /** Whether each run is drawn as one node. */
  runs: boolean;
  /** Whether all of a large trace is drawn, not the nearest alone. */
  all: boolean;
  /** What was opened and closed by hand, as lineage/opened.ts writes it. */
  open: string;
  /** The two nodes the paths between which are drawn alone: their keys, one after the other. Empty for none. */
  path: string;
  /** Most nodes to ask for; null leaves it to the server. */
  limit: number | null;
}

const START: State = {
  view: null,
  subject: null,
  other: null,
  asOf: null,
  direction: 'upstream',
  around: false,
  selected: null,
  values: false,
  attempts: false,
  each: false,
  runs: false,
  all: false,
  open: '',
  path: '',
  limit: null,
};

export function readState(search: string): State {
  const query = new URLSearchParams(search);
  const limit = Number(query.get('limit'));
  return {
    view: VIEWS.find((view) => view === query.get('view')) ?? null,
    subject: query.get('subject') || null,
    other: query.get('other') || null,
    asOf: query.get('asOf') || null,
    direction: query.get('direction') === 'downstream' ? 'downstream' : 'upstream',
    selected: query.get('selected') || null,
    values: query.get('values') === '1',
    attempts: query.get('attempts') === '1',
    each: query.get('each') === '1',
    around: query.get('around') === '1',
    runs: query.get('runs') === '1',
    all: query.get('all') === '1',
    open: query.get('open') ?? '',
    path: query.get('path') ?? '',
    limit: Number.isInteger(limit) && limit > 0 ? limit : null,
  };
}

/** The query that `readState` reads; what is as at the start is left out. */
export function writeState(state: State): string {
  const query = new URLSearchParams();
  if (state.view !== null) query.set('view', state.view);
  if (state.subject !== null) query.set('subject', state.subject);
  if (state.other !== null) query.set('other', state.other);
  if (state.subject !== null && state.view === null) query.set('direction', state.direction);
  if (state.asOf !== null) query.set('asOf', state.asOf);
  if (state.selected !== null) query.set('selected', state.selected);
  for (const flag of ['around', 'values', 'attempts', 'each', 'runs', 'all'] as const) if (state[flag]) query.set(flag, '1');
  for (const text of ['open', 'path'] as const) if (state[text] !== '') query.set(text, state[text]);
  if (state.limit !== null) query.set('limit', String(state.limit));
  const text = query.toString();
  return text === '' ? '/' : `/?${text}`;
}

type Listener = (state: State, before: State | null) => void;

let current: State | null = null;
let listener: Listener = () => {};

/** Calls `onChange` with the state now, and whenever it changes. */
export function followLocation(onChange: Listener): void {
  listener = onChange;
  window.addEventListener('popstate', () => arrive(readState(location.search)));
  arrive(readState(location.search));
}

export function currentState(): State {
  return current ?? START;
}

/** Changes a part of the state. A new subject starts anew, except for the ways of drawing; without a view it is traced. */
export function go(change: Partial<State>): void {
  const before = currentState();
  const next = changed(before, change);
  const url = writeState(next);
  if (url === writeState(before)) return;
  history.pushState(null, '', url);
  arrive(next);
}

/** Where `go` would lead: for links that can be opened elsewhere. */
export function urlOf(change: Partial<State>): string {
  return writeState(changed(currentState(), change));
}

function changed(before: State, change: Partial<State>): State {
  const isNew = (change.subject !== undefined && change.subject !== before.subject) || (change.view !== undefined && change.view !== before.view);
  const turns = (change.direction ?? before.direction) !== before.direction || (change.around ?? before.around) !== before.around;
  return {
    ...before, ...(isNew ? { view: null, other: null, selected: null, around: false, limit: null } : {}), ...(isNew || turns ? { all: false, open: '', path: '' } : {}), ...change,
  };
}

/** The past time that is asked about stays. */
export const startPage: Partial<State> = (({ asOf: _, ...start }) => start)(START);

function arrive(next: State): void {
  const before = current;
  current = next;
  listener(next, before);
}
