// Runs in: worker, client, server, CLI. What is taken for a secret: what stands behind a telling key, and what looks like one.
import { createHmac, hash } from 'node:crypto';
import { types } from 'node:util';
import { decodeSafely } from './uri.ts';

/** A team's own secrets. Patterns must be quick: they are tried on every text that is kept. */
export interface SecretPatterns {
  /** Tried on names of keys: whatever stands behind one that matches is a secret. */
  keys?: RegExp[];
  /** Tried on texts: what matches is a secret. */
  values?: RegExp[];
}

/** A pattern that is none. The message says what to do. */
export class BadSecretPatternError extends Error {
  override name = 'BadSecretPatternError';
}

const SECRET_KEY = /pass(word|wd|phrase)|(^|[_-])(pass|pwd)$|secret|(^|[a-z_-])token$|authorization|api[-_]?key|account[-_]?key|access[-_]?key|credential|private[-_]?key|cookie|(^|[_-])(sas|dsn)$|connection[-_]?string/i;

/** The formats that the issuers publish. */
const FORMATS = [
  /-----BEGIN [A-Z ]*PRIVATE KEY-----[^]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/,
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
/** What stands behind a telling word, or before a host. */
const TOLD = [
  /\bBearer\s+[\w.~+/-]{8,}=*|\bBasic\s+(?=[\w+/]*[\d=])[\w+/]{8,}=*/,
  /(?<=:\/\/)(?!\[redacted:)[^/\s:"']*:[^\s/"']+(?=@)/,
  /--(?:[a-z]+-)*(?:password|passwd|passphrase|secret|token|api-?key|access-?key) +(?!-)[^\s"']+/,
  // With curl alone: to others `-u 1000:1000` is a user and a group.
  /(?<=\bcurl\b(?:[^\n]|\\\n){0,500}[\s"'](?:-[a-z]*u|--(?:proxy-)?user)[\s"'\\,=]{0,4})(?!\[redacted:)[^\s:"'\\,=]+:[^\s"'\\]+/,
  // Also at the end of a longer name, such as DB_PASSWORD.
  /(?:password|passwd|passphrase|pwd|secret|token|api[_-]?key|access[_-]?key)[\\"']*\s*[=:]\s*(?:\\?"(?:[^"\\]|\\[^"])*\\?"?|'[^']*'?|[^\s&;,"'}]+)/,
];
const either = (patterns: RegExp[], flags: string) => new RegExp(patterns.map(({ source }) => source).join('|'), flags);
const BY_FORMAT = either(FORMATS, 'g');
const BY_WORD = either(TOLD, 'gi');
const MARKED = /(\[redacted(?::[0-9a-f]{12})?\]|%5Bredacted%3A[0-9a-f]{12}%5D)/g;
const PART = /[\w.~!$&*+,;=:@%-]+/g;

/** The same few come again and again: keys, and names. */
const secretKeys = new Map<string, boolean>();
const names = new Map<string, string>();
const MOST_KNOWN = 10_000;
const LONGEST_KNOWN = 100;

/** The team's, beside those that are known anyway, of all plugins in this process. */
const own = { keys: [] as RegExp[], values: [] as RegExp[] };

/**
 * From now on this process takes for secrets what these match too.
 * @throws BadSecretPatternError
 */
export function alsoSecret(patterns: SecretPatterns): void {
  const checked = { keys: checkedPatterns('keys', patterns.keys), values: checkedPatterns('values', patterns.values) };
  for (const kind of ['keys', 'values'] as const) {
    for (const pattern of checked[kind]) if (!own[kind].some((each) => String(each) === String(pattern))) own[kind].push(pattern);
  }
  secretKeys.clear();
  names.clear();
}

function checkedPatterns(kind: keyof SecretPatterns, patterns: unknown = []): RegExp[] {
  if (!Array.isArray(patterns)) throw new BadSecretPatternError(`secrets.${kind} must be a list of regular expressions`);
  return patterns.map((pattern: unknown, index) => {
    if (!types.isRegExp(pattern)) throw new BadSecretPatternError(`secrets.${kind}[${index}] is no regular expression: write it as in /^acme_[0-9a-f]{32}$/`);
    if (new RegExp(pattern.source, pattern.flags.replace(/[gy]/g, '')).test('')) throw new BadSecretPatternError(`secrets.${kind}[${index}], ${String(pattern)}, matches the empty text, and so everything: let it ask for at least one character`);
    return new RegExp(pattern.source, kind === 'keys' ? pattern.flags.replace(/[gy]/g, '') : `${pattern.flags.replace(/[gy]/g, '')}g`);
  });
}

/** Whether what stands behind a key of this name is a secret. */
export function isSecretKey(key: string): boolean {
  return known(secretKeys, key, () => SECRET_KEY.test(key.replace(/([a-z])([A-Z])/g, '$1_$2')) || own.keys.some((pattern) => pattern.test(key)));
}

/** Each secret in a text, by its looks, replaced. */
export function replaceSecrets(text: string, by: (secret: string) => string): string {
  let clean = text.replace(BY_FORMAT, by).replace(BY_WORD, by);
  for (const pattern of own.values) clean = outsideOfMarks(clean, (part) => part.replace(pattern, (match: string) => (match === '' ? '' : by(match))));
  // Where a secret begins and ends in what is percent-encoded is not worth telling: that part of a path goes as a whole.
  return clean.includes('%') ? clean.replace(PART, (part) => (part.includes('%') && holdsSecret(decodeSafely(part)) ? by(part) : part)) : clean;
}

function holdsSecret(text: string): boolean {
  const bare = text.replace(MARKED, ' ');
  return [BY_FORMAT, BY_WORD, ...own.values].some((pattern) => bare.search(pattern) >= 0);
}

/** What stands for a secret is none itself, whatever a pattern says: a name is the same after it has been looked at twice. */
function outsideOfMarks(text: string, replace: (part: string) => string): string {
  return text.includes('redacted') ? text.split(MARKED).map((part, index) => (index % 2 === 0 ? replace(part) : part)).join('') : replace(text);
}

/**
 * A name (of an artifact, of a key) in which each secret has given way to a mark of its own, `[redacted:ab12cd34ef56]`: two things whose
 * names differ are still two. Secrets that only their keys give away are not known here, since a name must be the same in all processes.
 */
export function nameWithoutSecrets(name: string): string {
  return known(names, name, () => replaceSecrets(name, markOf));
}

/** The same of a JSON Pointer, key by key. */
export function pathWithoutSecrets(path: string): string {
  return path === '' ? path : path.split('/').map(nameWithoutSecrets).join('/');
}

// Of the environment, so that who asks by a name knows the marks that workers make.
let markKey: string | Uint8Array | undefined = process.env.PROVENANCE_DIGEST_KEY || undefined;

/** From now on this process makes marks with the key, so that nobody without it finds a secret by guessing. */
export function keyMarks(key: string | Uint8Array): void {
  markKey = key;
  names.clear();
}

/** 48 bits of its digest. */
function markOf(secret: string): string {
  const digest = markKey === undefined ? hash('sha256', secret, 'hex') : createHmac('sha256', markKey).update(secret).digest('hex');
  return `[redacted:${digest.slice(0, 12)}]`;
}

function known<T>(cache: Map<string, T>, key: string, make: () => T): T {
  let value = cache.get(key);
  if (value === undefined) {
    value = make();
    if (cache.size >= MOST_KNOWN) cache.clear();
    if (key.length <= LONGEST_KNOWN) cache.set(key, value);
  }
  return value;
}
