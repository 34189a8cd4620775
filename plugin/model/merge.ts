// Runs in: worker, server, CLI. How records become one graph, in any order, any number of times.
//
// A node is the set of facts that were said about it: a grow-only set, so that merging knows no order (a join
// semilattice; Shapiro et al., "Conflict-free Replicated Data Types", 2011). Its properties are worked out from the facts, never
// overwritten. An erasure absorbs: it drops what it erases, and whatever is said again later.
import { hash } from 'node:crypto';
import canonicalize, { canonicalizeFlat } from './canonicalize.ts';
import {
  type EdgeAssertion, type Evidence, type Label, LABELS, type NodeKey, type Properties, type ProvenanceRecord, type Source, SOURCES,
} from './record.ts';

export interface Fact {
  aspect: string;
  source: Source;
  /** When it happened; `''` where it is so at all times. */
  at: string;
  /** When it was first written down. */
  recordedAt: string;
  set: Properties;
}

export interface NodeState extends NodeKey {
  /** Second labels. */
  kinds: string[];
  facts: Fact[];
}

export interface EdgeState {
  id: string;
  type: EdgeAssertion['type'];
  from: NodeKey;
  to: NodeKey;
  properties: Properties;
  /** When it was first written down. */
  recordedAt: string;
  /** Who said so, in the order of SOURCES. */
  sources: Source[];
}

export interface GraphState {
  nodes: Map<string, NodeState>;
  edges: Map<string, EdgeState>;
}

/** Characters of six bits each of a digest: enough that no two of any number of edges share them. */
const EDGE_ID = 22;

/** The aspect of a fact that erases all other facts of its node. */
export const ERASED = 'erased';

/** Begins the aspect of a fact that counts: of each counter the greatest count stays, and a property is the sum over the counters. */
export const COUNTED = 'counted:';

// On what history holds, it is the authority; an import is the weakest.
const AUTHORITY: Record<Source, number> = { history: 2, interceptor: 1, sink: 1, client: 1, helper: 1, import: 0 };

const OF_FAILURE = ['failureType', 'failureTypes', 'nonRetryable', 'nextRetryDelay', 'timeoutType', 'retryState'];

const OF_WITHDRAWAL = ['withdrawnAt', 'withdrawnReason'];

/** What a set of records says, as one graph. */
export function graphOf(records: Iterable<ProvenanceRecord>): GraphState {
  const nodes = new Map<string, NodeState>();
  const edges = new Map<string, EdgeState>();
  const shapeOf = shapes();
  const add = (node: NodeState) => {
    const known = nodes.get(node.id);
    if (!known) nodes.set(node.id, node);
    else {
      // Merged once, at the end: a node that all records speak of would else be merged as often as there are records.
      known.kinds.push(...node.kinds);
      known.facts.push(...node.facts);
    }
  };
  for (const { source, at, recordedAt, nodes: described, edges: related } of records) {
    for (const { label, id, aspect, set, kind, timeless, at: own = at } of described) {
      const facts = [{ aspect, source, at: timeless ? '' : own, recordedAt, set }];
      add({ label, id, kinds: kind === undefined ? [] : [kindLabel(kind)], facts });
    }
    for (const assertion of related) {
      const { type, from, to } = assertion;
      const { properties, text: shape } = shapeOf(assertion);
      // Canonical JSON: what an edge is, is its id.
      const id = hash('sha256', `[${JSON.stringify(type)},${JSON.stringify(from.id)},${JSON.stringify(to.id)},${shape}]`, 'base64url').slice(0, EDGE_ID);
      const edge = { id, type, from, to, properties, recordedAt, sources: [source] };
      const known = edges.get(id);
      edges.set(id, known ? mergeEdges(known, edge) : edge);
      // The ends exist, even if nobody has told us about them yet.
      for (const end of [from, to]) if (!nodes.has(end.id)) add({ ...end, kinds: [], facts: [] });
    }
  }
  for (const [id, { label, kinds, facts }] of nodes) {
    if (facts.length > 1 || kinds.length > 1) nodes.set(id, mergeNodes({ label, id, kinds, facts }, { label, id, kinds: [], facts: [] }));
  }
  return { nodes, edges };
}

