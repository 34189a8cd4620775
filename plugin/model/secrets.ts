// Runs in: worker, client, server, CLI. What is taken for a secret: what stands behind a telling key, and what looks like one.
import { createHmac, hash } from 'node:crypto';
import { decodeSafely } from './uri.ts';

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
  /\b(?:password|passwd|passphrase|pwd|secret|token|api_?key|access_?key)[\\"']*\s*[=:]\s*(?:\\?"(?:[^"\\]|\\[^"])*\\?"?|'[^']*'?|[^\s&;,"'}]+)/,
];
const either = (patterns: RegExp[], flags: string) => new RegExp(patterns.map(({ source }) => source).join('|'), flags);
const BY_FORMAT = either(FORMATS, 'g');
const BY_WORD = either(TOLD, 'gi');
const PART = /[\w.~!$&*+,;=:@%-]+/g;

/** The same few come again and again: keys, and names. */
const secretKeys = new Map<string, boolean>();
const names = new Map<string, string>();
const MOST_KNOWN = 10_000;
const LONGEST_KNOWN = 100;

/** Whether what stands behind a key of this name is a secret. */
export function isSecretKey(key: string): boolean {
  return known(secretKeys, key, () => SECRET_KEY.test(key.replace(/([a-z])([A-Z])/g, '$1_$2')));
}

/** Each secret in a text, by its looks, replaced. */
export function replaceSecrets(text: string, by: (secret: string) => string): string {
  const clean = text.replace(BY_FORMAT, by).replace(BY_WORD, by);
  // Where a secret begins and ends in what is percent-encoded is not worth telling: that part of a path goes as a whole.
  return clean.includes('%') ? clean.replace(PART, (part) => (part.includes('%') && holdsSecret(decodeSafely(part)) ? by(part) : part)) : clean;
}

function holdsSecret(text: string): boolean {
  return text.search(BY_FORMAT) >= 0 || text.search(BY_WORD) >= 0;
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
