// Runs in: CLI (engines).
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { withLock } from './lock.ts';
import { identify } from './process-identity.ts';

/**
 * Where built and downloaded engines are kept: `PROVENANCE_CACHE`, else `temporal-provenance` in `XDG_CACHE_HOME` or `~/.cache`.
 * Outside the checkout, so that a second clone does not build again.
 */
export function cacheDir(): string {
  const own = process.env['PROVENANCE_CACHE'];
  if (own) return own;
  return join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'temporal-provenance');
}

/** The folder of a finished piece of the cache; undefined when it is not there. Pieces appear whole or not at all. */
export function cached(name: string): string | undefined {
  const folder = join(cacheDir(), name);
  return existsSync(folder) ? folder : undefined;
}

/**
 * Makes a piece of the cache, once: `make` fills a temporary folder, which then gets its name in one step. Of several processes
 * one works, the others wait for it.
 *
 * @param waiting called with the pid of the process that is at work already
 * @returns the piece's folder
 */
export async function fillCache(name: string, make: (folder: string) => Promise<void>, waiting: (pid: number) => void): Promise<string> {
  const root = cacheDir();
  const target = join(root, name);
  await mkdir(root, { recursive: true });
  return withLock(
    join(root, `${name}.lock`),
    async () => {
      // The process we waited for may have made it.
      if (existsSync(target)) return target;
      await sweep(root, name);
      const folder = await mkdtemp(join(root, `.making-${name}-${process.pid}-`));
      try {
        await make(folder);
        await rename(folder, target);
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
      return target;
    },
    waiting,
  );
}

/** Removes what a build that was killed left behind. */
async function sweep(root: string, name: string): Promise<void> {
  const prefix = `.making-${name}-`;
  for (const entry of await readdir(root)) {
    if (!entry.startsWith(prefix)) continue;
    const pid = Number.parseInt(entry.slice(prefix.length), 10);
    if (identify(pid) === undefined) await rm(join(root, entry), { recursive: true, force: true });
  }
}
