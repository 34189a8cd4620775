// Runs in: worker (tests). The corpus' activities: general ones, which really work on what they are given.
import { activityInfo, CompleteAsyncError } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import { type ArtifactReference, dataset, lineage } from 'temporal-provenance/activity';
import { type Thing, thingOf } from './things.ts';

const making = (what: string) => async (...args: unknown[]): Promise<Thing> => thingOf([what, args]);

export const produce = making('produce');
export const transform = making('transform');
export const check = making('check');
export const combine = making('combine');
export const localTransform = making('localTransform');

/** Gives back what it was given. */
export const echo = async (value: unknown): Promise<unknown> => value;
export const nothing = async (..._: unknown[]): Promise<null> => null;
export const identify = async (...args: unknown[]): Promise<string> => thingOf(['identify', args]).id;
export const measure = async (...args: unknown[]): Promise<number> => thingOf(['measure', args]).score;
export const numberOf = async (...args: unknown[]): Promise<number> => thingOf(['numberOf', args]).code;
export const countOf = async (...args: unknown[]): Promise<number> => thingOf(['countOf', args]).count;
export const isGood = async (..._: unknown[]): Promise<boolean> => true;
export const listOf = async (...args: unknown[]): Promise<Thing[]> => [0, 1, 2].map((index) => thingOf(['listOf', args, index]));
export const bytesOf = async (...args: unknown[]): Promise<Uint8Array> => new TextEncoder().encode(thingOf(['bytesOf', args]).id);
export const dated = async (): Promise<{ at: string; by: Thing }> => ({ at: '2031-05-17T03:44:51.873Z', by: thingOf('dated') });
/** Always the same, whoever asks. */
export const sameForAll = async (..._: unknown[]): Promise<{ shared: string }> => ({ shared: 'a3c1f0de-77b2-4d15-9e68-55c0a41b2f90' });

export async function flaky(...args: unknown[]): Promise<Thing> {
  if (activityInfo().attempt === 1) throw ApplicationFailure.retryable('again', 'Again');
  return thingOf(['flaky', args]);
}

export async function failing(...args: unknown[]): Promise<Thing> {
  throw ApplicationFailure.create({ message: 'no', nonRetryable: true, details: [{ id: thingOf(['failing', args]).id }] });
}

/** Completed by a client. */
export async function external(..._: unknown[]): Promise<Thing> {
  throw new CompleteAsyncError();
}

/** Makes a version of a dataset. */
export async function publish(uri: string, ...from: unknown[]): Promise<ArtifactReference> {
  const made = await dataset({ uri, version: 'v1', statistics: { rows: thingOf(['publish', from]).count } });
  lineage.generated(made);
  return made;
}

/** Reads versions and says so. */
export async function read(...references: ArtifactReference[]): Promise<Thing> {
  lineage.used(...references);
  return thingOf(['read', references.map(({ uri }) => uri.split('/').at(-1))]);
}

/** Reads versions and says nothing. */
export async function readSilently(...references: ArtifactReference[]): Promise<Thing> {
  return thingOf(['readSilently', references.map(({ uri }) => uri.split('/').at(-1))]);
}

/** Looks at a version's name only, and gives the reference back. */
export const passOn = async (reference: ArtifactReference): Promise<ArtifactReference> => reference;
