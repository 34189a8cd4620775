// Runs in: worker, server, CLI. Canonical JSON (RFC 8785), typed for what we give it.
import { createRequire } from 'node:module';

// The package is CommonJS with types of an ES module's default export, which does not match what Node gives us.
const serialize = createRequire(import.meta.url)('canonicalize') as (input: unknown) => string | undefined;

/** @throws when the value holds what JSON can't (NaN, Infinity, BigInt, a cycle). */
export default function canonicalize(value: unknown): string {
  return serialize(value) ?? 'null';
}

/** The same for a flat object, in a tenth of the time: `JSON.stringify` writes texts and numbers as RFC 8785 asks for. */
export function canonicalizeFlat(properties: { [name: string]: string | number | boolean | string[] }): string {
  const names = Object.keys(properties).sort();
  let text = '{';
  for (const name of names) text += `${text.length > 1 ? ',' : ''}${JSON.stringify(name)}:${JSON.stringify(properties[name])}`;
  return `${text}}`;
}
