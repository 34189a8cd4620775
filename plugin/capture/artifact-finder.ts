// Runs in: worker. Finds artifacts inside values, a team's own shapes among them.
import type { Decoded } from '../model/value.ts';
import { type Found, lookThrough, type Recognise, type Recognised } from '../model/look.ts';
import { isVersioned } from '../model/reference.ts';
import { normaliseUri } from '../model/uri.ts';

/** Its parameter may be annotated with the type that `match` stands for. */
type Of<T> = { of(value: unknown): T }['of'];

/**
 * Turns values of a team's own shape, found anywhere in arguments and results, into artifact references. With neither a
 * version nor a digest it is recorded as mentioned only. The functions are given plain JSON, must be quick, and change nothing.
 *
 * @example
 * { match: { table: true, snapshot: true }, kind: 'dataset', uri: (t: Table) => `iceberg://lake/${t.table}`, version: (t: Table) => t.snapshot }
 */
export interface ArtifactRecogniser {
  /** Whether this is one: a function, or the keys that such an object has, `true` for any value other than null. */
  match: Of<boolean> | { [key: string]: true | string | number };
  /** What it is, such as `dataset`. */
  kind: string | Of<string>;
  uri: Of<string>;
  version?: Of<string | number | undefined>;
  /** Lower-case hex. */
  sha256?: Of<string | undefined>;
  /** A name for people. */
  name?: Of<string | undefined>;
}

/** A value that is met again soon (the same result is looked at for several reasons) is looked through once. */
export class ArtifactFinder {
  readonly recognise: Recognise | undefined;
  readonly #seen = new WeakMap<object, Found>();

  /** @param faulty told once per recogniser that throws, or makes something that is no reference */
  constructor(recognisers: ArtifactRecogniser[] = [], faulty: (error: unknown, recogniser: number) => void = () => undefined) {
    if (recognisers.length > 0) this.recognise = guarded(recognisers, faulty);
  }

  look(json: unknown): Found {
    return typeof json === 'object' && json !== null ? this.#once(json, json) : lookThrough(json, this.recognise);
  }

  /** The paths found start with the place in the list. */
  lookAtList(list: Decoded[]): Found {
    return this.#once(list, list.map(({ json }) => json));
  }

  #once(key: object, json: unknown): Found {
    const found = this.#seen.get(key) ?? lookThrough(json, this.recognise);
    this.#seen.set(key, found);
    return found;
  }
}

function guarded(recognisers: ArtifactRecogniser[], faulty: (error: unknown, recogniser: number) => void): Recognise {
  const told = new Set<number>();
  return (value) => {
    // What is kept of the value afterwards is not to be changed by whoever looks at it.
    if (typeof value === 'object' && value !== null) Object.freeze(value);
    for (const [index, recogniser] of recognisers.entries()) {
      try {
        if (matches(recogniser.match, value)) return recognised(recogniser, value);
      } catch (error) {
        if (!told.has(index)) faulty(error, index);
        told.add(index);
      }
    }
    return undefined;
  };
}

function matches(match: ArtifactRecogniser['match'], value: unknown): boolean {
  if (typeof match === 'function') return match(value) === true;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  return Object.entries(match).every(([key, expected]) => {
    const actual = (value as Record<string, unknown>)[key];
    return expected === true ? actual !== undefined && actual !== null : actual === expected;
  });
}

function recognised(recogniser: ArtifactRecogniser, value: unknown): Recognised {
  const version = recogniser.version?.(value);
  const sha256 = recogniser.sha256?.(value);
  const name = recogniser.name?.(value);
  const kind = typeof recogniser.kind === 'function' ? recogniser.kind(value) : recogniser.kind;
  if (typeof kind !== 'string' || kind === '') throw new TypeError("a recogniser's kind must be a text");
  const made: Recognised = { kind, uri: normaliseUri(recogniser.uri(value)) };
  if (version !== undefined && version !== null) made.version = String(version);
  if (sha256 !== undefined && sha256 !== null) made.sha256 = sha256;
  if (name !== undefined && name !== null) made.name = String(name);
  if ((made.version !== undefined || made.sha256 !== undefined) && !isVersioned(made)) {
    throw new TypeError("a recogniser's version must be a text that is not empty, its sha256 64 lower-case hex digits");
  }
  return made;
}
