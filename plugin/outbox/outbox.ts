// Runs in: worker, CLI. Records on this machine's disk until the graph has them. Several processes may share one folder: each appends to
// files of its own, and what a dead one left is taken over by the next. Plain files, since a database that runs out of disk takes its
// process with it: lmdb 3.5.6 writes beyond a buffer of its own when a write fails.
import { mkdirSync } from 'node:fs';
import { readdir, readFile, rename, stat, unlink } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { ProvenanceRecord } from '../model/record.ts';
import { begunAt, figuresOf, recordsInFolder, segmentPath, sortedFiles } from './folder.ts';
import { NOBODY, Owner, ownerShownBy, SHOW_MS } from './owner.ts';
import { type Quarantined, quarantinedIn, refused, setAside } from './quarantine.ts';
import { lineOf, recordsIn } from './record-lines.ts';
import { Segment } from './segment.ts';

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

interface Waiting {
  line: string;
  done(segment: Segment): void;
  failed(error: unknown): void;
}

export const GIB = 2 ** 30;
/** A file is drained as a whole; so long, what is in a few of them fits one transaction. */
const SEGMENT_BYTES = 512 * 1_024;
/** What Neo4j takes in one transaction with a small heap: an edge has about 100 bytes here. */
const BATCH_BYTES = 4 * SEGMENT_BYTES;

export class Outbox {
  readonly directory: string;
  /** Called when a record came that somebody waits for the graph to have. */
  onUrgent: () => void = () => undefined;
  readonly #limit: number;
  readonly #owner: Owner;
  #waiting: Waiting[] = [];
  #waitingBytes = 0;
  #isWriting = false;
  /** Writing, ending and giving up files goes one after the other. */
  #turn: Promise<unknown> = Promise.resolve();
  #open: Segment | undefined;
  /** Ours to drain, oldest first. */
  #ended: Segment[] = [];
  #othersBytes = 0;
  #sequence = 0;
  #showing: NodeJS.Timeout | undefined;

  /** @param directory is made when missing, for this user only: records may hold previews. @param bytes the most that may lie there, all processes together */
  constructor(directory: string, { bytes = GIB }: { bytes?: number | undefined } = {}) {
    this.directory = resolve(directory);
    this.#limit = bytes;
    mkdirSync(this.directory, { recursive: true, mode: 0o700 });
    this.#owner = new Owner(this.directory);
  }

  /**
   * Resolves once the record is on disk. Puts of one moment share one flush.
   *
   * @param options `beyond`: also where there is no room left, for what is small and tells of that @throws OutboxFullError
   */
  async put(record: ProvenanceRecord, { beyond = false } = {}): Promise<void> {
    await this.#put(record, beyond);
  }

  /** Resolves once the graph has the record, or has refused it. @throws OutboxFullError */
  async putThrough(record: ProvenanceRecord): Promise<void> {
    const segment = await this.#put(record, false);
    await new Promise<void>((settled) => {
      segment.settled.push(settled);
      this.onUrgent();
    });
  }

  /** Bytes that lie there or are about to, as far as is known: what other processes put there is looked for every few seconds. */
  get bytes(): number {
    return this.#othersBytes + this.#waitingBytes + [...this.#ended, ...(this.#open ? [this.#open] : [])].reduce((sum, { bytes }) => sum + bytes, 0);
  }

  get limit(): number {
    return this.#limit;
  }

  /** Whether this process has something to drain, but for what is on its way to the disk. */
  get hasAny(): boolean {
    return this.#ended.length > 0 || (this.#open?.records ?? 0) > 0;
  }

  /** Whether there is enough for another batch, or anything at all where `isHurried`; but for `held`. */
  hasMore(isHurried: boolean, held: ReadonlySet<Segment>): boolean {
    const rest = this.#ended.filter((segment) => !held.has(segment));
    return isHurried ? rest.length > 0 : rest.reduce((sum, { bytes }) => sum + bytes, 0) > BATCH_BYTES - SEGMENT_BYTES;
  }

  /** Records that wait for this process to drain them. Those that it took over count once they are read. */
  get waiting(): number {
    return this.#waiting.length + (this.#open?.records ?? 0) + this.#ended.reduce((sum, { records }) => sum + (records ?? 1), 0);
  }

  /** How long the oldest record has waited that this process is to drain. */
  get oldestAgeMs(): number {
    const oldest = this.#ended[0] ?? this.#open;
    return oldest?.records === 0 || !oldest ? 0 : Math.max(0, Date.now() - begunAt(oldest.begun).getTime());
  }

