// Runs in: worker, CLI. Records on this machine's disk until the graph has them (LMDB; several processes may share one folder).
import { mkdirSync } from 'node:fs';
import { hrtime } from 'node:process';
import { type Database, open, type RootDatabase } from 'lmdb';
import type { ProvenanceRecord } from '../model/record.ts';

/** Sorts by time, and is unique among the processes of a machine. */
type Key = [milliseconds: number, process: number, sequence: number];

export interface OutboxEntry {
  key: Key;
  record: ProvenanceRecord;
}

/** A record that the graph refused, kept apart with its reason so that it blocks nothing. */
export interface Quarantined {
  record: ProvenanceRecord;
  reason: string;
  since: string;
}

export class Outbox {
  readonly directory: string;
  readonly #root: RootDatabase;
  readonly #records: Database<ProvenanceRecord, Key>;
  readonly #quarantine: Database<Quarantined, Key>;
  #sequence = Number(hrtime.bigint() % 1_000_000_000n);

  /** @param directory is made when missing, for this user only: records may hold previews. */
  constructor(directory: string) {
    this.directory = directory;
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    // Without overlapping sync a commit is on the disk when its promise resolves.
    this.#root = open({ path: directory, noSubdir: false, encoding: 'json', overlappingSync: false, maxDbs: 2 });
    this.#records = this.#root.openDB<ProvenanceRecord, Key>({ name: 'records', encoding: 'json' });
    this.#quarantine = this.#root.openDB<Quarantined, Key>({ name: 'quarantine', encoding: 'json' });
  }

  /** Resolves once the record is on disk. Puts of one moment share one flush. */
  async put(record: ProvenanceRecord): Promise<void> {
    await this.#records.put([Date.now(), process.pid, this.#sequence++], record);
  }

  /** The oldest records, at most `most`, and beyond the first no more than weigh `heaviest` together: a node, an edge, and 1,000 characters of a picture or a log weigh one. */
  oldest(most: number, heaviest = Infinity): OutboxEntry[] {
    const entries: OutboxEntry[] = [];
    let weight = 0;
    for (const { key, value } of this.#records.getRange({ limit: most })) {
      weight += weightOf(value);
      if (entries.length > 0 && weight > heaviest) break;
      entries.push({ key, record: value });
    }
    return entries;
  }

  /** Forgets what the graph has. */
  async remove(entries: OutboxEntry[]): Promise<void> {
    await this.#root.transaction(() => {
      for (const { key } of entries) void this.#records.remove(key);
    });
  }

  /** Sets a record aside that the graph refuses. */
  async quarantine({ key, record }: OutboxEntry, reason: string): Promise<void> {
    await this.#root.transaction(() => {
      void this.#quarantine.put(key, { record, reason, since: new Date().toISOString() });
      void this.#records.remove(key);
    });
  }

  quarantined(): Quarantined[] {
    return [...this.#quarantine.getRange()].map(({ value }) => value);
  }

  /** Records that the graph does not have yet. */
  get depth(): number {
    return this.#records.getCount();
  }

  async close(): Promise<void> {
    await this.#root.close();
  }
}

function weightOf({ nodes, edges }: ProvenanceRecord): number {
  let characters = 0;
  // Only what can be erased is long.
  for (const { label, set } of nodes) if (label === 'Detail') for (const value of Object.values(set)) if (typeof value === 'string') characters += value.length;
  return nodes.length + edges.length + characters / 1_000;
}
