// Runs in: worker. Runs that are to be sealed, on this machine's disk until they are. Several processes may share the folder: sealed twice is sealed.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface Sealing {
  /** The Run's id. */
  run: string;
  /** Not before then, in milliseconds since the epoch: what belongs to the run may still be on its way. */
  due: number;
  tries: number;
}

/** What others left is looked for so often. */
const REFRESH_MS = 30_000;

export class SealQueue {
  readonly #directory: string;
  readonly #runs = new Map<string, Sealing>();
  #refreshedAt = -Infinity;

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** A run that is there already is put off. What a crash of the machine loses of it, an audit finds. */
  async put(sealings: Sealing[]): Promise<void> {
    for (const sealing of sealings) this.#runs.set(sealing.run, sealing);
    await mkdir(this.#directory, { recursive: true, mode: 0o700 });
    await Promise.all(sealings.map((sealing) => writeFile(this.#file(sealing.run), JSON.stringify(sealing), { mode: 0o600 })));
  }

  async remove(run: string): Promise<void> {
    this.#runs.delete(run);
    await unlink(this.#file(run)).catch(() => undefined);
  }

  /** Those that are due by then, the one that has waited longest first. */
  due(by: number): Sealing[] {
    if (performance.now() - this.#refreshedAt > REFRESH_MS) this.refresh();
    return [...this.#runs.values()].filter(({ due }) => due <= by).sort((a, b) => a.due - b.due);
  }

  /** Takes in what other processes have put there. */
  refresh(): void {
    this.#refreshedAt = performance.now();
    for (const name of existsSync(this.#directory) ? readdirSync(this.#directory) : []) {
      try {
        const sealing = JSON.parse(readFileSync(join(this.#directory, name), 'utf8')) as Sealing;
        if (!this.#runs.has(sealing.run)) this.#runs.set(sealing.run, sealing);
      } catch {
        // Gone meanwhile, or half written: whoever writes it knows it.
      }
    }
  }

  #file(run: string): string {
    return join(this.#directory, createHash('sha256').update(run).digest('hex').slice(0, 32));
  }
}
