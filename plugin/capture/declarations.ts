// Runs in: worker. What activity code declares while an attempt runs, kept with that attempt.
import { AsyncLocalStorage } from 'node:async_hooks';
import type { StepKey } from '../model/id.ts';
import type { Json } from '../model/json.ts';
import type { Recognise } from '../model/look.ts';
import type { ArtifactReference } from '../model/reference.ts';
import { Previews } from './previews.ts';

/** All that one attempt declared, in order. */
export class Declarations {
  readonly used: ArtifactReference[] = [];
  readonly generated: ArtifactReference[] = [];
  readonly params: Record<string, Json> = {};
  readonly metrics: Record<string, number> = {};
  /** Runs that clients started meanwhile. */
  readonly started: { workflowId: string; runId: string }[] = [];
  /** The step that is done. */
  readonly step: StepKey | undefined;

  /** Batches that were generated, and the ids of what is in them. */
  readonly batches: { reference: ArtifactReference; ids: string[] }[] = [];
  readonly previews = new Previews();
  /** Knows a team's own shapes. */
  readonly recognise: Recognise | undefined;

  constructor(step?: StepKey, recognise?: Recognise) {
    this.step = step;
    this.recognise = recognise;
  }
}

const current = new AsyncLocalStorage<Declarations>();

/** Runs `work` so that the helpers it calls, however deep, declare into `declarations`. */
export function declareInto<T>(declarations: Declarations, work: () => Promise<T>): Promise<T> {
  return current.run(declarations, work);
}

/** The running attempt's declarations; undefined outside of an attempt that the plugin watches. */
export function currentDeclarations(): Declarations | undefined {
  return current.getStore();
}
