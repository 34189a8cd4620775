// Runs in: worker, CLI. Whose a file of the outbox is, and whether its owner still lives: what a dead process left is taken over by another.
import { createHash, randomBytes } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { stat, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { threadId } from 'node:worker_threads';

/** Owner of what was given up in order. */
export const NOBODY = 'nobody';
const ALIVE = '.alive';

/** How often an owner shows that it lives. */
export const SHOW_MS = 10_000;
/** Who has not shown for so long must look whether its file is still its own. */
export const DOUBT_MS = 2 * SHOW_MS;
/** Who has not shown for so long is taken for dead. A live one that was held up meanwhile finds its file gone, and writes anew. */
const DEAD_MS = 6 * SHOW_MS;

/** Owners in this process, whichever copy of this module made them. */
const living: Set<string> = ((globalThis as { [key: symbol]: unknown })[Symbol.for('temporal-provenance.owners')] ??= new Set()) as Set<string>;
/** Process ids mean something only within one boot and one namespace of processes: containers have their own, and often one name. */
const place = createHash('sha256').update([hostname(), bootId(), processNamespace()].join('\n')).digest('hex').slice(0, 12);

export class Owner {
  /** In file names. */
  readonly name = `${process.pid}-${threadId}-${place}-${randomBytes(4).toString('hex')}`;
  readonly #file: string;
  /** When others were last seen to show. By this process' own clock, which nobody moves. */
  readonly #seen = new Map<string, { mtimeMs: number; at: number }>();
  #shownAt = -Infinity;

  constructor(directory: string) {
    this.#file = join(directory, this.name + ALIVE);
    living.add(this.name);
  }

  /** Shows the others that this owner lives. */
  async show(): Promise<void> {
    const at = performance.now();
    const now = new Date();
    await utimes(this.#file, now, now).catch(() => writeFile(this.#file, '', { mode: 0o600 }));
    this.#shownAt = at;
  }

  /** Whether others may have taken this one for dead since it last showed. */
  get isInDoubt(): boolean {
    return performance.now() - this.#shownAt > DOUBT_MS;
  }

  /** The file by which it shows. */
  get file(): string {
    return this.#file;
  }

  gone(): void {
    living.delete(this.name);
  }

  async isDead(directory: string, owner: string): Promise<boolean> {
    if (owner === NOBODY) return true;
    const [pid, thread, where] = owner.split('-');
    if (where === place && !isRunning(Number(pid))) return true;
    if (where === place && Number(pid) === process.pid && Number(thread) === threadId) return !living.has(owner);
    // Of another machine or container, or an id that another process has got since: time tells.
    const mtimeMs = await stat(join(directory, owner + ALIVE)).then((found) => found.mtimeMs, () => 0);
    const seen = this.#seen.get(owner);
    if (seen?.mtimeMs === mtimeMs) return performance.now() - seen.at > DEAD_MS;
    this.#seen.set(owner, { mtimeMs, at: performance.now() });
    return false;
  }
}

/** The owner that shows by this file; undefined for other files. */
export function ownerShownBy(file: string): string | undefined {
  return file.endsWith(ALIVE) ? file.slice(0, -ALIVE.length) : undefined;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function bootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8');
  } catch {
    return '';
  }
}

function processNamespace(): string {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    return '';
  }
}
