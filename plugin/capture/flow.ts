// Runs in: isolate. Which value came from where: by the object's identity, without touching it, and by what is distinctive.
import { childPath } from '../model/reference.ts';
import { condensed } from './condense.ts';
import { isDistinctive, type Token } from './distinctive.ts';
import { fingerprint, isClosed, valueAt } from './fingerprint.ts';
import type { Link } from './header.ts';

interface Origin {
  source: string;
  path: string;
}

interface Tagged extends Origin {
  /** What its own texts and numbers amounted to when it came. */
  print: number;
}

/** The link that what is now looked at is a part of. */
interface Within {
  origin: Origin;
  link: Link;
  /** Whether there may be something in it of what was in it when it came, and whether there is something that came from elsewhere. */
  isLeft: boolean;
  isFilled: boolean;
}

/** What the parts of a value are known to come from. */
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
/** How many distinctive texts and numbers are remembered of a run. */
const MOST_TOKENS = 50_000;

/** Remembers, for one run, which value each object is a part of, and which value each distinctive text or number came with. */
export class Flow {
  readonly #tagged = new WeakMap<object, Tagged>();
  /** Null: more than one brought it, or the workflow's own code did. */
  readonly #tokens = new Map<Token, Origin | null>();
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
    this.#walk<true>(value, {
      object: (object, path) => {
        if (this.#tagged.has(object)) return false;
        this.#tagged.set(object, { source, path, print: fingerprint(object) });
        return true;
      },
      other: (token, around, key) => {
        if (!isLoose(token)) return;
        const known = this.#tokens.get(token);
        if (known !== undefined) {
          if (known !== null && known.source !== source) this.#tokens.set(token, null);
        } else if (this.#tokens.size < MOST_TOKENS && isDistinctive(token)) this.#tokens.set(token, { source, path: at(around, key) });
      },
    });
  }

  /**
   * Where the parts of `value` came from: the outermost object of each origin, what was put into it since, and the texts and
   * numbers that only one value can have brought.
   */
  linksOf(value: unknown): Links {
    const links: Link[] = [];
    let loose = false as boolean;
    const own: Token[] = [];
    const linked: Within[] = [];
    const complete = this.#walk<Within>(value, {
      object: (object, path, key, within) => {
        const tagged = this.#tagged.get(object);
        if (!tagged) {
          if (within) changed(within, true);
          return true;
        }
        // Still where its origin had it: the link to the object around it says so already.
        const inPlace = within !== undefined && key !== undefined && within.origin.source === tagged.source && childPath(within.origin.path, key) === tagged.path;
        if (within && !inPlace) changed(within, isIn(tagged, within.origin));
        const here: Within = { origin: tagged, link: inPlace ? within.link : [path, tagged.source, tagged.path], isLeft: false, isFilled: false };
        if (inPlace) within.isLeft = true;
        else {
          links.push(here.link);
          linked.push(here);
        }
        if (fingerprint(object) !== tagged.print) here.link[3] = 1;
        return here;
      },
      other: (token, around, key, within) => {
        const known = isLoose(token) ? this.#tokens.get(token) : undefined;
        if (within) holds(within, !within.link[3] || !known || isIn(known, within.origin));
        // What is in a linked object, and was not changed there, has come with it.
        if (!isLoose(token) || (within && !within.link[3])) return;
        if (known === undefined && isDistinctive(token)) own.push(token);
        if (within && (!known || (known.source === within.origin.source && known.path === at(within.origin.path, key)))) return;
        if (known) links.push([at(around, key), known.source, known.path, 1]);
        else loose = true;
      },
      cut: (within) => changed(within, true),
    });
    // Emptied, and filled with what came from elsewhere: it has nothing of what it was.
    const emptied = new Set(linked.filter(({ isLeft, isFilled }) => complete && isFilled && !isLeft).map(({ link }) => link));
    const left = emptied.size > 0 ? links.filter((link) => !emptied.has(link)) : links;
    // If it comes back in a result, that is no news: the workflow had it.
    for (const token of own) if (this.#tokens.size < MOST_TOKENS) this.#tokens.set(token, null);
    const told = this.#paths === 'names' ? condensed(left) : left.map(([to, source, , marks]): Link => {
      const place = /^\/\d+/.exec(to)?.[0] ?? '';
      return marks ? [place, source, '', marks] : [place, source, ''];
    });
    return { links: told, ...(!complete && { incomplete: true }), ...(loose && { loose: true }) };
  }

  /**
   * Visits everything inside of `value` once per place, outermost first. `object` answers false to go no deeper, or what its
   * children are to be told as `within`; `other` gets all else; `cut` is told of what could not be looked at to its end. Getters of
   * objects that workflow code made are left alone. Without recursion: values may be nested deeply.
   * @returns whether all was looked at
   */
  #walk<W>(value: unknown, visit: {
    object(object: object, path: string, key: string | number | undefined, within: W | undefined): W | boolean;
    other(value: unknown, around: string, key: string | number | undefined, within: W | undefined): void;
    cut?(within: W): void;
  }): boolean {
    const stack: { object: object; path: string; keys: string[] | undefined; next: number; within: W | undefined; isPlain: boolean }[] = [];
    const open = new Set<object>();
    let isWhole = true as boolean;
    const enter = (object: object, path: string, key: string | number | undefined, within: W | undefined) => {
      if (open.has(object)) return;
      const answer = visit.object(object, path, key, within);
      if (answer === false || ArrayBuffer.isView(object)) return;
      if (isClosed(object)) {
        if (object.size > 0 && !this.#tagged.has(object)) isWhole = false;
        return;
      }
      if (!this.#tagged.has(object) && hasToJson(object)) {
        // What it gives, which is what is sent, need not be what is in it. A Date has nothing in it.
        if (Object.keys(object).length > 0) isWhole = false;
        return;
      }
      open.add(object);
      stack.push({ object, path, keys: Array.isArray(object) ? undefined : Object.keys(object), next: 0, within: answer === true ? undefined : answer, isPlain: this.#tagged.has(object) });
    };
    if (isObject(value)) enter(value, '', undefined, undefined);
    else visit.other(value, '', undefined, undefined);
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
        for (const { within: unfinished } of stack) if (unfinished !== undefined) visit.cut?.(unfinished);
        return false;
      }
      // A payload converter makes no getters, and asking whether there are any takes longer than all the rest.
      const child = !keys || frame.isPlain ? valueAt(object, key) : Object.getOwnPropertyDescriptor(object, key)?.value as unknown;
      if (isObject(child)) enter(child, childPath(path, key), key, within);
      else visit.other(child, path, key, within);
    }
    return isWhole;
  }
}

function changed(within: Within, mayBeOwn: boolean): void {
  within.link[3] = 1;
  holds(within, mayBeOwn);
}

function holds(within: Within, mayBeOwn: boolean): void {
  if (mayBeOwn) within.isLeft = true;
  else within.isFilled = true;
}

function isIn({ source, path }: Origin, around: Origin): boolean {
  return source === around.source && (path === around.path || path.startsWith(`${around.path}/`));
}

/** A path is put together only for what is worth it. */
function at(around: string, key: string | number | undefined): string {
  return key === undefined ? around : childPath(around, key);
}

/** Looks without asking: a getter may do anything. */
function hasToJson(object: object): boolean {
  for (let owner: object | null = object; owner !== null && owner !== Object.prototype && owner !== Array.prototype; owner = Object.getPrototypeOf(owner) as object | null) {
    if (Object.getOwnPropertyDescriptor(owner, 'toJSON')) return true;
  }
  return false;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/** Texts and numbers say something, and could come from anywhere. */
function isLoose(value: unknown): value is Token {
  return (typeof value === 'string' && value !== '') || typeof value === 'number' || typeof value === 'bigint';
}
