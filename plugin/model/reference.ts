// Runs in: isolate, worker, server, CLI. What an artifact reference looks like inside a value, and how to find one.
import type { Json } from './json.ts';

/**
 * Points at exactly one version of a lasting thing. Plain JSON, so that it travels through workflows like any value.
 * Has a `version`, a `sha256`, or both; with both, `version` names it and `sha256` says what its bytes are.
 */
export interface ArtifactReference {
  /** What it is: `dataset`, `model`, `prediction`, `config`, `plot`, `report`, `log`, `file` or a word of your own. */
  kind: string;
  /** Where it lives, normalised (see `normaliseUri`). */
  uri: string;
  /** The version its maker declared. */
  version?: string;
  /** SHA-256 of its bytes, lower-case hex. */
  sha256?: string;
  /** Bytes. */
  size?: number;
  /** A name for people. */
  name?: string;
  /** Row counts, column types and the like. */
  statistics?: { [key: string]: Json };
  /** Ids of the versions this one is a collection of, each `{uri, version | sha256}`. */
  members?: { uri: string; version?: string; sha256?: string }[];
}

/** A reference found inside a value, and the path to it (`''` is the value itself, `/0/model` a JSON Pointer, RFC 6901). */
export interface FoundReference {
  path: string;
  reference: ArtifactReference;
}

const SHA256 = /^[0-9a-f]{64}$/;

export function isReference(value: unknown): value is ArtifactReference {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const { kind, uri, version, sha256 } = value as Record<string, unknown>;
  return (
    typeof kind === 'string' && kind !== '' &&
    typeof uri === 'string' && uri !== '' &&
    ((typeof version === 'string' && version !== '') || (typeof sha256 === 'string' && SHA256.test(sha256)))
  );
}

/** The version part of an ArtifactVersion's id: the declared one, else `sha256:DIGEST`. */
export function versionOf(reference: { version?: string | undefined; sha256?: string | undefined }): string {
  return reference.version ?? `sha256:${reference.sha256}`;
}

/** One step down a JSON Pointer. */
export function childPath(path: string, key: string | number): string {
  return `${path}/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`;
}
