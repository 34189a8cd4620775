// Runs in: worker, CLI. A digest of a history: the same however often, by whomever and in whichever order of its maps it is fetched.
import { createHash } from 'node:crypto';
import type { temporal } from '@temporalio/proto';

/**
 * SHA-256 over the events as the server gives them (payloads as a codec left them), each as canonical text: keys sorted, bytes in base64,
 * what is not set left out.
 */
export class HistoryDigest {
  readonly #hash = createHash('sha256');

  add(events: temporal.api.history.v1.IHistoryEvent[]): void {
    for (const event of events) this.#hash.update(`${canonical(event)}\n`);
  }

  /** Hexadecimal; nothing can be added afterwards. */
  end(): string {
    return this.#hash.digest('hex');
  }
}

function canonical(value: unknown): string {
  if (value instanceof Uint8Array) return JSON.stringify(Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64'));
  if (typeof value !== 'object' || value === null) return typeof value === 'bigint' ? JSON.stringify(String(value)) : JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  // Numbers of 64 bits are objects where they come from the wire.
  if (isLong(value)) return JSON.stringify(value.toString());
  const entries = Object.entries(value).filter(([, each]) => each !== undefined && each !== null).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, each]) => `${JSON.stringify(key)}:${canonical(each)}`).join(',')}}`;
}

function isLong(value: object): value is { toString(): string } {
  return 'low' in value && 'high' in value && 'unsigned' in value;
}
