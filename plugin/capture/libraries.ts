// Runs in: worker. Which versions of which libraries are installed.
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { jsonObject, nearest } from './nearest.ts';

/** Name to version; where several versions of one are installed, all of them, as in `4.17.21, 5.0.0`. */
export type Libraries = { [name: string]: string };

/** What says it, best first: npm's own note of what it installed, then lockfiles. Each gives pairs of name and version. */
const READERS: { [file: string]: (text: string) => [name: string, version: string][] } = {
  'node_modules/.package-lock.json': npmLock,
  'package-lock.json': npmLock,
  'npm-shrinkwrap.json': npmLock,
  'pnpm-lock.yaml': pnpmLock,
  'yarn.lock': yarnLock,
  'bun.lock': bunLock,
};

/** All installed packages; where no lockfile is found, the direct dependencies as Node would find them. */
export function installedLibraries(directory: string): Libraries {
  const found = nearest(directory, Object.keys(READERS));
  const pairs = found ? READERS[found.name]!(found.text) : [];
  if (pairs.length === 0) return directDependencies(directory);
  const versions = new Map<string, Set<string>>();
  for (const [name, version] of pairs) versions.set(name, (versions.get(name) ?? new Set()).add(version));
  return Object.fromEntries([...versions].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, all]) => [name, [...all].sort().join(', ')]));
}

function npmLock(text: string): [string, string][] {
  const packages = (jsonObject(text)?.packages ?? {}) as { [path: string]: { name?: string; version?: string } };
  return Object.entries(packages).flatMap(([path, { name, version }]): [string, string][] => {
    const at = path.lastIndexOf('node_modules/');
    return at < 0 || typeof version !== 'string' ? [] : [[name ?? path.slice(at + 'node_modules/'.length), version]];
  });
}

/** The keys of `packages:`, such as `'@scope/name@1.2.3':`, older ones with a slash before it and peers behind it. */
function pnpmLock(text: string): [string, string][] {
  const section = /^packages:\n([^]*?)(?=^\S|$(?![^]))/m.exec(text)?.[1] ?? '';
  return [...section.matchAll(/^ {2}['"]?\/?((?:@[^/@'"\s]+\/)?[^/@'"\s]+)[@/]([^('"\s:_]+)[^\n]*:/gm)].map(([, name, version]) => [name!, version!]);
}

/** Entries as `"name@range", name@range:` with `version "1.2.3"` (1) or `version: 1.2.3` (2 and later) below. */
function yarnLock(text: string): [string, string][] {
  return [...text.matchAll(/^"?((?:@[^/@"\s]+\/)?[^@"\s]+)@[^\n]*:\n {2}version:? "?([^"\s]+)/gm)]
    .filter(([, , version]) => version !== '0.0.0-use.local').map(([, name, version]) => [name!, version!]);
}

/** Lines as `"key": ["name@1.2.3", …`. */
function bunLock(text: string): [string, string][] {
  return [...text.matchAll(/^ {4}"[^"]+": \["((?:@[^/@"]+\/)?[^@"]+)@(\d[^"]*)"/gm)].map(([, name, version]) => [name!, version!]);
}

function directDependencies(directory: string): Libraries {
  const found: Libraries = {};
  const manifest = nearest(directory, ['package.json']);
  if (!manifest) return found;
  const { dependencies, optionalDependencies, peerDependencies, devDependencies } = (jsonObject(manifest.text) ?? {}) as { [kind: string]: object | undefined };
  const require = createRequire(join(manifest.directory, manifest.name));
  for (const name of Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies, ...devDependencies }).sort()) {
    for (const folder of require.resolve.paths(name) ?? []) {
      const version = installedVersion(join(folder, name));
      if (version === undefined) continue;
      found[name] = version;
      break;
    }
  }
  return found;
}

function installedVersion(folder: string): string | undefined {
  try {
    const version = jsonObject(readFileSync(join(folder, 'package.json'), 'utf8'))?.version;
    return typeof version === 'string' ? version : undefined;
  } catch {
    return undefined;
  }
}
