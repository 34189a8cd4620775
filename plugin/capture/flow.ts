// Runs in: isolate. Which object came from where: data flow by object identity, without touching the objects.
import { childPath } from '../model/reference.ts';
import type { Link } from './header.ts';

interface Origin {
  source: string;
  path: string;
}

/** What the objects inside a value are known to come from. */
export interface Links {
  links: Link[];
  /** Set when there was more to look at than may be looked at. */
  incomplete?: true;
  /** Set when there are texts or numbers outside of all links: constants of the workflow's, or of unknown origin. */
  loose?: true;
}

/**
 * How much may be looked at in one activation, which has five seconds for everything: about 500,000 properties, each ten, or
 * 5,000,000 elements of arrays, each one. That takes some tenths of a second.
 */
const BUDGET = 5_000_000;

/** Remembers, for one run, which value each object is a part of. */
export class Flow {
  readonly #origins = new WeakMap<object, Origin>();
  readonly #paths: 'names' | 'positions';
  #left = BUDGET;

  /** @param paths with `positions`, links tell only which argument came from which value: no key names leave the isolate */
  constructor(paths: 'names' | 'positions') {
    this.#paths = paths;
  }

  /** A new activation has begun. */
  refill(): void {
    this.#left = BUDGET;
  }

  /** Every object inside `value` came from `source`. */
  tag(value: unknown, source: string): void {
    this.#walk<true>(value, (object, path) => {
      if (this.#origins.has(object)) return false;
      this.#origins.set(object, { source, path });
      return true;
    });
  }

  /** Where the objects inside `value` came from: the outermost of each origin, and what was put into it since. */
  linksOf(value: unknown): Links {
    const links: Link[] = [];
    const { complete, loose } = this.#walk<Origin>(value, (object, path, key, within) => {
      const origin = this.#origins.get(object);
      if (!origin) return true;
      // Still where its origin had it: the link to the object around it says so already.
      const inPlace = within !== undefined && key !== undefined && within.source === origin.source && childPath(within.path, key) === origin.path;
      if (!inPlace) links.push([path, origin.source, origin.path]);
      return origin;
    });
    const told = this.#paths === 'names' ? links : links.map(([to, source]): Link => [/^\/\d+/.exec(to)?.[0] ?? '', source, '']);
    return { links: told, ...(!complete && { incomplete: true }), ...(loose && { loose: true }) };
  }

  /**
   * Visits every object inside of `value` once per place, outermost first. `visit` answers false to go no deeper, or what its
   * children are to be told as `within`. Getters are left alone. Without recursion: values may be nested deeply.
   */
  #walk<W>(value: unknown, visit: (object: object, path: string, key: string | number | undefined, within: W | undefined) => W | boolean): { complete: boolean; loose: boolean } {
    const stack: { object: object; path: string; keys: string[] | undefined; next: number; within: W | undefined }[] = [];
    const open = new Set<object>();
    let complete = true;
    let loose = false;
    const enter = (object: object, path: string, key: string | number | undefined, within: W | undefined) => {
      if (open.has(object)) return;
      const answer = visit(object, path, key, within);
      if (answer === false || ArrayBuffer.isView(object)) return;
      open.add(object);
      stack.push({ object, path, keys: Array.isArray(object) ? undefined : Object.keys(object), next: 0, within: answer === true ? undefined : answer });
    };
    if (isObject(value)) enter(value, '', undefined, undefined);
    else loose = isLoose(value);
    for (let frame = stack.at(-1); frame !== undefined; frame = stack.at(-1)) {
      const { object, keys, path, within } = frame;
      const key = keys ? keys[frame.next] : frame.next;
      if (key === undefined || (!keys && frame.next >= (object as unknown[]).length)) {
        open.delete(object);
        stack.pop();
        continue;
      }
      frame.next++;
      this.#left -= keys ? 10 : 1;
      if (this.#left < 0) {
        complete = false;
        break;
      }
      const child = keys ? Object.getOwnPropertyDescriptor(object, key)?.value as unknown : (object as unknown[])[key as number];
      if (isObject(child)) enter(child, childPath(path, key), key, within);
      else if (within === undefined && isLoose(child)) loose = true;
    }
    return { complete, loose };
  }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/** Texts and numbers say something, and could come from anywhere. */
function isLoose(value: unknown): boolean {
  return (typeof value === 'string' && value !== '') || typeof value === 'number' || typeof value === 'bigint';
}
