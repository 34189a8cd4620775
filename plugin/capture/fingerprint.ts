// Runs in: isolate. A number that tells whether an object's own texts and numbers have changed since.

/**
 * Of the object's keys and of what stands at them, objects aside: those are looked at by themselves. Texts are sampled: 32 bits
 * find a change, they prove no sameness. For objects that a payload converter has made: it reads properties as they are.
 */
export function fingerprint(object: object): number {
  if (ArrayBuffer.isView(object)) return ofBytes(object);
  if (Array.isArray(object)) {
    let print = object.length | 0;
    for (const element of object as unknown[]) print = mixed(print, element);
    return print;
  }
  const keys = Object.keys(object);
  let print = ~keys.length;
  for (const key of keys) print = mixed(text(print, key), valueAt(object, key));
  return print;
}

/** What stands at a key; undefined where even looking fails. */
export function valueAt(object: object, key: string | number): unknown {
  try {
    return (object as Record<string | number, unknown>)[key];
  } catch {
    return undefined;
  }
}

function ofBytes({ buffer, byteOffset, byteLength }: ArrayBufferView): number {
  const bytes = new Uint8Array(buffer, byteOffset, byteLength);
  const step = Math.max(1, Math.floor(byteLength / 4_096));
  let print = byteLength | 0;
  for (let at = 0; at < byteLength; at += step) print = stirred(print, bytes[at]!);
  return print;
}

function mixed(print: number, value: unknown): number {
  switch (typeof value) {
    case 'string': return text(print, value);
    case 'number': return stirred(stirred(print, value | 0), Number.isInteger(value) ? 1 : (value * 4_294_967.291) | 0);
    case 'boolean': return stirred(print, value ? 3 : 5);
    case 'bigint': return text(print, String(value));
    case 'object': return stirred(print, value === null ? 7 : 11);
    default: return stirred(print, 13);
  }
}

function text(print: number, value: string): number {
  let next = stirred(print, value.length);
  const step = Math.max(1, value.length >> 3);
  for (let at = 0; at < value.length; at += step) next = stirred(next, value.charCodeAt(at));
  return next;
}

function stirred(print: number, by: number): number {
  return Math.imul((print << 5) ^ (print >>> 27) ^ by, 0x9e3779b1);
}
