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
  /** Set when DVC tracks the file and its bytes are not those that DVC states. */
  dvc?: 'modified';
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
  /** Set when it is a team's own shape, that a recogniser took for a reference. */
  recognised?: true;
}

const SHA256 = /^[0-9a-f]{64}$/;

/** Null, as other languages write what is not there, is as good as absent. */
export function isReference(value: unknown): value is ArtifactReference {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const { kind, uri } = value as Record<string, unknown>;
  return typeof kind === 'string' && kind !== '' && typeof uri === 'string' && uri !== '' && isVersioned(value);
}

/** Whether it says which version it means: by a version, by a digest, or by both. */
export function isVersioned(value: object): boolean {
  const { version, sha256 } = value as { version?: unknown; sha256?: unknown };
  const named = typeof version === 'string' && version !== '';
  const digested = typeof sha256 === 'string' && SHA256.test(sha256);
  return (named || digested) && (named || version === undefined || version === null) && (digested || sha256 === undefined || sha256 === null);
}

/** The version part of an ArtifactVersion's id: the declared one, else `sha256:DIGEST`. */
export function versionOf(reference: { version?: string | null | undefined; sha256?: string | null | undefined }): string {
  return reference.version ?? `sha256:${reference.sha256}`;
}

/** One step down a JSON Pointer. */
export function childPath(path: string, key: string | number): string {
  if (typeof key === 'number') return `${path}/${key}`;
  return `${path}/${/[~/]/.test(key) ? key.replaceAll('~', '~0').replaceAll('/', '~1') : key}`;
}
