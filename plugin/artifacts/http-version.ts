// Runs in: worker. The version that a web server gives of what lies at a URL now, asked with HEAD.

/** Longest that a server is waited for, redirects included. */
const LONGEST_WAIT_MS = 5_000;

/** What the server says, or why that is not enough to name an exact version. */
export type HttpVersion = { etag: string; size?: number } | { unknown: string };

/** Undefined for what is not at an HTTP(S) URL. Adds no credentials to those that the URL itself holds. Never throws. */
export async function httpVersion(url: string): Promise<HttpVersion | undefined> {
  if (!/^https?:\/\//i.test(url.trim())) return undefined;
  try {
    // A compressed answer has an ETag and a length of its own.
    const response = await fetch(url, { method: 'HEAD', headers: { 'accept-encoding': 'identity' }, signal: AbortSignal.timeout(LONGEST_WAIT_MS) });
    if (!response.ok) return { unknown: `its server answers HEAD with ${response.status}` };
    const etag = /^"([^"]+)"$/.exec(response.headers.get('etag') ?? '')?.[1];
    if (etag === undefined) return { unknown: response.headers.has('etag') ? 'its server gives a weak ETag only' : 'its server gives no ETag' };
    const length = response.headers.get('content-length');
    const isPlain = !response.headers.has('content-encoding') && length !== null && /^\d+$/.test(length);
    return { etag, ...(isPlain && { size: Number(length) }) };
  } catch (error) {
    return { unknown: `its server could not be asked (${reasonOf(error)})` };
  }
}

/** In words without the URL, which may hold a permit. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'no reason told';
  if (error.name === 'TimeoutError') return `no answer within ${LONGEST_WAIT_MS / 1_000} seconds`;
  const { code } = (error.cause ?? {}) as { code?: unknown };
  return typeof code === 'string' ? code : error.name;
}
