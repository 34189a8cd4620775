// Runs in: worker, CLI. What the payloads of a history's events hold.
import type { Payload } from '@temporalio/common';
import type { temporal } from '@temporalio/proto';
import { type CallHeader, readHeader } from '../capture/header.ts';
import canonicalize from '../model/canonicalize.ts';
import { decode, type Decoded, isUndecoded } from '../model/value.ts';

/** What nothing was given for. */
export const NOTHING: Decoded = { encoding: 'binary/null', json: null, bytes: new Uint8Array() };

export function decodedAll(payloads: temporal.api.common.v1.IPayloads | null | undefined): Decoded[] {
  return (payloads?.payloads ?? []).map((payload) => decode(payload as Payload));
}

/** As the payload converter would write the whole memo. */
export function decodedMemo(memo: temporal.api.common.v1.IMemo | null | undefined): Decoded | undefined {
  const fields = Object.entries(memo?.fields ?? {});
  if (fields.length === 0) return undefined;
  const decoded = fields.map(([name, payload]) => [name, decode(payload as Payload)] as const);
  const hidden = decoded.find(([, each]) => isUndecoded(each));
  if (hidden) return hidden[1];
  const json = Object.fromEntries(decoded.map(([name, each]) => [name, each.json]));
  return { encoding: 'json/plain', json, bytes: new TextEncoder().encode(canonicalize(json)) };
}

/** Our header of an event. */
export function headerOf(header: temporal.api.common.v1.IHeader | null | undefined): CallHeader | undefined {
  return readHeader((header?.fields ?? {}) as Record<string, Payload>);
}

export function milliseconds(timestamp: temporal.api.history.v1.IHistoryEvent['eventTime']): number {
  return Number(timestamp?.seconds ?? 0) * 1_000 + Math.floor((timestamp?.nanos ?? 0) / 1e6);
}

/** ISO 8601. */
export function time(timestamp: temporal.api.history.v1.IHistoryEvent['eventTime']): string {
  return new Date(milliseconds(timestamp)).toISOString();
}
