// Runs in: worker, server, CLI. Canonical JSON (RFC 8785), typed for what we give it.
import { createRequire } from 'node:module';

// The package is CommonJS with types of an ES module's default export, which does not match what Node gives us.
const serialize = createRequire(import.meta.url)('canonicalize') as (input: unknown) => string | undefined;

/** @throws when the value holds what JSON can't (NaN, Infinity, BigInt, a cycle). */
export default function canonicalize(value: unknown): string {
  return serialize(value) ?? 'null';
}
