// Runs in: worker. The artifact references inside a value.
import type { EdgeAssertion, NodeAssertion, NodeKey } from '../model/record.ts';
import { findReferences } from '../model/value.ts';
import { artifactStatement } from './artifact-records.ts';

/**
 * The references inside a value. Where nobody knows how one came into it (`byName`), a trace goes on from the version
 * by its name, to all who generated it.
 */
export function carried(value: NodeKey, json: unknown, byName: (path: string) => boolean, nodes: NodeAssertion[], edges: EdgeAssertion[]): void {
  for (const { path, reference } of findReferences(json)) {
    const artifact = artifactStatement(reference);
    if (!artifact) continue;
    nodes.push(...artifact.nodes);
    edges.push(...artifact.edges, { type: 'CARRIED', from: value, to: artifact.key, evidence: 'observed', via: 'reference', toPath: path, walk: byName(path) });
  }
}
