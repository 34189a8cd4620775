// Runs in: worker, CLI. Records on this machine's disk until the graph has them. Several processes may share one folder: each appends to
// files of its own, and what a dead one left is taken over by the next. Plain files, since a database that runs out of disk takes its
// process with it: lmdb 3.5.6 writes beyond a buffer of its own when a write fails.
import { mkdirSync } from 'node:fs';
import { readFile, unlink } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { ProvenanceRecord } from '../model/record.ts';
import { begunAt, figuresOf, recordsInFolder } from './folder.ts';
import { isNoRoom, OwnSegments, SEGMENT_BYTES } from './own-segments.ts';
import { type Quarantined, quarantinedIn, refused, setAside } from './quarantine.ts';
import { lineOf, recordsIn } from './record-lines.ts';
import type { Segment } from './segment.ts';

export interface OutboxEntry {
  record: ProvenanceRecord;
}

/** What is drained in one go: whole files. */
export interface Batch {
  records: ProvenanceRecord[];
  /** As it lay on the disk. */
  texts: Buffer[];
  segments: Segment[];
  /** What was in the way, and is set aside. */
  unreadable: string[];
}

/** There is no room for a record: the folder holds as much as it may, or the disk itself is full. */
export class OutboxFullError extends Error {
  override name = 'OutboxFullError';
}

/** Nothing can be put into the folder, or it can't even be made. */
export class OutboxUnusableError extends Error {
  override name = 'OutboxUnusableError';
}

interface Waiting {
  line: string;
  done(segment: Segment): void;
  failed(error: unknown): void;
}

export const GIB = 2 ** 30;
/** What Neo4j takes in one transaction with a small heap: an edge has about 100 bytes here. */
const BATCH_BYTES = 4 * SEGMENT_BYTES;
/** How often is looked for room that others have made, while there is none. */
const LOOK_MS = 1_000;

export class Outbox {
  readonly directory: string;
  readonly limit: number;
  /** Called when a record came that somebody waits for the graph to have. */
  onUrgent: () => void = () => undefined;
  readonly #own: OwnSegments;
  #waiting: Waiting[] = [];
  #waitingBytes = 0;
  #isWriting = false;
  #lookNextAt = 0;

  /** @param directory is made when missing, if not now then as soon as it can be, for this user only: records may hold previews. @param bytes the most that may lie there, all processes together */
  constructor(directory: string, { bytes = GIB }: { bytes?: number | undefined } = {}) {
    this.directory = resolve(directory);
    this.limit = bytes;
    try {
      this.make();
    } catch {
      // Tried again, and said, with what is put there.
    }
    this.#own = new OwnSegments(this.directory);
  }

  /** Makes the folder where it is missing. @throws when that can't be */
  make(): void {
    mkdirSync(this.directory, { recursive: true, mode: 0o700 });
  }

  /**
   * Resolves once the record is on disk. Puts of one moment share one flush.
   *
   * @param options `beyond`: also where there is no room left, for what is small and tells of that @throws OutboxFullError, OutboxUnusableError
   */
  async put(record: ProvenanceRecord, { beyond = false } = {}): Promise<void> {
    await this.#put(record, beyond);
  }

  /** Resolves once the graph has the record, or has refused it. @throws OutboxFullError, OutboxUnusableError */
  async putThrough(record: ProvenanceRecord): Promise<void> {
    const segment = await this.#put(record, false);
    await new Promise<void>((settled) => {
      segment.settled.push(settled);
      this.onUrgent();
    });
  }

  /** Bytes that lie there or are about to, as far as is known: what other processes put there is looked for every few seconds. */
  get bytes(): number {
    return this.#own.othersBytes + this.#own.bytes + this.#waitingBytes;
  }

  /** Whether this process has something to drain, but for what is on its way to the disk. */
  get hasAny(): boolean {
    return this.#own.oldest !== undefined;
  }

  /** Whether there is enough for another batch, or anything at all where `isHurried`; but for `held`. */
  hasMore(isHurried: boolean, held: ReadonlySet<Segment>): boolean {
    const rest = this.#own.ended.filter((segment) => !held.has(segment));
    return isHurried ? rest.length > 0 : rest.reduce((sum, { bytes }) => sum + bytes, 0) > BATCH_BYTES - SEGMENT_BYTES;
  }

  /** Records that wait for this process to drain them. */
  get waiting(): number {
    return this.#waiting.length + this.#own.records;
  }

