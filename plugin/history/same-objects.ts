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

/** An array or object whose parts are being looked at. */
interface Open {
  names: string[] | undefined;
  children: unknown[];
  parts: Seen[];
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

  /** Without recursion: values may be nested deeply. */
  #visit(value: unknown, source: string | undefined): Seen {
    const stack: Open[] = [];
    const entered = (child: unknown): Seen | undefined => {
      if (typeof child !== 'object' || child === null) return { value: child, key: JSON.stringify(child) ?? '', isDistinctive: isDistinctive(child) };
      if (child instanceof Uint8Array) return this.#same({ value: Uint8Array.from(child), key: hash('sha256', child), isDistinctive: child.length >= DISTINCTIVE_BYTES }, source);
      stack.push({ names: Array.isArray(child) ? undefined : Object.keys(child), children: Object.values(child) as unknown[], parts: [] });
      return undefined;
    };
    let seen = entered(value);
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      if (seen) top.parts.push(seen);
      if (top.parts.length < top.children.length) seen = entered(top.children[top.parts.length]);
      else {
        stack.pop();
        seen = this.#same(whole(top), source);
      }
    }
    return seen!;
  }

  #same(seen: Seen, source: string | undefined): Seen {
    if (!seen.isDistinctive) return seen;
    const known = this.#known.get(seen.key);
    if (known && (source === undefined || known.source === source)) return { ...seen, value: known.object };
    if (source !== undefined) this.#known.set(seen.key, known === undefined ? { object: seen.value as object, source } : null);
    return seen;
  }
}

function whole({ names, parts }: Open): Seen {
  const distinctive = parts.some((part) => part.isDistinctive);
  if (!names) return { value: parts.map(({ value }) => value), key: named(`[${parts.map(({ key }) => key).join(',')}]`), isDistinctive: distinctive };
  const texts = parts.map(({ key }, index) => `${JSON.stringify(names[index])}:${key}`).sort();
  return { value: Object.fromEntries(parts.map(({ value }, index) => [names[index]!, value])), key: named(`{${texts.join(',')}}`), isDistinctive: distinctive };
}

/** Keys hold all that is below: long ones are shortened. */
function named(text: string): string {
  return text.length > 64 ? hash('sha256', text) : text;
}
