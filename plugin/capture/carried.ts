// Runs in: worker. The artifact references inside a value, and what it mentions.
import type { EdgeAssertion, NodeAssertion, NodeKey } from '../model/record.ts';
import { pathWithoutSecrets } from '../model/secrets.ts';
import { ArtifactFinder } from './artifact-finder.ts';
import { artifactStatement } from './artifact-records.ts';
import { mentioned } from './mention-records.ts';

/**
 * The references inside a value, and what it mentions. Where nobody knows how a reference came into it (`byName`), a trace goes
 * on from the version by its name, to all who generated it.
 */
export function carried(
  value: NodeKey, json: unknown, byName: (path: string) => boolean, nodes: NodeAssertion[], edges: EdgeAssertion[], artifacts: ArtifactFinder = new ArtifactFinder(),
): void {
  const found = artifacts.look(json);
  for (const { path, reference, recognised } of found.references) {
    const artifact = artifactStatement(reference);
    if (!artifact) continue;
    nodes.push(...artifact.nodes);
    const via = recognised ? 'recogniser' : 'reference';
    edges.push(...artifact.edges, { type: 'CARRIED', from: value, to: artifact.key, evidence: 'observed', via, toPath: pathWithoutSecrets(path), walk: byName(path) });
  }
  mentioned(value, found, nodes, edges);
}
