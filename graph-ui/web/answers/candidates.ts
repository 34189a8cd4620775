// Runs in: browser. What a run or a version is likely to be compared with.
import type { AnswerNode } from '../../../plugin/graph/answers.ts';
import { api } from '../base/api.ts';
import { shortDigest, shortTime } from '../base/format.ts';
import { isA } from '../lineage/fold.ts';

export interface Candidate {
  id: string;
  title: string;
  note: string;
}

const MOST = 50;

/** Other versions of the same artifact, the newest first; runs of the same pipeline. */
export async function candidates(node: AnswerNode, signal: AbortSignal): Promise<Candidate[]> {
  const { id } = node;
  const uri = node.properties['uri'];
  if (isA(node, 'ArtifactVersion') && typeof uri === 'string') {
    const { versions } = await api.versions(uri);
    return versions.filter((version) => version.id !== id).toReversed().slice(0, MOST)
      .map((version) => ({ id: version.id, title: shortDigest(version.version), note: shortTime(version.recordedAt) ?? '' }));
  }
  const type = node.properties['workflowType'];
  if (!isA(node, 'Run') || typeof type !== 'string') return [];
  const { groups } = await api.search('', { kind: 'run', pipeline: type, limit: MOST }, signal);
  return groups.flatMap(({ hits }) => hits).filter((hit) => hit.id !== id).map((hit) => ({ id: hit.id, title: hit.title, note: hit.subtitle }));
}
