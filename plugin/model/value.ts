// Runs in: worker, server, CLI. What is kept of a value: digest, size, type and a short preview, never the value itself.
import type { Payload } from '@temporalio/common';
import canonicalize from './canonicalize.ts';
import { sha256 } from './id.ts';
import { isReference } from './reference.ts';
import type { Properties } from './record.ts';

/** A payload's encoding and what it decodes to, without a payload codec. */
export interface Decoded {
  encoding: string;
  /** Undefined when the bytes are not JSON. */
  json?: unknown;
  bytes: Uint8Array;
}

const decoder = new TextDecoder();

export function decode(payload: Payload): Decoded {
  const encoding = decoder.decode(payload.metadata?.encoding ?? new Uint8Array());
  const bytes = payload.data ?? new Uint8Array();
  if (encoding === 'binary/null') return { encoding, json: null, bytes };
  if (encoding !== 'json/plain' && encoding !== 'json/protobuf') return { encoding, bytes };
  try {
    return { encoding, json: JSON.parse(decoder.decode(bytes)), bytes };
  } catch {
    return { encoding, bytes };
  }
}

/** SHA-256 over the canonical JSON (RFC 8785) of what the payload holds; over its bytes when that is not JSON. */
export function digestOf({ json, bytes }: Decoded): string {
  return sha256(json === undefined ? bytes : canonicalize(json));
}

/** The digest of an argument list: over the canonical JSON list of its arguments' digests. */
export function listDigest(list: Decoded[]): string {
  return sha256(canonicalize(list.map(digestOf)));
}

/** What the skeleton keeps of a value. */
export function describe(decoded: Decoded): Properties {
  return { digest: digestOf(decoded), bytes: decoded.bytes.byteLength, type: typeName(decoded) };
}

/** What the skeleton keeps of an argument list. */
export function describeList(list: Decoded[]): Properties {
  return {
    digest: listDigest(list),
    bytes: list.reduce((sum, { bytes }) => sum + bytes.byteLength, 0),
    type: `arguments(${list.map(typeName).join(', ')})`,
  };
}

function typeName({ encoding, json }: Decoded): string {
  if (json === undefined) return encoding === 'binary/plain' ? 'bytes' : encoding;
  if (json === null) return 'null';
  if (Array.isArray(json)) return `array(${json.length})`;
  return isReference(json) ? `reference(${json.kind})` : typeof json;
}

/** JSON text of what activity code declared, secrets left out by the names of their keys. Never throws: what JSON can't hold is told as text. */
export function jsonText(value: unknown): string {
  const seen = new Set<unknown>();
  return JSON.stringify(value, (key, inner: unknown) => {
    if (SECRET_KEY.test(key) && inner !== null) return '[redacted]';
    if (typeof inner === 'bigint') return Number.isSafeInteger(Number(inner)) ? Number(inner) : inner.toString();
    if (typeof inner !== 'object' || inner === null) return inner;
    if (seen.has(inner)) return '[again]';
    seen.add(inner);
    return inner;
  });
}

const LONGEST_PREVIEW = 1_000;
const SECRET_KEY = /pass(word|wd|phrase)|(^|[_-])(pass|pwd)$|secret|(^|[a-z_-])token$|authorization|api[-_]?key|credential|private[-_]?key|cookie/i;
const SECRET_TEXT = /\b(?:gh[pousr]_[A-Za-z0-9]{20,}|sk-[A-Za-z0-9_-]{16,})|\b(?:password|passwd|pwd|secret|token|api_?key)\s*[=:]\s*[^\s&;,"']+|-----BEGIN [A-Z ]*PRIVATE KEY-----|\bAKIA[0-9A-Z]{16}\b|\beyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]+|\bBearer\s+[\w.~+/-]{8,}=*|:\/\/[^/\s:@]+:[^/\s@]+@/gi;

/** A short text for people, secrets left out by the names of their keys and by their looks. */
export function preview({ json, bytes, encoding }: Decoded): string {
  if (json === undefined) return `${bytes.byteLength} bytes (${encoding || 'no encoding'})`;
  const text = JSON.stringify(json, (key, value: unknown) => (SECRET_KEY.test(key) && value !== null ? '[redacted]' : value));
  return redactText(text.length > LONGEST_PREVIEW * 4 ? text.slice(0, LONGEST_PREVIEW * 4) : text, LONGEST_PREVIEW);
}

/** Secrets by their looks replaced, then cut to `longest` characters. */
export function redactText(text: string, longest = 4_000): string {
  const redacted = text.replace(SECRET_TEXT, '[redacted]');
  return redacted.length > longest ? `${redacted.slice(0, longest)}…` : redacted;
}
