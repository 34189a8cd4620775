// Runs in: worker, server, CLI. The one place where URIs are normalised, so that one thing has one name.
import { hostname } from 'node:os';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

/** A URI that cannot name anything. The message says why and what to write instead. */
export class BadUriError extends Error {
  override name = 'BadUriError';
}

const SCHEME = /^([a-z][a-z0-9+.-]*):(.*)$/is;
// Query keys of pre-signed URLs (AWS, Google Cloud, Azure SAS) and of bearer tokens: they differ on each signing, and they are secrets.
const SIGNED = /^(x-amz-.*|x-goog-.*|awsaccesskeyid|signature|expires|googleaccessid|sig|se|sp|sv|sr|st|spr|skoid|sktid|skt|ske|sks|skv|token|access_token|api_?key)$/i;

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
  const match = SCHEME.exec(text);
  // A one-letter scheme is a Windows drive.
  if (!match || match[1]!.length === 1) return fileUri(pathToFileURL(resolve(text)).pathname, volume);
  const scheme = match[1]!.toLowerCase();
  const rest = match[2]!;
  if (scheme === 'file') {
    const { host, path } = splitAuthority(rest);
    return fileUri(pathToFileURL(decodeSafely(path)).pathname, host === '' || host === 'localhost' ? volume : host);
  }
  if (rest === '' || rest === '//') throw new BadUriError(`the uri '${text}' names nothing behind its scheme`);
  if (!rest.startsWith('//')) return `${scheme}:${rest.split('#')[0]}`;
  const { host, path, query } = splitAuthority(rest);
  const kept = query.split('&').filter((pair) => pair !== '' && !SIGNED.test(pair.split('=')[0]!));
  return `${scheme}://${host.toLowerCase()}${path}${kept.length > 0 ? `?${kept.join('&')}` : ''}`;
}

/** The path on this machine that a `file:` URI or a plain path means; undefined for any other scheme. */
export function localPath(uri: string): string | undefined {
  const match = SCHEME.exec(uri.trim());
  if (!match || match[1]!.length === 1) return resolve(uri.trim());
  if (match[1]!.toLowerCase() !== 'file') return undefined;
  return decodeSafely(splitAuthority(match[2]!).path);
}

function fileUri(path: string, host: string): string {
  return `file://${host.toLowerCase()}${path.startsWith('/') ? '' : '/'}${path}`;
}

function splitAuthority(rest: string): { host: string; path: string; query: string } {
  const [beforeFragment] = rest.split('#') as [string];
  const mark = beforeFragment.indexOf('?');
  const location = mark < 0 ? beforeFragment : beforeFragment.slice(0, mark);
  const query = mark < 0 ? '' : beforeFragment.slice(mark + 1);
  if (!location.startsWith('//')) return { host: '', path: location, query };
  const slash = location.indexOf('/', 2);
  const authority = slash < 0 ? location.slice(2) : location.slice(2, slash);
  return {
    host: authority.slice(authority.lastIndexOf('@') + 1),
    path: slash < 0 ? '' : location.slice(slash),
    query,
  };
}

function decodeSafely(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path; // A stray % is part of the name.
  }
}
