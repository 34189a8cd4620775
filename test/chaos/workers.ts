// Runs in: CLI (chaos). The worker processes: started, killed, and started again.
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { openSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Place } from './places.ts';
import type { WorkerOptions } from './worker.ts';

/** What was compiled: Node.js 20 runs no TypeScript in a child. */
const ENTRY = fileURLToPath(new URL(import.meta.url.endsWith('.ts') ? '../../dist/test/chaos/worker.js' : './worker.js', import.meta.url));
/** A place that no worker comes by is not waited for: a large batch takes a while to be written, if Neo4j is there. */
const PATIENCE_MS = 12_000;
/** What it has for draining and sealing when it is told to end. */
const GRACE_MS = 30_000;

export class Workers {
  readonly #options: WorkerOptions;
  readonly #flags: (index: number) => string[];
  readonly #log: number;
  readonly #children: (ChildProcess | undefined)[];
  #isOver = false;

  /**
   * @param directory for what they log
   * @param flags of Node.js, for the worker of that number
   */
  constructor(count: number, options: WorkerOptions, directory: string, flags: (index: number) => string[] = () => []) {
    this.#options = options;
    this.#flags = flags;
    this.#log = openSync(join(directory, 'workers.log'), 'a');
    this.#children = Array.from({ length: count }, () => undefined);
    for (const index of this.#children.keys()) this.start(index);
  }

  get count(): number {
    return this.#children.length;
  }

  /** Starts it, and whenever it ends by itself again. */
  start(index: number): void {
    if (this.#isOver) return;
    const child = fork(ENTRY, [JSON.stringify(this.#options)], { execArgv: this.#flags(index), stdio: ['ignore', this.#log, this.#log, 'ipc'] });
    this.#children[index] = child;
    child.once('exit', () => {
      if (this.#children[index] !== child) return;
      this.#children[index] = undefined;
      // One that was not killed could not reach Temporal.
      setTimeout(() => this.#children[index] ?? this.start(index), 500);
    });
  }

  /** SIGKILL, once it comes by the place; or at once, without one. @returns where it was killed */
  async kill(index: number, place: Place | undefined): Promise<Place | 'anywhere' | undefined> {
    const child = this.#children[index];
    if (!child) return undefined;
    this.#children[index] = undefined;
    const exit = once(child, 'exit').then(() => true);
    if (place && child.connected) child.send(place);
    const came = place !== undefined && (await Promise.race([exit, sleep(PATIENCE_MS, false)]));
    child.kill('SIGKILL');
    await exit;
    return came ? place : 'anywhere';
  }

  /** In order: each drains what it can, for so long. */
  async stop(graceMs = GRACE_MS): Promise<void> {
    this.#isOver = true;
    await Promise.all(this.#children.map(async (child, index) => {
      if (!child) return;
      this.#children[index] = undefined;
      const exit = once(child, 'exit');
      child.kill('SIGTERM');
      const impatient = setTimeout(() => child.kill('SIGKILL'), graceMs);
      await exit;
      clearTimeout(impatient);
    }));
  }
}
