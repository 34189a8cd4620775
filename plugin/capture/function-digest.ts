// Runs in: worker. Digests of the functions that do the activities.
import { sha256 } from '../model/id.ts';

/**
 * SHA-256 of each function's source, as it was compiled. It covers the function's own text: neither what it calls nor what it
 * closes over. Null for a function that hides its source, such as a bound or a native one.
 */
export function functionDigests(functions: ReadonlyMap<string, unknown>): Map<string, string | null> {
  return new Map([...functions].map(([name, code]) => [name, functionDigest(code)]));
}

function functionDigest(code: unknown): string | null {
  if (typeof code !== 'function') return null;
  const text = Function.prototype.toString.call(code);
  return /\{\s*\[native code\]\s*\}\s*$/.test(text) ? null : sha256(text);
}

/** Of the function that does activities of this type: its own, or else the default one. */
export function digestOf(digests: ReadonlyMap<string, string | null>, activityType: string): string | undefined {
  return digests.get(digests.has(activityType) ? activityType : 'default') ?? undefined;
}
