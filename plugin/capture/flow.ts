// Runs in: isolate. Which object came from where: data flow by object identity, without touching the objects.
import { childPath } from '../model/reference.ts';
import type { Link } from './header.ts';

interface Origin {
  source: string;
  path: string;
}

/** Objects looked at in one walk at most: the walk is linear in the value's size, and an activation has five seconds. */
const MOST_OBJECTS = 100_000;

/** Remembers, for one run, which value each object is a part of. */
export class Flow {
  readonly #origins = new WeakMap<object, Origin>();
  readonly #paths: 'names' | 'positions';

  /** @param paths with `positions`, links tell only which argument came from which value: no key names leave the isolate */
  constructor(paths: 'names' | 'positions') {
    this.#paths = paths;
  }

  /** Every object inside `value` came from `source`. */
  tag(value: unknown, source: string): void {
    walk(value, (object, path) => {
      if (this.#origins.has(object)) return false;
      this.#origins.set(object, { source, path });
      return true;
    });
  }

  /** Where the objects inside `value` came from: the outermost of each origin, and what was put into it since. */
  linksOf(value: unknown): Link[] {
    const links: Link[] = [];
    walk<Origin>(value, (object, path, key, within) => {
      const origin = this.#origins.get(object);
      if (!origin) return true;
      // Still where its origin had it: the link to the object around it says so already.
      const inPlace = within !== undefined && key !== undefined && within.source === origin.source && childPath(within.path, key) === origin.path;
      if (!inPlace) links.push([path, origin.source, origin.path]);
      return origin;
    });
    return this.#paths === 'names' ? links : links.map(([to, source]) => [/^\/\d+/.exec(to)?.[0] ?? '', source, '']);
  }
}

/**
 * Visits every object inside of `value` once per place, outermost first. `visit` answers false to go no deeper, or what its
 * children are to be told as `within`. Never runs code of the value's own: getters and proxies are left alone.
 */
function walk<W>(
  value: unknown,
  visit: (object: object, path: string, key: string | undefined, within: W | undefined) => W | boolean,
): void {
  let left = MOST_OBJECTS;
  const open = new Set<object>();
  const enter = (child: unknown, path: string, key: string | undefined, within: W | undefined): void => {
    if (typeof child !== 'object' || child === null || open.has(child) || left-- <= 0) return;
    const answer = visit(child, path, key, within);
    if (answer === false || ArrayBuffer.isView(child)) return;
    open.add(child);
    const told = answer === true ? undefined : answer;
    for (const name of Object.keys(child)) {
      const descriptor = Object.getOwnPropertyDescriptor(child, name);
      if (descriptor && 'value' in descriptor) enter(descriptor.value, childPath(path, name), name, told);
    }
    open.delete(child);
  };
  enter(value, '', undefined, undefined);
}