  /** What is to be drained next, but for `held`; undefined when there is nothing. */
  async batch(held: ReadonlySet<Segment> = new Set()): Promise<Batch | undefined> {
    if (this.#ended.every((segment) => held.has(segment))) await this.#endOpen();
    const batch: Batch = { records: [], texts: [], segments: [], unreadable: [] };
    let bytes = 0;
    for (const segment of this.#ended.filter((each) => !held.has(each))) {
      bytes += segment.bytes;
      if (batch.segments.length > 0 && bytes > BATCH_BYTES) break;
      await this.#read(segment, batch);
    }
    return batch.segments.length > 0 ? batch : undefined;
  }

  /** Forgets what the graph has. */
  async remove({ segments }: Pick<Batch, 'segments'>): Promise<void> {
    await Promise.all(segments.map(async (segment) => {
      await unlink(segment.path).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'ENOENT') throw error;
      });
      this.#ended = this.#ended.filter((each) => each !== segment);
      for (const settled of segment.settled) settled();
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

  /** Takes over what dead processes left, and looks how much the living have there. */
  async takeOver(): Promise<void> {
    const { segments, others } = sortedFiles(this.directory, await readdir(this.directory));
    const foreign = segments.filter(({ owner }) => owner !== this.#owner.name);
    const dead = new Set<string>();
    for (const owner of new Set([...foreign.map((each) => each.owner), ...others.flatMap((name) => ownerShownBy(name) ?? [])])) {
      if (owner !== this.#owner.name && (await this.#owner.isDead(this.directory, owner))) dead.add(owner);
    }
    let livingBytes = 0;
    for (const { begun, owner, path } of foreign) {
      const size = await stat(path).then((found) => found.size, () => 0);
      if (!dead.has(owner)) livingBytes += size;
      else {
        await this.#show();
        const own = segmentPath(this.directory, begun, this.#owner.name);
        // Of several that try, one gets it.
        if (await rename(path, own).then(() => true, () => false)) this.#ended.push(new Segment(own, begun, size));
      }
    }
    this.#othersBytes = livingBytes;
    this.#ended.sort((a, b) => (a.begun < b.begun ? -1 : 1));
    for (const name of others) if (dead.has(ownerShownBy(name) ?? '')) await unlink(join(this.directory, name)).catch(() => undefined);
  }

  /** Gives up what is left, for whoever comes next. Records may be put again afterwards. */
  async release(): Promise<void> {
    await this.#endOpen();
    await this.#alone(async () => {
      for (const segment of this.#ended.splice(0)) await rename(segment.path, segmentPath(this.directory, segment.begun, NOBODY)).catch(() => undefined);
      clearInterval(this.#showing);
      this.#showing = undefined;
      await unlink(this.#owner.file).catch(() => undefined);
    });
  }

  async close(): Promise<void> {
    await this.release();
    this.#owner.gone();
  }

  #put(record: ProvenanceRecord, beyond: boolean): Promise<Segment> {
    const line = lineOf(record);
    if (!beyond && this.bytes + line.length > this.#limit) {
      throw new OutboxFullError(`the outbox '${this.directory}' is full: ${this.bytes} of ${this.#limit} bytes wait for the graph`);
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

  async #writeAll(): Promise<void> {
    while (this.#waiting.length > 0) {
      const group = this.#waiting.splice(0);
      const lines = group.map(({ line }) => line).join('');
      try {
        const segment = await this.#alone(() => this.#append(Buffer.from(lines), group.length));
        for (const { done } of group) done(segment);
      } catch (error) {
        const why = isNoRoom(error) ? new OutboxFullError(`there is no room on the disk for the outbox '${this.directory}'`, { cause: error }) : error;
        for (const { failed } of group) failed(why);
      }
      this.#waitingBytes -= lines.length;
    }
    this.#isWriting = false;
  }

  async #append(text: Buffer, records: number): Promise<Segment> {
    for (;;) {
      const segment = (this.#open ??= await this.#begin());
      try {
        await segment.append(text, records);
      } catch (error) {
        // After a failed flush nobody knows what is on the disk: what comes next has a file of its own.
        if (!isNoRoom(error)) await this.#end();
        throw error;
      }
      const isOurs = !this.#owner.isInDoubt || (await segment.isThere());
      if (isOurs && segment.bytes < SEGMENT_BYTES) return segment;
      await this.#end();
      if (isOurs) return segment;
      // We were taken for dead: what was just written may have come too late to be read.
      this.#ended = this.#ended.filter((each) => each !== segment);
    }
  }

  async #begin(): Promise<Segment> {
    await this.#show();
    // Names must differ, also after the clock was set back: the owner has its own random part.
    const begun = `${Date.now()}-${String(this.#sequence++).padStart(9, '0')}-${this.#owner.name.slice(-8)}`;
    return Segment.begin(this.directory, segmentPath(this.directory, begun, this.#owner.name), begun);
  }

  /** From now on others can see that this process lives. */
  async #show(): Promise<void> {
    if (this.#showing) return;
    this.#showing = setInterval(() => void this.#owner.show().catch(() => undefined), SHOW_MS);
    this.#showing.unref();
    await this.#owner.show();
  }

  async #endOpen(): Promise<void> {
    if (this.#open) await this.#alone(() => this.#end());
  }

  async #end(): Promise<void> {
    const segment = this.#open;
    if (!segment) return;
    this.#open = undefined;
    if (segment.records === 0) await unlink(segment.path).catch(() => undefined);
    else this.#ended.push(segment);
    await segment.end();
  }

  /** One that another process has taken over meanwhile is no longer ours. */
  async #read(segment: Segment, into: Batch): Promise<void> {
    let text: Buffer;
    try {
      text = await readFile(segment.path);
    } catch (error) {
      this.#ended = this.#ended.filter((each) => each !== segment);
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
      into.unreadable.push(`${segment.path}: ${(error as Error).message}`);
      return;
    }
    const bad: [line: string, reason: string][] = [];
    const records = recordsIn(text.toString('utf8'), (line, reason) => bad.push([line, reason]));
    for (const [line, reason] of bad) await setAside(this.directory, line, reason);
    into.unreadable.push(...bad.map(([, reason]) => reason));
    into.records.push(...records);
    into.texts.push(text);
    into.segments.push(segment);
    segment.records = records.length;
  }

  #alone<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(work, work);
    this.#turn = done.catch(() => undefined);
    return done;
  }
}

/** The disk, a quota, or the longest allowed file. */
export function isNoRoom(error: unknown): boolean {
  return ['ENOSPC', 'EDQUOT', 'EFBIG'].includes((error as NodeJS.ErrnoException | undefined)?.code ?? '');
}
