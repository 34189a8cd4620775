// Runs in: worker, CLI. A history as it was before the payload codec: digests are of the values, not of what a codec made of them.
import type { LoadedDataConverter, Payload } from '@temporalio/common';
import { decode } from '@temporalio/common/lib/internal-non-workflow/index.js';
import type { temporal } from '@temporalio/proto';
import type { RunKey } from '../model/id.ts';
import { UNDECODED } from '../model/value.ts';

/** So many payloads are given to the codec at a time: it may ask another service. */
const CHUNK = 100;
/** Codecs never touch these. */
const PLAIN = new Set(['header', 'searchAttributes']);

/** Where a payload is, to be put back there. */
interface Slot {
  holder: Record<string, unknown>;
  key: string;
}

/** A copy. What the codec can't decode is hidden in it; without a codec it is the history itself. Never throws. */
export async function decodedHistory({ payloadCodecs }: Pick<LoadedDataConverter, 'payloadCodecs'>, { namespace, workflowId }: RunKey, history: temporal.api.history.v1.IHistory): Promise<temporal.api.history.v1.IHistory> {
  if (payloadCodecs.length === 0) return history;
  const slots: Slot[] = [];
  const copy = copied(history, slots) as temporal.api.history.v1.IHistory;
  // A codec that needs an activity's own context decodes nothing of it here: hidden, not wrong.
  const opened = (payloads: Payload[]) => decode(payloadCodecs, payloads, { type: 'workflow', namespace, workflowId }) as Promise<Payload[]>;
  for (let from = 0; from < slots.length; from += CHUNK) {
    const chunk = slots.slice(from, from + CHUNK);
    const payloads = chunk.map(({ holder, key }) => holder[key] as Payload);
    // One that fails is not to hide the others.
    const decoded = await opened(payloads).catch(() => Promise.all(payloads.map((payload) => opened([payload]).then(([one]) => one, () => undefined))));
    for (const [index, { holder, key }] of chunk.entries()) holder[key] = decoded[index] ?? UNDECODED;
  }
  return copy;
}

function copied(value: unknown, slots: Slot[]): unknown {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value;
  if (Array.isArray(value)) {
    const list: unknown[] = [];
    for (const key of value.keys()) list[key] = placed(list as unknown as Slot['holder'], String(key), value[key], slots);
    return list;
  }
  // With its prototype: numbers of 64 bits are objects.
  const copy = Object.create(Object.getPrototypeOf(value) as object) as Slot['holder'];
  const isMarker = 'markerName' in value && Object.hasOwn(value, 'markerName');
  for (const [key, each] of Object.entries(value)) {
    if (PLAIN.has(key)) copy[key] = each;
    // Of a marker's details only a local activity's result has gone through the codec.
    else if (isMarker && key === 'details') copy[key] = { ...(each as object | null), ...(copied(resultOf(each as object | null), slots) as object) };
    else copy[key] = placed(copy, key, each, slots);
  }
  return copy;
}

function placed(holder: Slot['holder'], key: string, value: unknown, slots: Slot[]): unknown {
  if (!isPayload(value)) return copied(value, slots);
  slots.push({ holder, key });
  return value;
}

function isPayload(value: unknown): value is Payload {
  return typeof value === 'object' && value !== null && (value as Payload).metadata?.encoding instanceof Uint8Array;
}

function resultOf(details: object | null): object {
  return details && 'result' in details ? { result: details.result } : {};
}
