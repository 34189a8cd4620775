// Runs in: CLI. Without dependencies: it runs before anything is installed or built.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The checkout. */
export const ROOT = fileURLToPath(new URL('../..', import.meta.url));
export const MODULES = join(ROOT, 'node_modules');

/** The script behind a package's program: run with this very Node, and without npx, which may look for packages online. */
export function program(name, command) {
  const { bin: programs } = JSON.parse(readFileSync(join(MODULES, name, 'package.json'), 'utf8'));
  return join(MODULES, name, typeof programs === 'string' ? programs : programs[command]);
}

/** The SHA-256 of bytes, in hexadecimal. */
export function sha256(bytes) {
  return createHash('sha256').update(bytes).digest('hex');
}
