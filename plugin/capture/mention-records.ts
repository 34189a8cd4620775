// Runs in: worker. What a value mentions, as assertions: a thing was named, and that is all that is known.
import { namedReference } from '../model/artifact-name.ts';
import { artifactId, artifactVersionId } from '../model/id.ts';
import type { Found } from '../model/look.ts';
import type { EdgeAssertion, NodeAssertion, NodeKey } from '../model/record.ts';
import { pathWithoutSecrets } from '../model/secrets.ts';

/**
 * `owner` is the step whose arguments, or the value in which, URIs were found. A trace never goes along a mention: whether the
 * thing was read or written, or only spoken of, nobody has said; and without a version, nor which one.
 */
export function mentioned(owner: NodeKey, { mentions, leftOut, incomplete }: Found, nodes: NodeAssertion[], edges: EdgeAssertion[]): void {
  for (const mention of mentions) {
    const { path, uri, version, kind } = namedReference(mention);
    const artifact: NodeKey = { label: 'Artifact', id: artifactId(uri) };
    nodes.push({ ...artifact, aspect: 'mentioned', set: { uri, ...(kind !== undefined && { kind }) }, timeless: true, ...(kind !== undefined && { kind }) });
    let to = artifact;
    if (version !== undefined) {
      to = { label: 'ArtifactVersion', id: artifactVersionId({ uri, version }) };
      nodes.push({ ...to, aspect: 'mentioned', set: { uri, version }, timeless: true });
      edges.push({ type: 'VERSION_OF', from: to, to: artifact, walk: false });
    }
    edges.push({ type: 'MENTIONED', from: owner, to, evidence: 'inferred', via: 'mention', toPath: pathWithoutSecrets(path), walk: false });
  }
  if (leftOut > 0 || incomplete) nodes.push({ ...owner, aspect: 'mentions', set: { ...(leftOut > 0 && { mentionsLeftOut: leftOut }), ...(incomplete && { lookedThrough: 'partly' }) }, timeless: true });
}
