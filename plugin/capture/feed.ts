// Runs in: worker, serving process. Brings what is in the outbox into the graph for as long as the process runs, and says how that goes.
import { addressFromEnvironment, Connection, type GraphAddress } from '../graph/connection.ts';
import { GraphWriter } from '../graph/writer.ts';
import { Drain } from '../outbox/drain.ts';
import type { Outbox } from '../outbox/outbox.ts';
import type { Log } from './recorder.ts';

export class Feed {
  readonly #log: Log;
  #connection: Connection | undefined;
  #drain: Drain | undefined;

  /** @param address default: that of the environment */
  constructor(outbox: Outbox, address: GraphAddress | undefined, log: Log) {
    this.#log = log;
    try {
      this.#connection = new Connection(address ?? addressFromEnvironment());
      this.#drain = new Drain(outbox, new GraphWriter(this.#connection), {
        away: (error, waiting) => log.warn('provenance waits on disk: the graph takes no records', { error, waiting }),
        back: () => log.warn('provenance reaches the graph again'),
        quarantined: (_, error) => log.warn('the graph refuses a provenance record: it is set aside in the outbox', { error }),
      });
    } catch (error) {
      log.warn('provenance stays on disk: the graph has no usable address', { error });
    }
  }

  /** Waits for what is left for at most `limitMs`; the outbox stays open. Never throws. */
  async stop(limitMs: number): Promise<void> {
    try {
      const left = await this.#drain?.stop(limitMs);
      if (left) this.#log.warn('provenance records stay in the outbox for the next process', { left });
      // Closing waits for what is under way, which may hang.
      await Promise.race([this.#connection?.close(), new Promise((resolve) => setTimeout(resolve, 2_000).unref())]);
    } catch (error) {
      this.#log.warn('provenance did not shut down cleanly', { error });
    }
  }
}
