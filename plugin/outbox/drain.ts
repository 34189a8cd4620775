// Runs in: worker, CLI. Moves records from the outbox into the graph, in the background, and waits out a graph that is away.
import { readFile } from 'node:fs/promises';
import type { ProvenanceRecord } from '../model/record.ts';
import type { Archive } from './archive.ts';
import type { Batch, Outbox } from './outbox.ts';
import { isNoRoom } from './own-segments.ts';
import type { Segment } from './segment.ts';

/** Where records go. */
export interface RecordSink {
  /** Applies records in one transaction; applying one again changes nothing. @throws when nothing was applied */
  write(records: ProvenanceRecord[]): Promise<void>;
  /** True for a failure that may pass by itself: the graph is away, busy, or refuses us for now. */
  isTransient(error: unknown): boolean;
  /** True for a failure that may be the graph's own or the record's: whether it takes other records tells. Default: it is the record's. */
  isUnclear?(error: unknown): boolean;
}

/** What the drain tells its owner. It never throws. */
export interface DrainEvents {
  /** The graph can't be written to; told once per outage. */
  away?(error: unknown, waiting: number): void;
  /** The graph takes records again after an outage. */
  back?(): void;
  quarantined?(record: ProvenanceRecord, error: unknown): void;
  /** Something in the outbox was cut short, changed, or written by another version; it is set aside. */
  unreadable?(reason: string): void;
  /** The archive can't be written to. `kept`: what was to be there stays in the outbox until it can; otherwise it is in the graph only. */
  unarchived?(error: unknown, kept: boolean): void;
}

/** What a drain has done so far. */
export interface DrainCounts {
  drained: number;
  /** Writes that failed, each to be tried again. */
  failed: number;
  quarantined: number;
  /** Records that left for the graph without having been archived. */
  unarchived: number;
}

interface Held {
  segments: Segment[];
  records: number;
}

/** A transaction costs as much for one record as for hundreds: after each, some are let gather, so that the pipeline keeps its processor. */
const GATHER_MS = 2_000;
const IDLE_MS = 100;
const LONGEST_WAIT_MS = 5_000;
/** How often is looked for what dead processes left. */
const TAKE_OVER_MS = 10_000;

export class Drain {
  readonly counts: DrainCounts = { drained: 0, failed: 0, quarantined: 0, unarchived: 0 };
  readonly #outbox: Outbox;
  readonly #sink: RecordSink;
  readonly #events: DrainEvents;
  readonly #archive: Archive | undefined;
  /** What the graph has and the archive has not, oldest first. */
  #held: Held[] = [];
  #archiveNextAt = 0;
  #running = true;
  #isHurried = false;
  #isUrgent = false;
  #failures = 0;
  #takeOverNextAt = 0;
  #wake: () => void = () => undefined;
  readonly #done: Promise<void>;

