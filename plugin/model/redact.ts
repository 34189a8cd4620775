// Runs in: worker, server, CLI. Texts for people, without secrets: by the names of their keys, and by their looks.
import type { Decoded } from './value.ts';

/** In Unicode characters, as `previews` show them. */
const LONGEST_PREVIEW = 1_000;
/** Of a whole value, as JSON text. */
export const LONGEST_WHOLE = 64 * 1_024;
const REDACTED = '[redacted]';

const SECRET_KEY = /pass(word|wd|phrase)|(^|[_-])(pass|pwd)$|secret|(^|[a-z_-])token$|authorization|api[-_]?key|account[-_]?key|access[-_]?key|credential|private[-_]?key|cookie|(^|[_-])(sas|dsn)$|connection[-_]?string/i;

/** The formats that the issuers publish, then what stands behind a telling word. */
const SECRET_TEXT = new RegExp([
  /\bgh[pousr]_[A-Za-z0-9]{20,}|\bgithub_pat_\w{20,}/, // GitHub
  /\bglpat-[\w-]{16,}/, // GitLab
  /\bxox[abeoprs]-[\w-]{10,}/, // Slack
  /\b[rs]k_(?:live|test)_\w{16,}|\bsk-[\w-]{16,}/, // Stripe, OpenAI and others
  /\bnpm_[A-Za-z0-9]{30,}|\bpypi-[\w-]{30,}/,
  /\b(?:AKIA|ASIA|AROA)[0-9A-Z]{16}\b/, // AWS
  /\bAIza[\w-]{30,}|\bya29\.[\w-]{20,}/, // Google
  /\b(?:AccountKey|SharedAccessKey|SharedAccessSignature|sig)=[\w%+/=-]{16,}/, // Azure
  /\bdapi[0-9a-f]{32}\b|\bhf_[A-Za-z]{30,}/, // Databricks, Hugging Face
  /\beyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]*/, // JWT
  /-----BEGIN [A-Z ]*PRIVATE KEY-----[^]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/,
  /\b(?:Bearer|Basic)\s+[\w.~+/-]{8,}=*/,
  /:\/\/[^/\s:@"']*:[^/\s@"']+@/, // a URI's user and password
  /\b(?:password|passwd|passphrase|pwd|secret|token|api_?key|access_?key)["']?\s*[=:]\s*["']?[^\s&;,"'}]+/,
].map(({ source }) => source).join('|'), 'gi');

/** Secrets by their looks replaced, then cut to `longest` characters. */
export function redactText(text: string, longest = 4_000): string {
  // What lies far behind the cut need not be looked at; a secret that this would cut in two goes as a whole.
  const looked = text.length > longest * 4 ? text.slice(0, longest * 4).replace(/\S*$/, '') : text;
  const redacted = looked.replace(SECRET_TEXT, REDACTED);
  return redacted.length > longest || looked.length < text.length ? `${redacted.slice(0, longest)}…` : redacted;
}

/** A short text for people. */
export function preview({ json, bytes, encoding }: Decoded): string {
  if (json === undefined) return `${bytes.byteLength} bytes (${encoding || 'no encoding'})`;
  return redactText(withoutSecrets(json), LONGEST_PREVIEW);
}

/** All of it as JSON text; undefined where it is not JSON, or longer than 64 KiB. */
export function whole({ json }: Decoded): string | undefined {
  if (json === undefined) return undefined;
  const text = withoutSecrets(json);
  return text.length > LONGEST_WHOLE ? undefined : redactText(text, LONGEST_WHOLE);
}

function withoutSecrets(json: unknown): string {
  return JSON.stringify(json, (key, value: unknown) => (SECRET_KEY.test(key) && value !== null ? REDACTED : value));
}

/** JSON text of what activity code declared, without secrets. Never throws: what JSON can't hold is told as text. */
export function jsonText(value: unknown): string {
  const seen = new Set<unknown>();
  return JSON.stringify(value, (key, inner: unknown) => {
    if (SECRET_KEY.test(key) && inner !== null) return REDACTED;
    if (typeof inner === 'string') return inner.replace(SECRET_TEXT, REDACTED);
    if (typeof inner === 'bigint') return Number.isSafeInteger(Number(inner)) ? Number(inner) : inner.toString();
    if (typeof inner !== 'object' || inner === null) return inner;
    if (seen.has(inner)) return '[again]';
    seen.add(inner);
    return inner;
  });
}
