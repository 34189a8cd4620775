// Runs in: worker, CLI. A node's and an edge's canonical text, over which digests of the graph are taken.
import canonicalize from './canonicalize.ts';
import type { Fact, NodeState } from './merge.ts';

/** The aspect of certificates, which tell when and by whom a record was checked: no part of what is recorded. */
export const SEALED = 'sealed';

/**
 * Times of record are left out, since what history tells can be told again; so are certificates.
 */
export function nodeText({ label, id, kinds, facts }: NodeState): string {
  const told = facts.filter(({ aspect }) => aspect !== SEALED).map(({ aspect, source, at, set }: Fact) => canonicalize([aspect, source, at, set])).sort();
  return canonicalize([label, id, kinds, told]);
}

/** What an edge is, is in its id. */
export function edgeText(edge: { id: string; type: string; sources: readonly string[] }): string {
  return canonicalize([edge.type, edge.id, edge.sources]);
}
