// Runs in: browser. Six characters that stand for an id, so that a link can name many things and stay short.

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** How many characters a key has. */
export const KEY_LENGTH = 6;

/**
 * The key of an id: 36 bits, so that in a trace of 5,000 nodes two share one about once in 5,000 traces. It is only ever
 * looked up among the nodes of one trace, and is no secret.
 */
export function shortKey(id: string): string {
  // Two multiplicative hashes side by side (cyrb53's mixing), of which 18 bits each are kept.
  let a = 0xdeadbeef;
  let b = 0x41c6ce57;
  for (let at = 0; at < id.length; at++) {
    const code = id.charCodeAt(at);
    a = Math.imul(a ^ code, 2654435761);
    b = Math.imul(b ^ code, 1597334677);
  }
  a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909);
  b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909);
  return letters(a) + letters(b);
}

function letters(bits: number): string {
  return [26, 20, 14].map((shift) => LETTERS[(bits >>> shift) & 63]).join('');
}
