// Runs in: worker, server, CLI. Texts for people, without secrets: by the names of their keys, and by their looks.
import type { Decoded } from './value.ts';

/** In characters. */
const LONGEST_PREVIEW = 1_000;
/** Of a whole value, as JSON text. */
export const LONGEST_WHOLE = 64 * 1_024;
const REDACTED = '[redacted]';

const SECRET_KEY = /pass(word|wd|phrase)|(^|[_-])(pass|pwd)$|secret|(^|[a-z_-])token$|authorization|api[-_]?key|account[-_]?key|access[-_]?key|credential|private[-_]?key|cookie|(^|[_-])(sas|dsn)$|connection[-_]?string/i;

/** The formats that the issuers publish. */
const FORMATS = [
  /\bgh[pousr]_[A-Za-z0-9]{20,}|\bgithub_pat_\w{20,}/, // GitHub
  /\bgl(?:pat|rt|dt|soat|ptt|ft)-[\w-]{16,}/, // GitLab
  /\bxox[abeoprs]-[\w-]{10,}|\bxapp-[\w-]{10,}|\bhooks\.slack\.com\/services\/[\w/]+/, // Slack
  /\b[prs]k_(?:live|test)_\w{16,}|\bwhsec_\w{16,}/, // Stripe
  /\bsk-(?=[\w-]*\d)(?=[\w-]*[A-Z])[\w-]{16,}/, // OpenAI and others
  /\bnpm_[A-Za-z0-9]{30,}|\bpypi-[\w-]{30,}|\bhf_[A-Za-z]{30,}|\bdapi[0-9a-f]{32}\b/, // npm, PyPI, Hugging Face, Databricks
  /\bSG\.[\w-]{16,}\.[\w-]{16,}|\bhv[sb]\.[\w-]{20,}/, // SendGrid, Vault
  /\b(?:AKIA|ASIA|AROA)[0-9A-Z]{16}\b/, // AWS
  /\bAIza[\w-]{30,}|\bya29\.[\w-]{20,}|\bGOCSPX-[\w-]{20,}/, // Google
  /\b(?:AccountKey|SharedAccessKey|SharedAccessSignature|sig)=[\w%+/=-]{16,}|\b[\w~.-]{3}\dQ~[\w~.-]{31,34}/, // Azure
  /\beyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]*/, // JWT
];
const PRIVATE_KEY = /-----BEGIN [A-Z ]*PRIVATE KEY-----[^]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/;
/** What stands behind a telling word, or before a host. */
const TOLD = [
  /\bBearer\s+[\w.~+/-]{8,}=*|\bBasic\s+(?=[\w+/]*[\d=])[\w+/]{8,}=*/,
  /(?<=:\/\/)[^/\s:"']*:[^\s/"']+(?=@)/,
  /\b(?:password|passwd|passphrase|pwd|secret|token|api_?key|access_?key)[\\"']*\s*[=:]\s*(?:\\?"(?:[^"\\]|\\[^"])*\\?"?|'[^']*'?|[^\s&;,"'}]+)/,
];
const either = (patterns: RegExp[], flags: string) => new RegExp(patterns.map(({ source }) => source).join('|'), flags);
const BY_FORMAT = either([PRIVATE_KEY, ...FORMATS], 'g');
const BY_FORMAT_IN_JSON = either(FORMATS, 'g');
const BY_WORD = either(TOLD, 'gi');

/** What stood behind a telling key, in this process, lately: elsewhere, as in a failure's message, nothing else would give it away. */
const seen = new Set<string>();
const MOST_SEEN = 1_000;
/** Shorter ones would be found in words that have nothing to do with them. */
const SHORTEST_SEEN = 8;

function remembered(value: unknown): string {
  if (typeof value === 'string' && value.length >= SHORTEST_SEEN && value.length <= 1_000) {
    seen.delete(value);
    seen.add(value);
    if (seen.size > MOST_SEEN) seen.delete(seen.values().next().value!);
  }
  return REDACTED;
}

/** The same few keys come again and again. */
const secretKeys = new Map<string, boolean>();
const MOST_KEYS = 10_000;

function isSecretKey(key: string): boolean {
  let is = secretKeys.get(key);
  if (is === undefined) {
    is = SECRET_KEY.test(key.replace(/([a-z])([A-Z])/g, '$1_$2'));
    if (secretKeys.size >= MOST_KEYS) secretKeys.clear();
    if (key.length <= 100) secretKeys.set(key, is);
  }
  return is;
}

/** Secrets by their looks, and those that were seen behind telling keys, replaced. */
export function withoutSecrets(text: string): string {
  let clean = text.replace(BY_FORMAT, REDACTED).replace(BY_WORD, REDACTED);
  for (const secret of seen) if (clean.includes(secret)) clean = clean.replaceAll(secret, REDACTED);
  return clean;
}

/** As `withoutSecrets`, cut to `longest` characters. */
export function redactText(text: string, longest = 4_000): string {
  // What lies far behind the cut need not be looked at; a secret that this would cut in two goes as a whole.
  const looked = text.length > longest * 4 ? text.slice(0, longest * 4).replace(/\S*$/, '') : text;
  const redacted = withoutSecrets(looked);
  return redacted.length > longest || looked.length < text.length ? `${redacted.slice(0, longest)}…` : redacted;
}

/** A short text for people. */
export function preview({ json, bytes, encoding }: Decoded): string {
  if (json === undefined) return `${bytes.byteLength} bytes (${encoding || 'no encoding'})`;
  // Of a large value no more is looked at than is shown.
  const text = jsonText(json, { left: LONGEST_PREVIEW * 4 });
  return text.length > LONGEST_PREVIEW ? `${text.slice(0, LONGEST_PREVIEW)}…` : text;
}

/** All of it as JSON text; undefined where it is not JSON, or longer than 64 KiB. */
export function whole({ json, bytes }: Decoded): string | undefined {
  if (json === undefined || bytes.byteLength > LONGEST_WHOLE) return undefined;
  return jsonText(json);
}

/** About how many characters may still be looked at; what is beyond is left out. */
interface Budget {
  left: number;
}

/** JSON text without secrets. Never throws: what JSON can't hold, or may not be looked at, is told as text. */
export function jsonText(value: unknown, budget: Budget = { left: Infinity }): string {
  try {
    // Names of keys may be secrets too, by their looks.
    return JSON.stringify(plain(value, [], budget) ?? null).replace(BY_FORMAT_IN_JSON, REDACTED);
  } catch (error) {
    return JSON.stringify(`[unreadable: ${error instanceof Error ? error.name : typeof error}]`);
  }
}

const DEEPEST = 200;

function plain(value: unknown, within: object[], budget: Budget): unknown {
  budget.left -= typeof value === 'string' ? Math.min(value.length, 20_000) : 8;
  if (typeof value === 'string') return value.length > 20_000 ? redactText(value, 20_000) : withoutSecrets(value);
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : value.toString();
  if (typeof value !== 'object' || value === null) return value;
  if (within.includes(value)) return '[again]';
  if (within.length >= DEEPEST) return '[deeper]';
  if ('toJSON' in value && typeof value.toJSON === 'function') return plain(value.toJSON(), [...within, value], budget);
  const inner = [...within, value];
  if (Array.isArray(value)) {
    const list: unknown[] = [];
    for (let index = 0; index < value.length && budget.left > 0; index++) list.push(plain(value[index], inner, budget) ?? null);
    return list;
  }
  const source = value instanceof Map ? Object.fromEntries(value) as object : value;
  const shown: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  for (const key of Object.keys(source)) {
    if (budget.left <= 0) break;
    const each = (source as Record<string, unknown>)[key];
    budget.left -= key.length;
    shown[key] = each !== null && each !== undefined && isSecretKey(key) ? remembered(each) : plain(each, inner, budget);
  }
  return shown;
}
