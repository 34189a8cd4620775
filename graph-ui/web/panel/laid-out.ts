// Runs in: browser. JSON text on lines of its own, also where its end was cut off.

const MOST_CHARACTERS = 20_000;

/** Null for what does not begin like an object or a list. What is no JSON in the middle is left as it is. */
export function laidOut(text: string): string | null {
  if (!/^\s*[[{]/.test(text) || text.length > MOST_CHARACTERS) return null;
  let out = '';
  let depth = 0;
  let inString = false;
  const line = (): string => `\n${'  '.repeat(depth)}`;
  for (let at = 0; at < text.length; at++) {
    const character = text[at]!;
    if (inString) {
      out += character;
      if (character === '\\') out += text[++at] ?? '';
      else if (character === '"') inString = false;
    } else if (character === '"') {
      out += character;
      inString = true;
    } else if (character === '{' || character === '[') {
      depth++;
      out += character + line();
    } else if (character === '}' || character === ']') {
      depth = Math.max(0, depth - 1);
      out = `${out.trimEnd()}${/[{[]$/.test(out.trimEnd()) ? '' : line()}${character}`;
    } else if (character === ',') {
      out += `,${line()}`;
    } else if (character === ':') {
      out += ': ';
    } else if (!/\s/.test(character)) {
      out += character;
    }
  }
  return out;
}
