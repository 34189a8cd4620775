// Runs in: CLI. Without dependencies: it runs before anything is installed or built.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, extname, join, relative, sep } from 'node:path';
import { program, ROOT } from './places.mjs';
import { runQuietly } from './run.mjs';

const STAMP = join(ROOT, 'dist', '.build-stamp.json');

/** Compiles the sources and builds the page where their contents changed since the last time. Resolves with an exit code. */
export async function buildWhereNeeded() {
  const stamp = readStamp();
  const lock = readFileSync(join(ROOT, 'package-lock.json'));
  const code = hashOf(['plugin', 'graph-ui/server', 'worker', 'test/bench', 'test/chaos', 'test/fuzz', 'test/graph-ui', 'test/support', 'package.json', 'tsconfig.json', 'tsconfig.build.json'], lock);
  const page = hashOf(['plugin', 'graph-ui', 'package.json', 'tsconfig.json'], lock);
  if (stamp.code !== code || !existsSync('dist/plugin') || !existsSync('dist/worker')) {
    const result = await runQuietly('Compiling', 'Compiled', [process.execPath, program('typescript', 'tsc'), '-p', 'tsconfig.build.json']);
    if (result !== 0) return result;
    for (const folder of ['plugin', 'graph-ui/server', 'worker', 'test/bench', 'test/chaos', 'test/fuzz']) removeOrphans(folder);
    writeStamp({ ...stamp, code });
  }
  if (existsSync('graph-ui/web/vite.config.ts') && (stamp.page !== page || !existsSync('dist/graph-ui/web/index.html'))) {
    const vite = [process.execPath, program('vite', 'vite'), 'build', 'graph-ui/web', '--logLevel', 'warn'];
    const result = await runQuietly('Building the page', 'Page built', vite);
    if (result !== 0) return result;
    writeStamp({ ...stamp, code, page });
  }
  return 0;
}

/** What is compiled from a source that is no more would still be found by an import. */
function removeOrphans(folder) {
  const compiled = join('dist', folder);
  if (!existsSync(compiled)) return;
  for (const file of files(compiled)) {
    const source = relative('dist', file).replace(/(\.d\.ts|\.js)(\.map)?$/, '.ts');
    if (source.endsWith('.ts') && !existsSync(source)) rmSync(file);
  }
}

function hashOf(places, lock) {
  const hash = createHash('sha256').update(lock);
  for (const place of places) {
    for (const file of existsSync(place) ? files(place) : []) {
      if (['.md', '.log'].includes(extname(file))) continue;
      hash.update(`\0${file.split(sep).join('/')}\0`).update(readFileSync(file));
    }
  }
  return hash.digest('hex');
}

function files(place) {
  if (!statSync(place).isDirectory()) return [place];
  const entries = readdirSync(place, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  return entries.flatMap((entry) => {
    const path = join(place, entry.name);
    if (entry.isDirectory()) return entry.name === 'node_modules' ? [] : files(path);
    return entry.isFile() ? [path] : [];
  });
}

function readStamp() {
  try {
    return JSON.parse(readFileSync(STAMP, 'utf8'));
  } catch {
    return {};
  }
}

function writeStamp(stamp) {
  mkdirSync(dirname(STAMP), { recursive: true });
  writeFileSync(STAMP, JSON.stringify(stamp));
}
