// Runs in: worker, CLI. Makes equal objects of a run's values one object: what a flow knows by identity, it then knows by equality.
import { hash } from 'node:crypto';
import { isDistinctive } from '../capture/distinctive.ts';

interface Known {
  object: object;
  source: string;
}

/** A value, what it is known by, and whether an equal one is likely one and the same. */
interface Seen {
  value: unknown;
  key: string;
  isDistinctive: boolean;
}

/** Bytes: fewer are equal by chance. */
const DISTINCTIVE_BYTES = 16;

/** Of one run. Only objects with something distinctive in them are known again, and those that one value alone has brought. */
export class SameObjects {
  /** Null: more than one brought it. */
  readonly #known = new Map<string, Known | null>();

  /** A copy of what `source` brings, to be looked for in what goes out later. */
  brought(value: unknown, source: string): unknown {
    return this.#visit(value, source).value;
  }

  /** A copy of what goes out: what was brought stands in it as it was brought. */
  given(value: unknown): unknown {
    return this.#visit(value, undefined).value;
  }

  #visit(value: unknown, source: string | undefined): Seen {
    if (typeof value !== 'object' || value === null) return { value, key: JSON.stringify(value) ?? '', isDistinctive: isDistinctive(value) };
    if (value instanceof Uint8Array) return this.#same({ value: Uint8Array.from(value), key: hash('sha256', value), isDistinctive: value.length >= DISTINCTIVE_BYTES }, source);
    if (Array.isArray(value)) {
      const parts = value.map((each) => this.#visit(each, source));
      return this.#same({ value: parts.map((part) => part.value), key: named(`[${parts.map(({ key }) => key).join(',')}]`), isDistinctive: parts.some((part) => part.isDistinctive) }, source);
    }
    const parts = Object.entries(value).map(([name, each]) => [name, this.#visit(each, source)] as const);
    const texts = parts.map(([name, { key }]) => `${JSON.stringify(name)}:${key}`).sort();
    return this.#same({ value: Object.fromEntries(parts.map(([name, part]) => [name, part.value])), key: named(`{${texts.join(',')}}`), isDistinctive: parts.some(([, part]) => part.isDistinctive) }, source);
  }

  #same(seen: Seen, source: string | undefined): Seen {
    if (!seen.isDistinctive) return seen;
    const known = this.#known.get(seen.key);
    if (known && (source === undefined || known.source === source)) return { ...seen, value: known.object };
    if (source !== undefined) this.#known.set(seen.key, known === undefined ? { object: seen.value as object, source } : null);
    return seen;
  }
}

/** Keys hold all that is below: long ones are shortened. */
function named(text: string): string {
  return text.length > 64 ? hash('sha256', text) : text;
}
