// Runs in: worker. Seals runs in the background, soon after they are over, and again when something is told of them later.
import type { Connection } from '../graph/connection.ts';
import { runKeys, sealedAmong } from '../graph/run-seals.ts';
import type { RecordSink } from '../outbox/drain.ts';
import type { Sealing, SealQueue } from '../outbox/seal-queue.ts';
import { runOf } from '../model/id.ts';
import type { ProvenanceRecord } from '../model/record.ts';
import { HistoryGoneError, HistoryTooLongError } from './fetch-history.ts';
import type { Sealer } from './seal.ts';

/** What belongs to a run comes in from several workers: sealed at once, it would have to be sealed again. */
const SETTLE_MS = 5_000;
const LOOK_MS = 1_000;
/** Runs are left to the audit then. */
const MOST_TRIES = 8;
/** The pipeline comes first: of a worker's time so much at most. */
const SHARE = 0.1;

export class RunSealer {
  readonly #queue: SealQueue;
  readonly #graph: Connection;
  readonly #warn: (message: string, about: Record<string, unknown>) => void;
  readonly #sealers = new Map<string, Pick<Sealer, 'seal'>>();
  #running = true;
  #wake: () => void = () => undefined;
  readonly #done: Promise<void>;

  constructor(queue: SealQueue, graph: Connection, warn: (message: string, about: Record<string, unknown>) => void) {
    this.#queue = queue;
    this.#graph = graph;
    this.#warn = warn;
    this.#done = this.#run();
  }

  /** Runs of this namespace can be sealed from now on. */
  serve(namespace: string, sealer: Pick<Sealer, 'seal'>): void {
    this.#sealers.set(namespace, sealer);
  }

  /** Writes as `sink` does, and notes, before the records are forgotten elsewhere, which runs they end or tell more of. */
  noting(sink: RecordSink): RecordSink {
    return {
      write: async (records) => {
        await sink.write(records);
        const { ended, touched } = runsIn(records);
        const again = touched.length > 0 ? await sealedAmong(this.#graph, touched) : [];
        const runs = [...new Set([...ended, ...again])];
        // The records are in the graph: what can't be noted, an audit finds.
        if (runs.length > 0) await this.#queue.put(runs.map((run) => ({ run, due: Date.now() + SETTLE_MS, tries: 0 }))).catch((error: unknown) => this.#warn('runs can not be noted to be sealed: audit them', { error }));
      },
      isTransient: (error) => sink.isTransient(error),
      isUnclear: (error) => sink.isUnclear?.(error) ?? false,
    };
  }

  /** Seals what it can until then, and leaves the rest to the next process. @param until milliseconds since the epoch */
  async stop(until: number): Promise<void> {
    this.#running = false;
    this.#wake();
    await this.#done;
    this.#queue.refresh();
    const waiting = this.#queue.due(Infinity);
    for (let next = waiting.shift(); next && Date.now() < until; next = waiting.shift()) if (!(await this.#seal(next))) break;
  }

  async #run(): Promise<void> {
    while (this.#running) {
      const [next] = this.#queue.due(Date.now());
      const since = performance.now();
      if (next) await this.#seal(next);
      await this.#pause(next ? (performance.now() - since) / SHARE : LOOK_MS);
    }
  }

  /** @returns false when an engine is away */
  async #seal({ run, tries }: Sealing): Promise<boolean> {
    try {
      const [key] = await runKeys(this.#graph, [run]);
      const sealer = key && this.#sealers.get(key.namespace);
      if (!key || !sealer) {
        await this.#later(run, tries);
        return true;
      }
      const { isClosed, certificate } = await sealer.seal(key);
      // The worker's last word may not have been the server's: the run is not over, or not yet.
      if (!isClosed) return await this.#later(run, tries);
      if (certificate.state === 'failed') this.#warn('the record of a run does not agree with its history', { run, problem: certificate.problem });
      await this.#queue.remove(run);
      return true;
    } catch (error) {
      if (error instanceof HistoryGoneError || error instanceof HistoryTooLongError) {
        await this.#queue.remove(run);
        return true;
      }
      await this.#later(run, tries, error);
      return false;
    }
  }

  async #later(run: string, tries: number, error?: unknown): Promise<true> {
    if (tries + 1 < MOST_TRIES || error !== undefined) await this.#queue.put([{ run, due: Date.now() + Math.min(600_000, 2_000 * 2 ** tries), tries: Math.min(tries + 1, MOST_TRIES) }]);
    else await this.#queue.remove(run);
    return true;
  }

  #pause(ms: number): Promise<void> {
    if (!this.#running) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      timer.unref();
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

function runsIn(records: ProvenanceRecord[]): { ended: string[]; touched: string[] } {
  const ended = new Set<string>();
  const touched = new Set<string>();
  for (const { nodes } of records) {
    for (const { label, id, set } of nodes) {
      if (label === 'Run' && 'outcome' in set) ended.add(id);
      else if (label === 'Run' || label === 'Step' || label === 'Attempt' || label === 'Value') touched.add(runOf(id) ?? '');
    }
  }
  touched.delete('');
  for (const run of ended) touched.delete(run);
  return { ended: [...ended], touched: [...touched] };
}
