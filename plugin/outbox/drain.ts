// Runs in: worker, CLI. Moves records from the outbox into the graph, in the background, and waits out a graph that is away.
import type { ProvenanceRecord } from '../model/record.ts';
import type { Outbox, OutboxEntry } from './outbox.ts';

/** Where records go. */
export interface RecordSink {
  /** Applies records in one transaction; applying one again changes nothing. @throws when nothing was applied */
  write(records: ProvenanceRecord[]): Promise<void>;
  /** True for a failure that may pass by itself: the graph is away, busy, or refuses us for now. */
  isTransient(error: unknown): boolean;
}

/** What the drain tells its owner. It never throws. */
export interface DrainEvents {
  /** The graph can't be written to; told once per outage. */
  away?(error: unknown, waiting: number): void;
  /** The graph takes records again after an outage. */
  back?(): void;
  quarantined?(record: ProvenanceRecord, error: unknown): void;
}

const BATCH = 1_000;
/** As the outbox weighs: what Neo4j takes in one transaction with a small heap. */
const HEAVIEST = 25_000;
/** A transaction costs as much for one record as for hundreds: after each, some are let gather, so that the pipeline keeps its processor. */
const GATHER_MS = 2_000;
const IDLE_MS = 100;
const LONGEST_WAIT_MS = 5_000;

export class Drain {
  readonly #outbox: Outbox;
  readonly #sink: RecordSink;
  readonly #events: DrainEvents;
  #running = true;
  #isHurried = false;
  #failures = 0;
  #wake: () => void = () => undefined;
  readonly #done: Promise<void>;

  constructor(outbox: Outbox, sink: RecordSink, events: DrainEvents = {}) {
    this.#outbox = outbox;
    this.#sink = sink;
    this.#events = events;
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
    while (this.#outbox.depth > 0 && Date.now() < until) {
      // An outage is not worth waiting for at shutdown: the disk has it all.
      if (this.#failures > 0) break;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    this.#running = false;
    this.#wake();
    // A graph that hangs in the middle of a write may not hold up a shutdown.
    let timer: NodeJS.Timeout | undefined;
    await Promise.race([this.#done, new Promise((resolve) => (timer = setTimeout(resolve, Math.max(1_000, until - Date.now()))))]);
    clearTimeout(timer);
    return this.#outbox.depth;
  }

  async #run(): Promise<void> {
    while (this.#running) {
      try {
        const entries = this.#outbox.oldest(BATCH, HEAVIEST);
        const isAll = entries.length === this.#outbox.depth;
        if (entries.length > 0) await this.#move(entries);
        if (isAll) await this.#pause(entries.length > 0 && !this.#isHurried ? GATHER_MS : IDLE_MS);
      } catch (error) {
        if (this.#failures++ === 0) this.#events.away?.(error, this.#outbox.depth);
        await this.#pause(Math.min(LONGEST_WAIT_MS, 100 * 2 ** this.#failures));
      }
    }
  }

  async #move(entries: OutboxEntry[]): Promise<void> {
    try {
      await this.#sink.write(entries.map(({ record }) => record));
      await this.#outbox.remove(entries);
    } catch (error) {
      if (this.#sink.isTransient(error)) throw error;
      await this.#moveOneByOne(entries);
    }
    if (this.#failures > 0) this.#events.back?.();
    this.#failures = 0;
  }

  /** One record of these is at fault: it alone is set aside. */
  async #moveOneByOne(entries: OutboxEntry[]): Promise<void> {
    for (const entry of entries) {
      try {
        await this.#sink.write([entry.record]);
        await this.#outbox.remove([entry]);
      } catch (error) {
        if (this.#sink.isTransient(error)) throw error;
        await this.#outbox.quarantine(entry, error instanceof Error ? error.message : String(error));
        this.#events.quarantined?.(entry.record, error);
      }
    }
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