/** A kind is a user's word; as a second label it reads `Dataset`, `FeatureTable`, and is never taken for a main one. */
export function kindLabel(kind: string): string {
  const words = kind.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== '');
  const label = words.map((word) => word[0]!.toUpperCase() + word.slice(1)).join('').slice(0, 100) || 'Other';
  return (LABELS as readonly string[]).includes(label) ? `${label}Kind` : label;
}

/** Commutative, associative, idempotent. */
export function mergeNodes(a: NodeState, b: NodeState): NodeState {
  return {
    label: a.label,
    id: a.id,
    kinds: [...new Set([...a.kinds, ...b.kinds])].sort(),
    facts: mergeFacts([...a.facts, ...b.facts]),
  };
}

/** Commutative, associative, idempotent. */
export function mergeEdges(a: EdgeState, b: EdgeState): EdgeState {
  return {
    ...a,
    recordedAt: a.recordedAt < b.recordedAt ? a.recordedAt : b.recordedAt,
    sources: SOURCES.filter((source) => a.sources.includes(source) || b.sources.includes(source)),
  };
}

function mergeFacts(facts: Fact[]): Fact[] {
  const byHead = new Map<string, Fact[]>();
  for (const fact of facts) {
    const head = headOf(fact);
    const same = byHead.get(head);
    if (same) same.push(fact);
    else byHead.set(head, [fact]);
  }
  const all = byKey(byHead).flatMap((same) => (same.length === 1 ? same : mergeSame(same)));
  const erasures = all.filter((fact) => fact.aspect === ERASED);
  return erasures.length > 0 ? erasures : all;
}

/** Of facts of one head: those that are told apart by what they say, which seldom needs to be looked at. */
function mergeSame(facts: Fact[]): Fact[] {
  const merged = new Map<string, Fact>();
  for (const fact of facts) {
    const key = isCounted(fact) ? '' : canonicalizeFlat(fact.set);
    const known = merged.get(key);
    if (!known || (isCounted(fact) ? countOf(fact) > countOf(known) : fact.recordedAt < known.recordedAt)) merged.set(key, fact);
  }
  return byKey(merged);
}

function byKey<T>(entries: Map<string, T>): T[] {
  return [...entries].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, value]) => value);
}

function headOf(fact: Fact): string {
  const { aspect, source, at, set } = fact;
  return JSON.stringify([aspect, source, isCounted(fact) ? Object.keys(set) : at]);
}

function isCounted({ aspect }: Fact): boolean {
  return aspect.startsWith(COUNTED);
}

function countOf({ set }: Fact): number {
  return Number(Object.values(set)[0]);
}

/**
 * The properties that the facts amount to. Where facts differ, the one with more authority wins, then the later one, then
 * the greater one; the others stay among the facts.
 *
 * @param asOf only what had been written down by then (ISO 8601); undefined when nothing had.
 */
