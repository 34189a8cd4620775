// Runs in: worker. Runs that are to be sealed, on this machine's disk until they are (LMDB; several processes may share it).
import { mkdirSync } from 'node:fs';
import { open, type RootDatabase } from 'lmdb';

export interface Sealing {
  /** The Run's id. */
  run: string;
  /** Not before then, in milliseconds since the epoch: what belongs to the run may still be on its way. */
  due: number;
  tries: number;
}

export class SealQueue {
  readonly #runs: RootDatabase<Omit<Sealing, 'run'>, string>;

  constructor(directory: string) {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    this.#runs = open({ path: directory, noSubdir: false, encoding: 'json', overlappingSync: false });
  }

  /** Resolves once it is on disk. A run that is there already is put off. */
  async put(runs: string[], due: number, tries = 0): Promise<void> {
    await Promise.all(runs.map((run) => this.#runs.put(run, { due, tries })));
  }

  async remove(run: string): Promise<void> {
    await this.#runs.remove(run);
  }

  /** Those that are due by then, at most `most`. */
  due(by: number, most = Infinity): Sealing[] {
    const due: Sealing[] = [];
    for (const { key, value } of this.#runs.getRange()) {
      if (value.due > by) continue;
      due.push({ run: key, ...value });
      if (due.length >= most) break;
    }
    return due;
  }

  get depth(): number {
    return this.#runs.getCount();
  }

  async close(): Promise<void> {
    await this.#runs.close();
  }
}
