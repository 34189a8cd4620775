// Runs in: worker, serving process. Brings what is in the outbox into the graph for as long as the process runs, and says how that goes.
import { addressFromEnvironment, Connection, type GraphAddress } from '../graph/connection.ts';
import { GraphWriter } from '../graph/writer.ts';
import { RunSealer } from '../history/run-sealer.ts';
import { Sealer, type SealerOptions } from '../history/seal.ts';
import { Drain } from '../outbox/drain.ts';
import type { Outbox } from '../outbox/outbox.ts';
import { SealQueue } from '../outbox/seal-queue.ts';
import type { Log } from './recorder.ts';

export class Feed {
  readonly #log: Log;
  #connection: Connection | undefined;
  #drain: Drain | undefined;
  #queue: SealQueue | undefined;
  #sealer: RunSealer | undefined;

  /**
   * @param address default: that of the environment
   * @param seals folder for the names of runs that are to be sealed; without it, none is
   */
  constructor(outbox: Outbox, address: GraphAddress | undefined, log: Log, seals?: string) {
    this.#log = log;
    try {
      const connection = new Connection(address ?? addressFromEnvironment());
      this.#connection = connection;
      if (seals !== undefined) {
        this.#queue = new SealQueue(seals);
        this.#sealer = new RunSealer(this.#queue, connection, (message, about) => log.warn(message, about));
      }
      const writer = new GraphWriter(connection);
      this.#drain = new Drain(outbox, this.#sealer?.noting(writer) ?? writer, {
        away: (error, waiting) => log.warn('provenance waits on disk: the graph takes no records', { error, waiting }),
        back: () => log.warn('provenance reaches the graph again'),
        quarantined: (_, error) => log.warn('the graph refuses a provenance record: it is set aside in the outbox', { error }),
      });
    } catch (error) {
      log.warn('provenance stays on disk: the graph has no usable address', { error });
    }
  }

  /** From now on runs of this namespace are sealed soon after they are over. */
  serve(namespace: string, options: Omit<SealerOptions, 'graph' | 'writer'>): void {
    if (this.#connection) this.#sealer?.serve(namespace, new Sealer({ ...options, graph: this.#connection, writer: new GraphWriter(this.#connection) }));
  }

  /** Waits for what is left for at most `limitMs`; the outbox stays open. Never throws. */
  async stop(limitMs: number): Promise<void> {
    const until = Date.now() + limitMs;
    try {
      const left = await this.#drain?.stop(limitMs);
      if (left) this.#log.warn('provenance records stay in the outbox for the next process', { left });
      await this.#sealer?.stop(until);
      await this.#queue?.close();
      // Closing waits for what is under way, which may hang.
      await Promise.race([this.#connection?.close(), new Promise((resolve) => setTimeout(resolve, 2_000).unref())]);
    } catch (error) {
      this.#log.warn('provenance did not shut down cleanly', { error });
    }
  }
}
