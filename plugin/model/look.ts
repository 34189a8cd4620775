// Runs in: worker, server, CLI. Looks through a value for artifacts: references, shapes of a team's own, and URIs.
import { type ArtifactReference, childPath, type FoundReference, isReference, isVersioned } from './reference.ts';
import { storePlace } from './stores.ts';

/** What a team's own shape says of an artifact; without a version or digest it is a mention. */
export type Recognised = Omit<ArtifactReference, 'statistics' | 'members'>;

/** Takes a value for an artifact, or leaves it: `undefined`. Must not throw. */
export type Recognise = (value: unknown) => Recognised | undefined;

/** A thing that a value names without anybody having said what it is to the step. */
export interface Mention {
  path: string;
  /** Normalised. */
  uri: string;
  version?: string;
  kind?: string;
}

/** What was found inside a value. */
export interface Found {
  references: FoundReference[];
  mentions: Mention[];
  /** Mentions beyond the first {@link MOST_MENTIONS}. */
  leftOut: number;
  /** Set when there was more to look at than is looked at. */
  incomplete?: true;
}

/** Values deeper, or with more in them, than this are not looked through to their end, which is said. */
const DEEPEST = 200;
const MOST_VISITED = 500_000;
export const MOST_MENTIONS = 100;

/** Looks at all of a value, but not inside of a reference that is found. */
export function lookThrough(json: unknown, recognise?: Recognise): Found {
  const found: Found = { references: [], mentions: [], leftOut: 0 };
  const named = new Set<string>();
  const mention = (made: Mention) => {
    const name = JSON.stringify([made.uri, made.version]);
    if (named.has(name)) return; // A table of a thousand rows from one file mentions it once.
    if (named.size >= MOST_MENTIONS) found.leftOut++;
    else found.mentions.push(made);
    named.add(name);
  };
  const open: [value: unknown, path: string, depth: number][] = [];
  const visit = (value: unknown, path: string, depth: number): void => {
    if (typeof value === 'object' && value !== null) open.push([value, path, depth]);
    else if (recognise || typeof value === 'string') leaf(value, path);
  };
  const leaf = (value: unknown, path: string): void => {
    const shape = recognise?.(value);
    if (shape) take(shape, path);
    else if (typeof value === 'string') {
      const place = storePlace(value);
      if (place) mention({ path, ...place });
    }
  };
  const take = (shape: Recognised, path: string): void => {
    if (isVersioned(shape)) found.references.push({ path, reference: shape, recognised: true });
    else mention({ path, uri: shape.uri, kind: shape.kind });
  };
  visit(json, '', 0);
  for (let next = 0; next < open.length && next < MOST_VISITED; next++) {
    const [value, path, depth] = open[next]!;
    const shape = isReference(value) ? undefined : recognise?.(value);
    if (isReference(value)) found.references.push({ path, reference: value });
    else if (shape) take(shape, path);
    else if (depth >= DEEPEST) found.incomplete = true;
    else for (const [key, child] of Object.entries(value as object)) if (looksAt(child, recognise)) visit(child, childPath(path, key), depth + 1);
  }
  if (open.length > MOST_VISITED) found.incomplete = true;
  return found;
}

/** Most of what large values hold is numbers, for which no path need be made. */
function looksAt(child: unknown, recognise: Recognise | undefined): boolean {
  if (typeof child === 'object') return child !== null;
  return recognise !== undefined || (typeof child === 'string' && child.includes(':'));
}

/** Artifact references inside a value, not looking inside of one that is found. */
export function findReferences(json: unknown): FoundReference[] {
  return lookThrough(json).references;
}
