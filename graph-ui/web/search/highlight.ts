// Runs in: browser. A text in which what was searched for is marked.
import { h } from '../base/dom.ts';

/** @param words in lower case, as `wordsOf` splits them */
export function highlighted(text: string, words: string[]): (string | HTMLElement)[] {
  const parts: (string | HTMLElement)[] = [];
  let plain = 0;
  for (let at = 0; at < text.length; ) {
    const length = isWordStart(text, at) ? Math.max(0, ...words.filter((word) => text.slice(at, at + word.length).toLowerCase() === word).map((word) => word.length)) : 0;
    if (length === 0) {
      at++;
      continue;
    }
    if (at > plain) parts.push(text.slice(plain, at));
    parts.push(h('mark', {}, text.slice(at, at + length)));
    at += length;
    plain = at;
  }
  if (plain < text.length) parts.push(text.slice(plain));
  return parts;
}

function isWordStart(text: string, at: number): boolean {
  const before = text[at - 1];
  if (before === undefined || /[^\p{L}\p{N}]/u.test(before)) return true;
  return /\p{Ll}/u.test(before) && /\p{Lu}/u.test(text[at] ?? '');
}