  constructor(outbox: Outbox, sink: RecordSink, events: DrainEvents = {}, archive?: Archive) {
    this.#outbox = outbox;
    this.#sink = sink;
    this.#events = events;
    this.#archive = archive;
    outbox.onUrgent = () => {
      this.#isUrgent = true;
      if (this.#failures === 0) this.#wake();
    };
    this.#done = this.#run();
  }

  /**
   * Drains what is left, for at most `limitMs`, then stops.
   * @returns how many records stay in the outbox, for the next process
   */
  async stop(limitMs: number): Promise<number> {
    const until = Date.now() + limitMs;
    this.#isHurried = true;
    this.#wake();
    while (this.#outbox.waiting > 0 && Date.now() < until) {
      // An outage is not worth waiting for at shutdown: the disk has it all.
      if (this.#failures > 0 || this.#held.length > 0) break;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    this.#running = false;
    this.#wake();
    // A graph that hangs in the middle of a write may not hold up a shutdown.
    let timer: NodeJS.Timeout | undefined;
    await Promise.race([this.#done, new Promise((resolve) => (timer = setTimeout(resolve, Math.max(1_000, until - Date.now()))))]);
    clearTimeout(timer);
    this.#outbox.onUrgent = () => undefined;
    return this.#outbox.waiting;
  }

  async #run(): Promise<void> {
    while (this.#running) {
      try {
        if (performance.now() >= this.#takeOverNextAt) {
          await this.#outbox.takeOver();
          this.#takeOverNextAt = performance.now() + TAKE_OVER_MS;
        }
        if (this.#held.length > 0) await this.#archiveHeld();
        this.#isUrgent = false;
        const hasMoved = this.#outbox.hasAny && (await this.#moveNext());
        const isMore = hasMoved && this.#outbox.hasMore(this.#isHurried, this.#heldSegments());
        if (!isMore && !this.#isUrgent) await this.#pause(hasMoved && !this.#isHurried ? GATHER_MS : IDLE_MS);
      } catch (error) {
        this.counts.failed++;
        if (this.#failures++ === 0) this.#events.away?.(error, this.#outbox.waiting);
        await this.#pause(Math.min(LONGEST_WAIT_MS, 100 * 2 ** this.#failures));
      }
    }
  }

  /** A batch is held no longer than it is written: in the pauses between them V8 would take it for something that lasts. */
  async #moveNext(): Promise<boolean> {
    const batch = await this.#outbox.batch(this.#heldSegments());
    if (batch) await this.#move(batch);
    return batch !== undefined;
  }

  async #move(batch: Batch): Promise<void> {
    for (const reason of batch.unreadable) {
      this.counts.quarantined++;
      this.#events.unreadable?.(reason);
    }
    if (batch.records.length > 0) this.counts.drained += await this.#write(batch.records);
    if (this.#failures > 0) this.#events.back?.();
    this.#failures = 0;
    try {
      await this.#archive?.append(batch.texts);
    } catch (error) {
      return this.#hold({ segments: batch.segments, records: batch.records.length }, error);
    }
    await this.#outbox.remove(batch);
  }

  /** Where one record of many is at fault, it alone is set aside. @returns how many the graph took */
  async #write(records: ProvenanceRecord[]): Promise<number> {
    const taken: ProvenanceRecord[][] = [];
    const refused: [ProvenanceRecord, unknown][] = [];
    await this.#writeWhat(records, taken, refused);
    const unclear = refused.find(([, error]) => this.#sink.isUnclear?.(error));
    if (unclear) {
      // A graph that still takes what it took is well, and the record is not.
      const [first] = taken;
      if (!first) throw unclear[1];
      await this.#sink.write(first.slice(0, 1));
    }
    for (const [record, error] of refused) {
      await this.#outbox.quarantine(record, error instanceof Error ? error.message : String(error));
      this.counts.quarantined++;
      this.#events.quarantined?.(record, error);
    }
    return records.length - refused.length;
  }

  async #writeWhat(records: ProvenanceRecord[], taken: ProvenanceRecord[][], refused: [ProvenanceRecord, unknown][]): Promise<void> {
    try {
      await this.#sink.write(records);
      taken.push(records);
    } catch (error) {
      if (this.#sink.isTransient(error)) throw error;
      if (records.length === 1) return void refused.push([records[0]!, error]);
      const middle = records.length >> 1;
      await this.#writeWhat(records.slice(0, middle), taken, refused);
      await this.#writeWhat(records.slice(middle), taken, refused);
    }
  }

  /**
   * What can't be archived stays in the outbox, which is more than nothing, and is tried again; the graph is kept up to date meanwhile. But an archive that
   * stays broken may not fill the outbox: the oldest then leaves, and so it does where the disk is full, since there the outbox is what is in the way.
   */
  async #hold(batch: Held, error: unknown): Promise<void> {
    this.#held.push(batch);
    this.#archiveNextAt = performance.now() + LONGEST_WAIT_MS;
    let isKept: boolean;
    do {
      isKept = !isNoRoom(error) && this.#outbox.bytes <= this.#outbox.limit / 2;
      this.#events.unarchived?.(error, isKept);
      const oldest = isKept ? undefined : this.#held.shift();
      if (!oldest) return;
      this.counts.unarchived += oldest.records;
      await this.#outbox.remove(oldest);
    } while (this.#held.length > 0);
  }

  async #archiveHeld(): Promise<void> {
    if (!this.#isHurried && performance.now() < this.#archiveNextAt) return;
    while (this.#held.length > 0) {
      const [oldest] = this.#held as [Held];
      try {
        await this.#archive?.append(await Promise.all(oldest.segments.map(({ path }) => readFile(path))));
      } catch {
        this.#archiveNextAt = performance.now() + LONGEST_WAIT_MS;
        return;
      }
      this.#held.shift();
      await this.#outbox.remove(oldest);
    }
  }

  #heldSegments(): Set<Segment> {
    return new Set(this.#held.flatMap(({ segments }) => segments));
  }

  #pause(ms: number): Promise<void> {
    if (!this.#running) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
