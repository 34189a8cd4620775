// Runs in: worker, CLI (chaos). What activities themselves say of what they did, apart from the plugin and from Temporal: the oracle.
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';

/** One try of an activity, as its code knows it. */
export interface Try {
  /** No other try has it. */
  id: string;
  workflowId: string;
  runId: string;
  activityId: string;
  isLocal: boolean;
  number: number;
  /** When the server scheduled it, in milliseconds since the epoch. */
  scheduledAt: number;
  /** The worker's process. */
  process: number;
}

/** `started`, `ended`: the activity's code began, and reached its end · `handed over`: the plugin let go of it, and it is about to be reported to Temporal. */
export type Line = { what: 'started'; of: Try } | { what: 'ended'; id: string; outcome: 'completed' | 'failed' } | { what: 'handed over'; id: string };

/** What became of a try, as far as its journal tells. */
export interface Journaled extends Try {
  outcome?: 'completed' | 'failed';
  handedOver: boolean;
}

export class Journal {
  readonly #file: FileHandle;

  private constructor(file: FileHandle) {
    this.#file = file;
  }

  /** A file of this process' own in the folder. */
  static async open(directory: string): Promise<Journal> {
    mkdirSync(directory, { recursive: true });
    return new Journal(await open(join(directory, `${process.pid}-${Date.now()}.jsonl`), 'a'));
  }

  /** Resolves once it is on disk. */
  async write(line: Line): Promise<void> {
    await this.#file.write(`${JSON.stringify(line)}\n`);
    await this.#file.datasync();
  }
}

/** All tries that were journaled in the folder. */
export function readJournals(directory: string): Journaled[] {
  const tries = new Map<string, Journaled>();
  for (const name of readdirSync(directory)) {
    // A line that a kill cut short was not acknowledged to its activity.
    for (const text of readFileSync(join(directory, name), 'utf8').split('\n').slice(0, -1)) {
      const line = JSON.parse(text) as Line;
      if (line.what === 'started') tries.set(line.of.id, { ...line.of, handedOver: false });
      else if (line.what === 'ended') tries.get(line.id)!.outcome = line.outcome;
      else tries.get(line.id)!.handedOver = true;
    }
  }
  return [...tries.values()];
}
