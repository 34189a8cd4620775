// Runs in: client. Who has the client do what it does, in the words of whoever made the plugin.
import { actorDigest } from '../model/id.ts';
import type { Named } from './client-interceptor.ts';

/** A name, or what tells it at each call. */
export type Actor = string | (() => string | undefined);

/** No name of a person or a service is longer: what is goes as its digest, so that headers stay small. */
const LONGEST = 512;

/**
 * What the header says of the actor; nothing where nobody is named, or where the function fails: the call comes first.
 * @param sealed whether a payload codec hides what is in history: then the name is left out
 */
export function actorFields(actor: Actor | undefined, sealed: boolean): Named {
  try {
    const name: unknown = typeof actor === 'function' ? actor() : actor;
    if (typeof name !== 'string' || name === '') return {};
    return sealed || name.length > LONGEST ? { actorDigest: actorDigest(name) } : { actor: name };
  } catch {
    return {};
  }
}
