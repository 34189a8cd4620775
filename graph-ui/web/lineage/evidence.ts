// Runs in: browser. Which evidence is stronger, and what a way of several edges is worth.
import type { Evidence } from '../../../plugin/graph/answers.ts';

/** Strongest first. */
export const EVIDENCE: readonly Evidence[] = ['observed', 'declared', 'inferred', 'followed'];

/** 0 is strongest. Structure (null) weakens nothing. */
export function weakness(evidence: Evidence | null): number {
  return evidence === null ? 0 : EVIDENCE.indexOf(evidence);
}

/** The stronger of two ways between the same two nodes. A way that is lineage counts before one that is structure. */
export function stronger(a: Evidence | null, b: Evidence | null): Evidence | null {
  if (a === null) return b;
  if (b === null) return a;
  return weakness(a) <= weakness(b) ? a : b;
}
