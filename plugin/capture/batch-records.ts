// Runs in: worker. A batch of predictions: each has an id of its own, by which it can be found.
import type { ArtifactReference } from '../model/reference.ts';
import type { EdgeAssertion, NodeAssertion } from '../model/record.ts';
import { nameWithoutSecrets } from '../model/secrets.ts';
import { artifactStatement } from './artifact-records.ts';
import type { Declarations } from './declarations.ts';
import type { Recorder } from './recorder.ts';

/** So many predictions are told in one record. */
const CHUNK = 1_000;

/** A batch's ids stay out of the reference, which travels through workflows and their history. */
const remembered = new WeakMap<ArtifactReference, string[]>();

export function rememberIds(batch: ArtifactReference, ids: string[]): void {
  remembered.set(batch, ids);
}

export function rememberedIds(batch: object): string[] | undefined {
  return remembered.get(batch as ArtifactReference);
}

/** One prediction of a batch: a part of the batch's bytes, in the batch's version. */
export function predictionIn(batch: ArtifactReference, id: string): ArtifactReference {
  const uri = `${batch.uri}${batch.uri.includes('?') ? '&' : '?'}prediction=${encodeURIComponent(id.toWellFormed())}`;
  return { kind: 'prediction', uri, version: batch.version ?? `sha256:${batch.sha256}`, name: id };
}

/** In characters. */
const LONGEST_ID = 500;
const MOST_IDS = 100_000;

/** What is wrong with the ids of a batch's predictions, if anything is. */
export function wrongIds(ids: unknown): string | undefined {
  if (!Array.isArray(ids) || ids.some((id) => typeof id !== 'string' || id === '' || id.length > LONGEST_ID)) {
    return `the ids of predictions must be texts of 1 to ${LONGEST_ID} characters`;
  }
  return ids.length > MOST_IDS ? `${ids.length} predictions are too many for one batch: at most ${MOST_IDS} can be recorded, so make several` : undefined;
}

/** Resolves once all are on disk. Never throws. */
export async function recordBatches(recorder: Recorder, { batches }: Declarations, at: Date): Promise<void> {
  await Promise.all(batches.flatMap(({ reference, ids }) =>
    chunksOf(ids).map((some) => recorder.record('interceptor', () => ({ at: at.toISOString(), ...membersOf(reference, some) })))));
}

/** As many as are told in one record. */
export function chunksOf(ids: string[]): string[][] {
  return Array.from({ length: Math.ceil(ids.length / CHUNK) }, (_, index) => ids.slice(index * CHUNK, (index + 1) * CHUNK));
}

/** A trace goes from a prediction to its batch, and not from a batch to its predictions: it is not made of them. */
export function membersOf(batch: ArtifactReference, ids: string[]): { nodes: NodeAssertion[]; edges: EdgeAssertion[] } {
  const nodes: NodeAssertion[] = [];
  const edges: EdgeAssertion[] = [];
  const from = artifactStatement(batch)!.key;
  for (const id of ids) {
    const [version] = artifactStatement(predictionIn(batch, id))!.nodes as [NodeAssertion];
    nodes.push({ ...version, set: { ...version.set, predictionId: nameWithoutSecrets(id) } });
    edges.push({ type: 'HAD_MEMBER', from, to: { label: version.label, id: version.id }, evidence: 'declared', via: 'batch', walk: false });
  }
  return { nodes, edges };
}
