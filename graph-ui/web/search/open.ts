// Runs in: browser. From a thing that was found, pinned or visited to where it is shown.
import { go, type State } from '../base/location.ts';
import { hitKind } from './hit.ts';
import type { Kept } from './kept.ts';

/** These surround lineage and have none of their own. */
const NO_LINEAGE = new Set(['Agent', 'CodeVersion', 'Environment', 'Artifact']);

export function openThing(thing: Kept): void {
  go(placeOf(thing));
}

function placeOf(thing: Kept): Partial<State> {
  if (NO_LINEAGE.has(thing.label)) return { view: null, subject: null, selected: thing.id };
  // Data is asked what came out of it; all else, what it was made from.
  return { view: null, subject: thing.id, direction: hitKind(thing).toLowerCase() === 'dataset' ? 'downstream' : 'upstream' };
}
