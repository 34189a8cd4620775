// Runs in: worker. What an attempt leaves to be looked at of what it generated: pictures, and first rows of tables.
import type { ArtifactReference } from '../model/reference.ts';
import type { Properties } from '../model/record.ts';
import { artifactStatement } from './artifact-records.ts';
import { type Content, detailOf, type Recorder } from './recorder.ts';

/** So many are kept of one attempt. */
const MOST = 20;
const LEFT_OUT: Properties = { previewLeftOut: `more than ${MOST} in one attempt` };

/** Stays out of the references, which travel through workflows and their history. */
export class Previews {
  readonly kept: { reference: ArtifactReference; preview: Properties }[] = [];
  readonly #met = new WeakMap<object, Properties>();
  readonly #newest: object[] = [];
  #left = MOST;

  /** Of a reference that was just made: who made it may say that it was generated. */
  met(reference: ArtifactReference, preview: Properties): void {
    this.#met.set(reference, preview);
    this.#newest.push(reference);
    if (this.#newest.length > MOST) this.#met.set(this.#newest.shift()!, LEFT_OUT);
  }

  /** @param given as it was made, of which `reference` may be a copy */
  generated(given: object, reference: ArtifactReference): void {
    const preview = this.#met.get(given);
    if (preview) this.kept.push({ reference, preview: preview === LEFT_OUT || this.#left-- > 0 ? preview : LEFT_OUT });
  }
}

/** Resolves once they are on disk; at once where nothing may be shown of what this type of activity handles. Never throws. */
export async function recordPreviews(recorder: Recorder, activityType: string, { kept }: Previews, at: Date): Promise<void> {
  if (kept.length === 0 || !recorder.privacy.forActivity(activityType).shows) return;
  await recorder.record('interceptor', () => previewContent(kept, at.toISOString()));
}

export function previewContent(kept: Previews['kept'], at: string): Content {
  const details = kept.map(({ reference, preview }) => {
    const version = artifactStatement(reference);
    return version ? detailOf(version.key, 'preview', preview, 'timeless') : { nodes: [], edges: [] };
  });
  return { at, nodes: details.flatMap(({ nodes }) => nodes), edges: details.flatMap(({ edges }) => edges) };
}