  /** How long the oldest record has waited that this process is to drain. */
  get oldestAgeMs(): number {
    const { oldest } = this.#own;
    return oldest ? Math.max(0, Date.now() - begunAt(oldest.begun).getTime()) : 0;
  }

  /** What is to be drained next, but for `held`; undefined when there is nothing. */
  async batch(held: ReadonlySet<Segment> = new Set()): Promise<Batch | undefined> {
    if (this.#own.ended.every((segment) => held.has(segment))) await this.#own.endOpen();
    const batch: Batch = { records: [], texts: [], segments: [], unreadable: [] };
    let bytes = 0;
    for (const segment of this.#own.ended.filter((each) => !held.has(each))) {
      bytes += segment.bytes;
      if (batch.segments.length > 0 && bytes > BATCH_BYTES) break;
      await this.#read(segment, batch);
    }
    return batch.segments.length > 0 || batch.unreadable.length > 0 ? batch : undefined;
  }

  /** Forgets what the graph has. */
  async remove({ segments }: Pick<Batch, 'segments'>): Promise<void> {
    await Promise.all(segments.map(async (segment) => {
      await unlink(segment.path).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'ENOENT') throw error;
      });
      this.#own.forget(segment);
    }));
  }

  /** Sets a record aside that the graph refuses. */
  quarantine(record: ProvenanceRecord, reason: string): Promise<void> {
    return refused(this.directory, record, reason);
  }

  quarantined(): Quarantined[] {
    return quarantinedIn(this.directory);
  }

  /** The oldest records of all processes, at most `most`. */
  oldest(most: number): OutboxEntry[] {
    return recordsInFolder(this.directory, most).map((record) => ({ record }));
  }

  /** Records of all processes that the graph does not have yet. Reads the folder. */
  get depth(): number {
    return figuresOf(this.directory).records;
  }

  /** Takes over what dead processes left. */
  takeOver(): Promise<void> {
    return this.#own.takeOver();
  }

  /** Gives up what is left, for whoever comes next. Records may be put again afterwards. */
  release(): Promise<void> {
    return this.#own.release();
  }

  close(): Promise<void> {
    return this.#own.close();
  }

  #put(record: ProvenanceRecord, beyond: boolean): Promise<Segment> {
    const line = lineOf(record);
    if (!beyond && this.bytes + line.length > this.limit) {
      this.#lookForRoom();
      throw new OutboxFullError(`the outbox '${this.directory}' is full: ${this.bytes} of ${this.limit} bytes wait for the graph`);
    }
    return new Promise((done, failed) => {
      this.#waiting.push({ line, done, failed });
      this.#waitingBytes += line.length;
      if (this.#isWriting) return;
      this.#isWriting = true;
      // All that is put in this turn goes along.
      setImmediate(() => void this.#writeAll());
    });
  }

  /** Others may have made some. */
  #lookForRoom(): void {
    if (performance.now() < this.#lookNextAt) return;
    this.#lookNextAt = performance.now() + LOOK_MS;
    void this.#own.measureOthers().catch(() => undefined);
  }

  async #writeAll(): Promise<void> {
    while (this.#waiting.length > 0) {
      const group = this.#waiting.splice(0);
      const lines = group.map(({ line }) => line).join('');
      try {
        const segment = await this.#own.append(Buffer.from(lines), group.length);
        for (const { done } of group) done(segment);
      } catch (error) {
        const why = isNoRoom(error) ? new OutboxFullError(`there is no room on the disk for the outbox '${this.directory}'`, { cause: error })
          : new OutboxUnusableError(`nothing can be put into the outbox '${this.directory}': ${(error as Error).message}`, { cause: error });
        for (const { failed } of group) failed(why);
      }
      this.#waitingBytes -= lines.length;
    }
    this.#isWriting = false;
  }

  /** One that another process has taken over meanwhile is no longer ours, nor is one whose file can't be read: others are not to wait for it. */
  async #read(segment: Segment, into: Batch): Promise<void> {
    let text: Buffer;
    try {
      text = await readFile(segment.path);
    } catch (error) {
      this.#own.forget(segment);
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') into.unreadable.push(`${segment.path}: ${(error as Error).message}`);
      return;
    }
    const bad: [line: string, reason: string][] = [];
    const records = recordsIn(text.toString('utf8'), (line, reason) => bad.push([line, reason]));
    for (const [line, reason] of bad) await setAside(this.directory, line, reason);
    into.unreadable.push(...bad.map(([, reason]) => reason));
    into.records.push(...records);
    into.texts.push(text);
    into.segments.push(segment);
    this.#own.counted(segment, records.length);
  }
}
