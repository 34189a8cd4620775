// Runs in: isolate. A number that tells whether an object's own texts and numbers have changed since.

/**
 * Of the object's keys and of what stands at them, objects aside: those are looked at by themselves. NaN, which is like nothing, where
 * it can't be looked into. For objects that a payload converter has made: it reads properties as they are.
 */
export function fingerprint(object: object): number {
  if (isClosed(object)) return NaN;
  if (ArrayBuffer.isView(object)) return ofBytes(object);
  if (Array.isArray(object)) {
    let print = object.length | 0;
    for (const element of object as unknown[]) print = mixed(print, element);
    return print;
  }
  const keys = Object.keys(object);
  let print = object instanceof Date ? mixed(0, Date.prototype.getTime.call(object)) : ~keys.length;
  for (const key of keys) print = mixed(text(print, key), valueAt(object, key));
  return print;
}

/** What is in it stands at no keys. */
export function isClosed(object: object): object is Map<unknown, unknown> | Set<unknown> {
  return object instanceof Map || object instanceof Set;
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
  let print = byteLength | 0;
  for (let at = 0; at < byteLength; at++) print = stirred(print, bytes[at]!);
  return print;
}

function mixed(print: number, value: unknown): number {
  switch (typeof value) {
    case 'string': return text(print, value);
    case 'number': return number(print, value);
    case 'boolean': return stirred(print, value ? 3 : 5);
    case 'bigint': return text(print, String(value));
    case 'object': return stirred(print, value === null ? 7 : 11);
    default: return stirred(print, 13);
  }
}

const double = new Float64Array(1);
const halves = new Int32Array(double.buffer);

function number(print: number, value: number): number {
  if ((value | 0) === value) return stirred(print, value);
  double[0] = value;
  return stirred(stirred(print, halves[0]!), halves[1]!);
}

function text(print: number, value: string): number {
  let next = stirred(print, value.length);
  for (let at = 0; at < value.length; at++) next = stirred(next, value.charCodeAt(at));
  return next;
}

function stirred(print: number, by: number): number {
  return Math.imul((print << 5) ^ (print >>> 27) ^ by, 0x9e3779b1);
}
