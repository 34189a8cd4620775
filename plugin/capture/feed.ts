// Runs in: worker, serving process. Brings what is in the outbox into the graph for as long as the process runs, and says how that goes.
import { join } from 'node:path';
import { addressFromEnvironment, Connection } from '../graph/connection.ts';
import { GraphWriter } from '../graph/writer.ts';
import { RunSealer } from '../history/run-sealer.ts';
import { Sealer, type SealerOptions } from '../history/seal.ts';
import { Archive, archiveBeside } from '../outbox/archive.ts';
import { Drain } from '../outbox/drain.ts';
import type { Outbox } from '../outbox/outbox.ts';
import { lineOf } from '../outbox/record-lines.ts';
import { SealQueue } from '../outbox/seal-queue.ts';
import type { ProvenanceOptions } from './options.ts';
import { measure } from './metrics.ts';
import type { ProvenanceRecord } from '../model/record.ts';
import type { Log } from './recorder.ts';

export class Feed {
  readonly #log: Log;
  readonly #outbox: Outbox;
  #connection: Connection | undefined;
  #archive: Archive | undefined;
  #drain: Drain | undefined;
  #sealer: RunSealer | undefined;
  #unmeasure: (() => void) | undefined;

  /** @param gaps how many records of this process could not be put into the outbox so far */
  constructor(outbox: Outbox, { neo4j, archive, seal }: Pick<ProvenanceOptions, 'neo4j' | 'archive' | 'seal'>, log: Log, gaps: () => number) {
    this.#log = log;
    this.#outbox = outbox;
    try {
      const connection = new Connection(neo4j ?? addressFromEnvironment());
      this.#connection = connection;
      this.#archive = archive === false ? undefined : new Archive(archive ?? archiveBeside(outbox.directory));
      const where = { outbox: outbox.directory, archive: this.#archive?.directory };
      if (seal) this.#sealer = new RunSealer(new SealQueue(join(outbox.directory, 'seals')), connection, (message, about) => log.warn(message, about));
      const writer = new GraphWriter(connection);
      this.#drain = new Drain(outbox, this.#sealer?.noting(writer) ?? writer, {
        away: (error, waiting) => log.warn('provenance waits on disk: the graph takes no records', { error, waiting }),
        back: () => log.warn('provenance reaches the graph again'),
        quarantined: (_, error) => log.warn("the graph refuses a provenance record: it is set aside in the outbox; 'provenance outbox list' shows it", { error, ...where }),
        unreadable: (reason) => log.warn("a provenance record in the outbox can't be read: it is set aside there, the others go on; 'provenance outbox list' shows it", { reason, ...where }),
        unarchived: seldom((error, kept) => kept
          ? log.warn("provenance can't be archived: it is in the graph, and stays in the outbox until it can", { error, ...where })
          : log.warn('provenance left the outbox without being archived: only Neo4j has it now', { error, ...where })),
      }, this.#archive);
      this.#unmeasure = measure(outbox, this.#drain, gaps);
    } catch (error) {
      log.warn('provenance stays on disk: the graph has no usable address', { error });
    }
  }

  /** From now on runs of this namespace are sealed soon after they are over. */
  serve(namespace: string, options: Omit<SealerOptions, 'graph' | 'writer' | 'keep'>): void {
    if (!this.#connection) return;
    const archive = this.#archive;
    const keep = archive && ((records: ProvenanceRecord[]) => archive.append([Buffer.from(records.map(lineOf).join(''))]));
    this.#sealer?.serve(namespace, new Sealer({ ...options, graph: this.#connection, writer: new GraphWriter(this.#connection), ...(keep && { keep }) }));
  }

  /** Waits for what is left for at most `limitMs`; the outbox stays open. Never throws. */
  async stop(limitMs: number): Promise<void> {
    const until = Date.now() + limitMs;
    try {
      const left = await this.#drain?.stop(limitMs);
      this.#unmeasure?.();
      if (left) this.#log.warn('provenance records stay in the outbox for the next process', { left, outbox: this.#outbox.directory });
      await this.#outbox.release();
      await this.#sealer?.stop(until);
      await this.#archive?.close();
      // Closing waits for what is under way, which may hang.
      await Promise.race([this.#connection?.close(), new Promise((resolve) => setTimeout(resolve, 2_000).unref())]);
    } catch (error) {
      this.#log.warn('provenance did not shut down cleanly', { error });
    }
  }
}

/** An archive that is broken is broken for each batch: each way of it is said once a minute. */
function seldom(say: (error: unknown, kept: boolean) => void): (error: unknown, kept: boolean) => void {
  const last = new Map<boolean, number>();
  return (error, kept) => {
    if (performance.now() - (last.get(kept) ?? -Infinity) < 60_000) return;
    last.set(kept, performance.now());
    say(error, kept);
  };
}
