// Runs in: browser. Which evidence is stronger, and what a way of several edges is worth.
import { type Evidence, EVIDENCE } from '../../../plugin/model/record.ts';

export const MEANING: { [evidence in Evidence]: string } = {
  observed: 'the same object travelled', declared: 'the activity said so', inferred: 'an equal, distinctive value', followed: 'only came after',
};

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
