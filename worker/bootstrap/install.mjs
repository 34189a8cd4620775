// Runs in: CLI. Without dependencies: it runs before anything is installed or built.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { MODULES, ROOT, sha256 } from './places.mjs';
import { runQuietly } from './run.mjs';

const LOCK_STAMP = join(MODULES, '.provenance-lock');

/** Installs the dependencies if they are not what the lock file asks for. Resolves with an exit code. */
export async function installWhereNeeded() {
  if (!needsInstall()) return 0;
  const npm = process.env['npm_execpath']?.endsWith('npm-cli.js') ? [process.execPath, process.env['npm_execpath']] : ['npm'];
  // A production setting in the environment would leave out the compiler.
  const args = ['ci', '--ignore-scripts', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'];
  const code = await runQuietly('Installing the dependencies', 'Dependencies installed', [...npm, ...args]);
  if (code === 0) writeFileSync(LOCK_STAMP, sha256(readFileSync(join(ROOT, 'package-lock.json'))));
  return code;
}

function needsInstall() {
  const hash = sha256(readFileSync(join(ROOT, 'package-lock.json')));
  if (!existsSync(join(MODULES, '.package-lock.json'))) return true;
  if (existsSync(LOCK_STAMP)) return readFileSync(LOCK_STAMP, 'utf8') !== hash;
  // Installed without us: what npm wrote down about it says whether it is what the lock file asks for.
  if (!installedAsLocked()) return true;
  writeFileSync(LOCK_STAMP, hash);
  return false;
}

function installedAsLocked() {
  const wanted = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')).packages;
  const present = JSON.parse(readFileSync(join(MODULES, '.package-lock.json'), 'utf8')).packages;
  return Object.entries(wanted).every(([path, entry]) => {
    if (path === '') return true;
    // Optional packages are mostly other platforms' binaries.
    if (!(path in present)) return entry.optional === true;
    return entry.version === present[path].version && entry.integrity === present[path].integrity;
  });
}
