// Runs in: worker, server, CLI. What is kept of a value: digest, size, type and a short preview, never the value itself.
import type { Payload } from '@temporalio/common';
import canonicalize from './canonicalize.ts';
import { sha256 } from './id.ts';
import { isReference } from './reference.ts';
import type { Properties } from './record.ts';
import { nameWithoutSecrets } from './secrets.ts';

/** A payload's encoding and what it decodes to, without a payload codec. */
export interface Decoded {
  encoding: string;
  /** Undefined when the bytes are not JSON, or too many to be looked into. */
  json?: unknown;
  bytes: Uint8Array;
}

/** Takes a digest; with a key, so that whoever does not have it can't find a value by guessing. */
export type Digest = (data: string | Uint8Array) => string;

/** What the payload converter could not write: all that is known is that it was there. */
export const UNWRITABLE: Decoded = { encoding: 'unwritable', bytes: new Uint8Array() };

/** What is still as a payload codec left it: a digest of that would be none of the value. */
export const UNDECODED: Payload = { metadata: { encoding: new TextEncoder().encode('undecoded') }, data: new Uint8Array() };
export const isUndecoded = ({ encoding }: Decoded): boolean => encoding === 'undecoded';

/** Why nothing is told of a value: nobody could decode it, or behind a payload codec there is no key to take its digest with. */
export const HIDDEN = { undecoded: 'payload codec', unkeyed: 'no digest key' } as const;

/** Larger payloads are not looked into: parsing one would take the worker's memory many times over. Their digest is over the bytes as they are. */
export const LARGEST_PARSED = 16 * 2 ** 20;

const decoder = new TextDecoder();

export function decode(payload: Payload): Decoded {
  const encoding = decoder.decode(payload.metadata?.encoding ?? new Uint8Array());
  // In a history, what has no data has an empty list there, which has no size.
  const bytes = payload.data?.byteLength ? payload.data : new Uint8Array();
  if (encoding === 'binary/null') return { encoding, json: null, bytes };
  if ((encoding !== 'json/plain' && encoding !== 'json/protobuf') || bytes.byteLength > LARGEST_PARSED) return { encoding, bytes };
  try {
    return { encoding, json: JSON.parse(decoder.decode(bytes)), bytes };
  } catch {
    return { encoding, bytes };
  }
}

/** SHA-256 over the canonical JSON (RFC 8785) of what the payload holds; over its bytes when that is not JSON. */
export function digestOf({ json, bytes }: Decoded, digest: Digest = sha256): string {
  return digest(json === undefined ? bytes : canonicalize(json));
}

/** The digest of an argument list: over the canonical JSON list of its arguments' digests. */
export function listDigest(list: Decoded[], digest: Digest = sha256): string {
  return digest(canonicalize(list.map((each) => digestOf(each, digest))));
}

/** What the skeleton keeps of a value. */
export function describe(decoded: Decoded, digest?: Digest): Properties {
  if (isUndecoded(decoded)) return { hidden: HIDDEN.undecoded };
  if (decoded.encoding === UNWRITABLE.encoding) return { gap: 'the payload converter could not write it' };
  return { digest: digestOf(decoded, digest), bytes: decoded.bytes.byteLength, type: typeName(decoded), ...notLookedInto([decoded]) };
}

/** What the skeleton keeps of an argument list. */
export function describeList(list: Decoded[], digest?: Digest): Properties {
  if (list.some(isUndecoded)) return { hidden: HIDDEN.undecoded };
  if (list.some(({ encoding }) => encoding === UNWRITABLE.encoding)) return { gap: 'the payload converter could not write all of it' };
  return {
    ...notLookedInto(list),
    digest: listDigest(list, digest),
    bytes: list.reduce((sum, { bytes }) => sum + bytes.byteLength, 0),
    type: `arguments(${list.map(typeName).join(', ')})`,
  };
}

/** Says of what is too large that its digest is another, and that no references were looked for in it. */
function notLookedInto(list: Decoded[]): Properties {
  return list.some(({ bytes }) => bytes.byteLength > LARGEST_PARSED) ? { digestOf: 'bytes' } : {};
}

function typeName({ encoding, json }: Decoded): string {
  if (json === undefined) return encoding === 'binary/plain' ? 'bytes' : encoding;
  if (json === null) return 'null';
  if (Array.isArray(json)) return `array(${json.length})`;
  return isReference(json) ? `reference(${nameWithoutSecrets(json.kind)})` : typeof json;
}
