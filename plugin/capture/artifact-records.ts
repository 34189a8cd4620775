// Runs in: worker. What a reference says about its artifact, as assertions.
import { artifactId, artifactVersionId, contentId } from '../model/id.ts';
import { type ArtifactReference, versionOf } from '../model/reference.ts';
import type { EdgeAssertion, NodeAssertion, NodeKey, Properties } from '../model/record.ts';
import { normaliseUri } from '../model/uri.ts';

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

function stated(reference: ArtifactReference): ArtifactStatement {
  const { kind, sha256, size, name, statistics, members } = reference;
  const uri = normaliseUri(reference.uri);
  const key: NodeKey = { label: 'ArtifactVersion', id: artifactVersionId(reference) };
  const artifact: NodeKey = { label: 'Artifact', id: artifactId(uri) };
  const set: Properties = { kind, uri, version: versionOf(reference) };
  if (typeof sha256 === 'string') set.sha256 = sha256;
  if (typeof size === 'number') set.size = size;
  if (typeof name === 'string') set.name = name;
  if (statistics !== undefined) set.statistics = JSON.stringify(statistics);
  const nodes: NodeAssertion[] = [
    { ...key, kind, aspect: 'declared', set, timeless: true },
    { ...artifact, kind, aspect: 'declared', set: { kind, uri }, timeless: true },
  ];
  const edges: EdgeAssertion[] = [{ type: 'VERSION_OF', from: key, to: artifact, walk: false }];
  if (sha256 !== undefined) {
    const content: NodeKey = { label: 'Content', id: contentId(sha256) };
    nodes.push({ ...content, aspect: 'declared', set: { sha256, ...(typeof size === 'number' && { size }) }, timeless: true });
    edges.push({ type: 'HAS_CONTENT', from: key, to: content, walk: false });
  }
  for (const member of Array.isArray(members) ? members : []) {
    const to: NodeKey = { label: 'ArtifactVersion', id: artifactVersionId(member) };
    nodes.push({ ...to, aspect: 'member', set: { uri: normaliseUri(member.uri), version: versionOf(member) }, timeless: true });
    edges.push({ type: 'HAD_MEMBER', from: key, to, evidence: 'declared', via: 'members', walk: true });
  }
  return { key, nodes, edges };
}
