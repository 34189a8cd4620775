// Runs in: CLI (engines).
import { randomUUID } from 'node:crypto';
import { link, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { identify, isRunning, type ProcessIdentity } from './process-identity.ts';

interface Holder extends ProcessIdentity {
  host: string;
}

/** On another host (a shared home folder) a holder cannot be asked whether it lives; nothing here takes that long. */
const FOREIGN_STALE_MS = 45 * 60_000;
const RETRY_MS = 250;

/** A lock that was got, to be released; or the pid of the process that has it. */
export type Attempt = { release: () => Promise<void> } | { heldBy: number };

/**
 * Runs `work` while holding the lock file `path`, so that of several processes one works at a time.
 *
 * @param waiting called once with the holder's pid when another process has the lock
 */
export async function withLock<T>(path: string, work: () => Promise<T>, waiting: (pid: number) => void = () => undefined): Promise<T> {
  let told = false;
  for (;;) {
    const attempt = await tryLock(path);
    if ('release' in attempt) {
      try {
        return await work();
      } finally {
        await attempt.release();
      }
    }
    if (!told) waiting(attempt.heldBy);
    told = true;
    await sleep(RETRY_MS);
  }
}

/** Takes the lock if it is free, or if its holder is dead. */
export async function tryLock(path: string): Promise<Attempt> {
  await mkdir(dirname(path), { recursive: true });
  const mine = `${path}.${process.pid}.${randomUUID()}`;
  const self: Holder = { ...(identify(process.pid) ?? { pid: process.pid, start: '' }), host: hostname() };
  await writeFile(mine, JSON.stringify(self));
  try {
    for (;;) {
      // A link either makes the whole file appear or fails: no other process ever reads half a lock.
      if (await tryLink(mine, path)) return { release: () => rm(path, { force: true }) };
      const seen = await readFile(path, 'utf8').catch(() => undefined);
      if (seen === undefined) continue;
      const holder = parse(seen);
      if (holder && !(await isStale(path, holder))) return { heldBy: holder.pid };
      await takeAway(path, seen);
    }
  } finally {
    await rm(mine, { force: true });
  }
}

async function tryLink(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function parse(content: string): Holder | undefined {
  try {
    return JSON.parse(content) as Holder;
  } catch {
    return undefined;
  }
}

async function isStale(path: string, holder: Holder): Promise<boolean> {
  if (holder.host === hostname()) return !isRunning(holder);
  const age = await stat(path).then((s) => Date.now() - s.mtimeMs, () => 0);
  return age > FOREIGN_STALE_MS;
}

/** Two processes may find the same stale lock: only what was seen is removed, a newer lock is put back. */
async function takeAway(path: string, seen: string): Promise<void> {
  const aside = `${path}.stale.${randomUUID()}`;
  try {
    await rename(path, aside);
  } catch {
    return;
  }
  const taken = await readFile(aside, 'utf8').catch(() => seen);
  if (taken !== seen) await tryLink(aside, path);
  await rm(aside, { force: true });
}
