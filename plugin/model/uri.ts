// Runs in: worker, server, CLI. The one place where URIs are normalised, so that one thing has one name.
import { hostname } from 'node:os';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

/** A URI that cannot name anything. The message says why and what to write instead. */
export class BadUriError extends Error {
  override name = 'BadUriError';
}

const SCHEME = /^([a-z][a-z0-9+.-]*):(.*)$/is;
// Query keys of pre-signed URLs: they differ at each signing. Only where there is a signature: `st` may well be a state.
const SIGNED: [signature: RegExp, keys: RegExp][] = [
  [/^sig$/i, /^(sig|se|sp|sv|sr|st|spr|skoid|sktid|skt|ske|sks|skv|srt|ss|sip)$/i],
  [/^x-amz-signature$/i, /^x-amz-/i],
  [/^x-goog-signature$/i, /^x-goog-/i],
  [/^signature$/i, /^(signature|expires|awsaccesskeyid|googleaccessid|key-pair-id|policy)$/i],
];
const SECRET = /^(.*(password|passwd|pwd|secret|credential).*|(access_?|auth_?|id_?|refresh_?)?token|api_?key|authorization)$/i;
/** In bytes. Longer ones would not fit an index of Neo4j's, and are no places anyway (`data:`). */
const LONGEST = 4_096;

/**
 * One spelling for one place: scheme and host in lower case, no credentials, no signed query parts, no fragment;
 * a path of this machine becomes `file://HOST/abs/path`.
 *
 * @param volume stands in for the host in `file:` URIs (default: `PROVENANCE_VOLUME`, else this host's name), for
 * shared disks that many hosts mount.
 * @throws BadUriError for an empty URI, or one without a path behind its scheme.
 */
export function normaliseUri(uri: string, volume: string = process.env.PROVENANCE_VOLUME ?? hostname()): string {
  if (typeof uri !== 'string' || uri.trim() === '') {
    throw new BadUriError('an artifact needs a uri: a path, or something like s3://bucket/key');
  }
  const text = uri.trim();
  if (Buffer.byteLength(text) > LONGEST) throw new BadUriError(`a uri of ${Buffer.byteLength(text)} bytes names no place: ${LONGEST} are the most`);
  const match = SCHEME.exec(text);
  // A one-letter scheme is a Windows drive.
  if (!match || match[1]!.length === 1) return fileUri(pathToFileURL(resolve(text)).pathname, volume);
  const scheme = match[1]!.toLowerCase();
  const rest = match[2]!;
  if (scheme === 'file') {
    const { host, path, query } = splitAuthority(rest);
    return fileUri(pathToFileURL(decodeSafely(path)).pathname, host === '' || host === 'localhost' ? volume : host) + kept(query);
  }
  if (rest === '' || rest === '//') throw new BadUriError(`the uri '${text}' names nothing behind its scheme`);
  if (!rest.startsWith('//')) {
    // Schemes may be stacked: jdbc:postgresql://…
    return `${scheme}:${/^[a-z][a-z0-9+.-]*:\/\//i.test(rest) ? normaliseUri(rest, volume) : rest}`;
  }
  const { host, path, query, user } = splitAuthority(rest);
  // Azure's container stands where others have a user: `abfss://CONTAINER@ACCOUNT/path`.
  const container = /^(abfs|wasb)s?$/.test(scheme) && user !== '' && !user.includes(':') ? `${user}@` : '';
  return `${scheme}://${container}${host.toLowerCase()}${path}${kept(query)}`;
}

/** What of a query says which thing is meant. */
function kept(query: string): string {
  const pairs = query.split('&').filter((pair) => pair !== '');
  const keys = pairs.map((pair) => pair.split('=')[0]!);
  const dropped = SIGNED.filter(([signature]) => keys.some((key) => signature.test(key))).map(([, signed]) => signed);
  const left = pairs.filter((_, index) => ![SECRET, ...dropped].some((pattern) => pattern.test(keys[index]!)));
  return left.length > 0 ? `?${left.join('&')}` : '';
}

/** The path on this machine that a `file:` URI or a plain path means; undefined for any other scheme or host. */
export function localPath(uri: string, volume: string = process.env.PROVENANCE_VOLUME ?? hostname()): string | undefined {
  const match = SCHEME.exec(uri.trim());
  if (!match || match[1]!.length === 1) return resolve(uri.trim());
  if (match[1]!.toLowerCase() !== 'file') return undefined;
  const { host, path } = splitAuthority(match[2]!);
  const isHere = ['', 'localhost', hostname().toLowerCase(), volume.toLowerCase()].includes(host.toLowerCase());
  return isHere ? decodeSafely(path) : undefined;
}

/** What a URI's thing is called, for people. */
export function lastPart(uri: string): string {
  return uri.split('/').filter((part) => part !== '').at(-1) ?? uri;
}

function fileUri(path: string, host: string): string {
  return `file://${host.toLowerCase()}${path.startsWith('/') ? '' : '/'}${path}`;
}

function splitAuthority(rest: string): { host: string; path: string; query: string; user: string } {
  const [beforeFragment] = rest.split('#') as [string];
  const mark = beforeFragment.indexOf('?');
  const location = mark < 0 ? beforeFragment : beforeFragment.slice(0, mark);
  const query = mark < 0 ? '' : beforeFragment.slice(mark + 1);
  if (!location.startsWith('//')) return { host: '', path: location, query, user: '' };
  const slash = location.indexOf('/', 2);
  const authority = slash < 0 ? location.slice(2) : location.slice(2, slash);
  return {
    host: authority.slice(authority.lastIndexOf('@') + 1),
    path: slash < 0 ? '' : location.slice(slash),
    query,
    user: authority.slice(0, Math.max(0, authority.lastIndexOf('@'))),
  };
}

/** Undoes percent-encoding where there is any. */
export function decodeSafely(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path; // A stray % is part of the name.
  }
}
