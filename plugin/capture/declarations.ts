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

  #tooLate: ((helper: string) => void) | undefined;
  #isOver = false;

  constructor(step?: StepKey, recognise?: Recognise) {
    this.step = step;
    this.recognise = recognise;
  }

  /** What is declared from now on is no part of the attempt's record. @param tooLate told of the first that is */
  end(tooLate: (helper: string) => void): void {
    this.#isOver = true;
    this.#tooLate = tooLate;
  }

  /** Whether the attempt has ended before its code called `helper`: a promise that nobody awaited. */
  isOver(helper: string): boolean {
    if (!this.#isOver) return false;
    const tooLate = this.#tooLate;
    this.#tooLate = undefined;
    tooLate?.(helper);
    return true;
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

/** The same for `helper`, which declares something; undefined also once the attempt is over. */
export function declaringBy(helper: string): Declarations | undefined {
  const declarations = currentDeclarations();
  return declarations?.isOver(helper) ? undefined : declarations;
}