export function propertiesOf(node: NodeState, asOf?: string): Properties | undefined {
  const facts = asOf === undefined ? node.facts : node.facts.filter((fact) => fact.recordedAt <= asOf);
  if (facts.length === 0) return asOf === undefined ? { id: node.id } : undefined;
  const winners = new Map<string, Fact>();
  const counts: Record<string, number> = {};
  for (const fact of facts) {
    if (isCounted(fact)) {
      for (const name of Object.keys(fact.set)) counts[name] = (counts[name] ?? 0) + countOf(fact);
      continue;
    }
    for (const name of Object.keys(fact.set)) {
      const best = winners.get(name);
      if (!OF_WITHDRAWAL.includes(name) && (!best || weakerFirst(best, fact, name) < 0)) winners.set(name, fact);
    }
  }
  const withdrawal = standingWithdrawal(facts);
  for (const name in withdrawal?.set) winners.set(name, withdrawal);
  const properties: Properties = { ...counts };
  for (const [name, fact] of winners) properties[name] = fact.set[name]!;
  // Why it failed is told by the fact that tells that it failed, or not at all.
  const end = winners.get('outcome');
  for (const name of OF_FAILURE) if (end && name in properties && !(name in end.set)) delete properties[name];
  // What one source could not see, another may have seen.
  if ('digest' in properties || 'inputDigest' in properties) delete properties.hidden;
  const captured = capturedOf(node.label, facts);
  if (captured !== undefined) properties.captured = captured;
  const status = statusOf(node.label, facts, properties);
  if (status !== undefined) properties.status = status;
  properties.id = node.id;
  properties.recordedAt = facts.map((fact) => fact.recordedAt).reduce((a, b) => (a < b ? a : b));
  return properties;
}

/** Since when it is withdrawn, and why then: the first withdrawal that no reinstatement has taken back. Those after it only say so again. */
function standingWithdrawal(facts: Fact[]): Fact | undefined {
  if (!facts.some(({ set }) => 'withdrawnAt' in set)) return undefined;
  const reinstated = facts.flatMap(({ at, set }) => ('reinstatedAt' in set ? [at] : [])).sort().at(-1) ?? '';
  const standing = facts.filter(({ at, set }) => 'withdrawnAt' in set && at > reinstated);
  return standing.sort((a, b) => (a.at === b.at ? weakerFirst(b, a, 'withdrawnReason') : a.at < b.at ? -1 : 1))[0];
}

/** How much of it was seen while it happened. (An attempt's end says so itself.) */
function capturedOf(label: Label, facts: Fact[]): string | undefined {
  if (label !== 'Attempt' && label !== 'Step') return undefined;
  const seen = facts.filter(({ source }) => source !== 'history');
  if (seen.length === 0) return 'history-only';
  const isStartAlone = seen.some(({ aspect }) => aspect === 'started') && !seen.some(({ set }) => 'outcome' in set);
  return label === 'Attempt' && isStartAlone ? 'start-only' : undefined;
}

function weakerFirst(a: Fact, b: Fact, name: string): number {
  if (AUTHORITY[a.source] !== AUTHORITY[b.source]) return AUTHORITY[a.source] - AUTHORITY[b.source];
  if (a.at !== b.at) return a.at < b.at ? -1 : 1;
  const [left, right] = [canonicalize(a.set[name]), canonicalize(b.set[name])];
  return left === right ? 0 : left < right ? -1 : 1;
}

/** A status follows from the facts that are there: an outcome, else a start, else a schedule. */
function statusOf(label: Label, facts: Fact[], { outcome }: Properties): string | undefined {
  if (label !== 'Run' && label !== 'Step' && label !== 'Attempt') return undefined;
  if (typeof outcome === 'string') return outcome;
  return facts.some((fact) => fact.aspect === 'started') ? 'running' : 'scheduled';
}

/** What edges say beside their ends, and the same as canonical JSON. Few say something of their own: the others share it. */
function shapes(): (assertion: EdgeAssertion) => { properties: Properties; text: string } {
  const known = new Map<string, { properties: Properties; text: string }>();
  return ({ qualifiers, evidence, via, fromPath, toPath, walk }) => {
    const key = JSON.stringify([qualifiers, evidence, via, fromPath, toPath, walk]);
    let shape = known.get(key);
    if (!shape) {
      const properties: Properties = { ...qualifiers, walk, ...stripped({ evidence, via, fromPath, toPath }) };
      known.set(key, shape = { properties, text: canonicalizeFlat(properties) });
    }
    return shape;
  };
}

function stripped(properties: { [name: string]: Evidence | string | undefined }): Properties {
  const known: Properties = {};
  for (const name in properties) if (properties[name] !== undefined) known[name] = properties[name];
  return known;
}
