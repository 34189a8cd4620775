// Runs in: worker, server, CLI. Canonical JSON (RFC 8785).

/** An array, or an object with its names in order, that is being written. */
interface Open {
  object: object;
  names: string[] | undefined;
  next: number;
}

/** So deep is no circle, and few values are. */
const DEEP = 1_000;

/**
 * Of what JSON can hold; an `undefined` is left out as `JSON.stringify` does. Without recursion: values may be nested deeply.
 * @throws TypeError when the value holds what JSON can't (NaN, Infinity, BigInt, a circle).
 */
export default function canonicalize(value: unknown): string {
  if (typeof value !== 'object' || value === null) return written(value);
  const stack: Open[] = [];
  const deep = new Set<object>();
  const opened = (object: object): string => {
    if (stack.length >= DEEP) {
      if (deep.has(object)) throw new TypeError('a value that holds itself is no JSON');
      deep.add(object);
    }
    const names = Array.isArray(object) ? undefined : Object.keys(object).sort();
    stack.push({ object, names, next: 0 });
    return names ? '{' : '[';
  };
  let text = opened(value);
  let isFirst = true;
  for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
    const { object, names } = top;
    if (top.next >= (names ?? object as unknown[]).length) {
      text += names ? '}' : ']';
      if (stack.length > DEEP) deep.delete(object);
      stack.pop();
      isFirst = false;
      continue;
    }
    const key = names ? names[top.next]! : top.next;
    const child = (object as Record<string | number, unknown>)[key];
    top.next++;
    if (names && child === undefined) continue;
    if (!isFirst) text += ',';
    if (names) text += `${JSON.stringify(key)}:`;
    isFirst = typeof child === 'object' && child !== null;
    text += isFirst ? opened(child as object) : written(child);
  }
  return text;
}

/** `JSON.stringify` writes texts and numbers as RFC 8785 asks for. */
function written(value: unknown): string {
  if (typeof value === 'number' && !Number.isFinite(value)) throw new TypeError(`${value} is no JSON`);
  return JSON.stringify(value) ?? 'null';
}

/** The same for a flat object, quicker; what is no number is `null`. */
export function canonicalizeFlat(properties: { [name: string]: string | number | boolean | string[] }): string {
  const names = Object.keys(properties).sort();
  let text = '{';
  for (const name of names) text += `${text.length > 1 ? ',' : ''}${JSON.stringify(name)}:${JSON.stringify(properties[name])}`;
  return `${text}}`;
}
