// Runs in: worker, server, CLI. Texts for people, without secrets.
import { isSecretKey, nameWithoutSecrets, replaceSecrets } from './secrets.ts';
import type { Decoded } from './value.ts';

/** In characters. */
const LONGEST_PREVIEW = 1_000;
/** Of a whole value, as JSON text. */
export const LONGEST_WHOLE = 64 * 1_024;
const REDACTED = '[redacted]';
const asRedacted = () => REDACTED;

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

/** Secrets by their looks, and those that were seen behind telling keys, replaced. */
export function withoutSecrets(text: string): string {
  let clean = replaceSecrets(text, asRedacted);
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
    return JSON.stringify(plain(value, [], budget) ?? null);
  } catch (error) {
    return JSON.stringify(`[unreadable: ${error instanceof Error ? error.name : typeof error}]`);
  }
}

const DEEPEST = 200;

function plain(value: unknown, within: object[], budget: Budget): unknown {
  budget.left -= typeof value === 'string' ? Math.min(value.length, 20_000) : 8;
  if (typeof value === 'string') return value.length > 20_000 ? redactText(value, 20_000) : withoutSecrets(value);
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : value.toString();
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value);
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
    // Names of keys may be secrets too, by their looks; two of them stay two.
    shown[nameWithoutSecrets(key)] = each !== null && each !== undefined && isSecretKey(key) ? remembered(each) : plain(each, inner, budget);
  }
  return shown;
}
