// Runs in: worker, CLI. The versions of artifacts that one attempt met: among its arguments, in its result, and by what its code said.
import { type ArtifactReference, versionOf } from '../model/reference.ts';
import type { EdgeAssertion, NodeAssertion, NodeKey } from '../model/record.ts';
import { normaliseUri } from '../model/uri.ts';
import type { Decoded } from '../model/value.ts';
import type { ArtifactFinder } from './artifact-finder.ts';
import { artifactStatement } from './artifact-records.ts';
import { carried } from './carried.ts';
import type { Declarations } from './declarations.ts';
import type { CallHeader } from './header.ts';
import { isLinked } from './links.ts';

export interface Met {
  reference: ArtifactReference;
  /** It was among the arguments. */
  given: boolean;
  generated: boolean;
  use?: { evidence: 'declared' | 'inferred'; via: string; throughValue: boolean };
}

/**
 * The versions that an attempt met. Used: the code said so, or it was among the arguments and did not merely come out again.
 * Generated: only when the code said so.
 */
export function artifactsMet(header: Pick<CallHeader, 'links' | 'more'> | undefined, input: Decoded[], result: Decoded | undefined, declared: Pick<Declarations, 'used' | 'generated'>, artifacts: ArtifactFinder | undefined): Map<string, Met> {
  const met = new Map<string, Met>();
  const meet = (reference: ArtifactReference): Met => {
    const key = keyOf(reference);
    const known = met.get(key) ?? { reference, given: false, generated: false };
    met.set(key, known);
    return known;
  };
  const links = header?.links ?? [];
  const given = artifacts?.lookAtList(input).references ?? [];
  // Where not all links fit the header, the sink has told them: what led to a reference is then found through its Value.
  const givenByName = new Set(given.filter(({ path }) => !header?.more && !isLinked(path, links)).map(({ reference }) => keyOf(reference)));
  for (const { reference } of given) meet(reference).given = true;
  for (const reference of declared.used) {
    const known = meet(reference);
    const throughValue = known.given && !givenByName.has(keyOf(reference));
    known.use = { evidence: 'declared', via: 'lineage.used', throughValue };
  }
  for (const reference of declared.generated) {
    const known = meet(reference);
    known.generated = true;
    known.reference = reference; // Its maker knows most about it.
  }
  const returned = new Set((result && artifacts ? artifacts.look(result.json).references : []).map(({ reference }) => keyOf(reference)));
  for (const [key, known] of met) {
    if (known.given && !known.use && !known.generated && !returned.has(key)) {
      known.use = { evidence: 'inferred', via: 'argument', throughValue: !givenByName.has(key) };
    }
  }
  return met;
}

function keyOf(reference: ArtifactReference): string {
  try {
    return `${normaliseUri(reference.uri)}@${versionOf(reference)}`;
  } catch {
    return `${reference.uri}@${versionOf(reference)}`;
  }
}

/** What the attempt used and generated. */
export function metStatements(attempt: NodeKey, met: Map<string, Met>, nodes: NodeAssertion[], edges: EdgeAssertion[]): void {
  for (const { reference, use, generated } of met.values()) {
    const artifact = artifactStatement(reference);
    if (!artifact) continue;
    nodes.push(...artifact.nodes);
    edges.push(...artifact.edges);
    if (use) edges.push({ type: 'USED', from: attempt, to: artifact.key, evidence: use.evidence, via: use.via, walk: !use.throughValue });
    if (generated) edges.push({ type: 'WAS_GENERATED_BY', from: artifact.key, to: attempt, evidence: 'declared', via: 'lineage.generated', walk: true });
  }
}

/** The references in a result. One that the attempt neither made, nor said it read, nor was given: nobody knows how it came to be there. */
export function carriedUnknown(value: NodeKey, result: Decoded, met: Map<string, Met>, artifacts: ArtifactFinder, nodes: NodeAssertion[], edges: EdgeAssertion[]): void {
  const unknown = new Set(artifacts.look(result.json).references.filter(({ reference }) => {
    const artifact = met.get(keyOf(reference));
    return !artifact || !(artifact.generated || artifact.use || artifact.given);
  }).map(({ path }) => path));
  carried(value, result.json, (path) => unknown.has(path), nodes, edges, artifacts);
}
