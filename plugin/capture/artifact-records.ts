// Runs in: worker. What a reference says about its artifact, as assertions.
import { namedReference } from '../model/artifact-name.ts';
import { artifactId, artifactVersionId, contentId } from '../model/id.ts';
import { type ArtifactReference, isVersioned, versionOf } from '../model/reference.ts';
import type { EdgeAssertion, NodeAssertion, NodeKey, Properties } from '../model/record.ts';
import { jsonText } from '../model/redact.ts';

/** The version's node, its artifact, its content and its members. */
export interface ArtifactStatement {
  key: NodeKey;
  nodes: NodeAssertion[];
  edges: EdgeAssertion[];
}

/** Undefined when the reference names nothing (a URI that is none), which a value's shape may well do by chance. */
export function artifactStatement(reference: ArtifactReference): ArtifactStatement | undefined {
  try {
    return stated(reference);
  } catch {
    return undefined;
  }
}

function stated(given: ArtifactReference): ArtifactStatement {
  const reference = namedReference(given);
  const { kind, name, dvc, statistics, members } = reference;
  const { key, nodes, edges } = version(reference, {
    kind,
    ...(typeof name === 'string' && { name }),
    ...(dvc === 'modified' && { dvc }),
    ...(statistics !== undefined && statistics !== null && { statistics: jsonText(statistics) }),
  });
  const artifact: NodeKey = { label: 'Artifact', id: artifactId(reference.uri) };
  nodes.push({ ...artifact, kind, aspect: 'declared', set: { kind, uri: reference.uri }, timeless: true });
  edges.push({ type: 'VERSION_OF', from: key, to: artifact, walk: false });
  for (const member of Array.isArray(members) ? members.filter((each) => typeof each?.uri === 'string' && isVersioned(each)) : []) {
    const stating = version(namedReference(member), {});
    nodes.push(...stating.nodes);
    edges.push(...stating.edges, { type: 'HAD_MEMBER', from: key, to: stating.key, evidence: 'declared', via: 'members', walk: true });
  }
  return { key, nodes, edges };
}

/** One version, by its name in the graph, its content, and the same bytes under their own name. */
function version(reference: { kind?: string; uri: string; version?: string; sha256?: string; size?: number }, more: Properties): ArtifactStatement {
  const { kind, uri, sha256, size } = reference;
  const key: NodeKey = { label: 'ArtifactVersion', id: artifactVersionId(reference) };
  const set: Properties = { uri, version: versionOf(reference), ...more };
  if (typeof size === 'number') set.size = size;
  if (typeof sha256 !== 'string') return { key, nodes: [{ ...key, ...(kind !== undefined && { kind }), aspect: 'declared', set, timeless: true }], edges: [] };
  set.sha256 = sha256;
  const content: NodeKey = { label: 'Content', id: contentId(sha256) };
  const nodes: NodeAssertion[] = [
    { ...key, ...(kind !== undefined && { kind }), aspect: 'declared', set, timeless: true },
    { ...content, aspect: 'declared', set: { sha256, ...(typeof size === 'number' && { size }) }, timeless: true },
  ];
  const edges: EdgeAssertion[] = [{ type: 'HAS_CONTENT', from: key, to: content, walk: false }];
  // Whoever names this version by its digest alone means the same bytes: where the one name leads nowhere, the other may.
  const byDigest: NodeKey = { label: 'ArtifactVersion', id: artifactVersionId({ uri, sha256 }) };
  if (byDigest.id !== key.id) {
    edges.push(
      { type: 'ALTERNATE_OF', from: key, to: byDigest, evidence: 'declared', via: 'digest', walk: false },
      { type: 'ALTERNATE_OF', from: byDigest, to: key, evidence: 'declared', via: 'version', walk: false },
    );
  }
  return { key, nodes, edges };
}
