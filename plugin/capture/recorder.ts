// Runs in: worker. What all recording in one worker process shares: who we are, and the way into the outbox.
import type { Outbox } from '../outbox/outbox.ts';
import type { EdgeAssertion, NodeAssertion, NodeKey, Properties, ProvenanceRecord, Source } from '../model/record.ts';
import { detailId } from '../model/id.ts';
import { redactText } from '../model/redact.ts';
import { ArtifactFinder } from './artifact-finder.ts';
import type { LogBounds } from './attempt-log.ts';
import type { Privacy } from './privacy.ts';

/** The nodes that describe this process, by name: every attempt's record names them. They are recorded before the first that does. */
export interface ProcessNodes {
  agent: NodeKey;
  code: NodeKey;
  environment: NodeKey;
  /** The activities' functions by type: each one's digest, null where its source is hidden. */
  functions: ReadonlyMap<string, string | null>;
}

export interface Log {
  info(message: string, attributes?: Record<string, unknown>): void;
  warn(message: string, attributes?: Record<string, unknown>): void;
}

/** A record without who says it and when it was written down. */
export type Content = Pick<ProvenanceRecord, 'at' | 'nodes' | 'edges'>;

/** What is not waited for is put on disk together with what is, within this time. */
const SOON_MS = 100;
/** A disk that does not answer may not hold the pipeline up for longer. */
const LONGEST_WAIT_MS = 5_000;

export class Recorder {
  readonly namespace: string;
  readonly identity: string;
  readonly process: ProcessNodes;
  readonly artifacts: ArtifactFinder;
  /** Undefined where what activity code logs is not kept. */
  readonly logs: LogBounds | undefined;
  privacy: Privacy;
  readonly #outbox: Outbox;
  readonly #log: Log;
  #introduced = false;
  /** Only until it is made. */
  #introduction: Promise<void> | undefined;
  #lost = 0;
  #later: ProvenanceRecord[] = [];
  #soon: NodeJS.Timeout | undefined;

  constructor(options: { namespace: string; identity: string; process: ProcessNodes; privacy: Privacy; outbox: Outbox; log: Log; artifacts?: ArtifactFinder; logs?: LogBounds | undefined }) {
    this.namespace = options.namespace;
    this.identity = options.identity;
    this.process = options.process;
    this.privacy = options.privacy;
    this.artifacts = options.artifacts ?? new ArtifactFinder();
    this.logs = options.logs;
    this.#outbox = options.outbox;
    this.#log = options.log;
  }

  /**
   * Resolves once the record is on disk, or could not be put there. Never throws: `make` included, a fault here is ours and
   * may not fail the pipeline. What is lost is counted, said in the log, and found again by comparing with history.
   *
   * @param instead what to record when `make` fails, told why
   */
  async record(source: Source, make: () => Content, instead?: (gap: string) => Content): Promise<void> {
    if (this.#introduction) await this.#introduction;
    try {
      await this.#put([this.#written(source, make, instead)]);
    } catch (error) {
      this.lost(error);
    }
  }

  /** Records what is known from elsewhere too, and so is not waited for: it goes to disk with the next record, or soon. Never throws. */
  recordSoon(source: Source, make: () => Content): void {
    if (this.#introduction) return void this.record(source, make);
    try {
      this.#later.push(this.#written(source, make));
      this.#soon ??= setTimeout(() => void this.flush(), SOON_MS);
    } catch (error) {
      this.lost(error);
    }
  }

  /** Resolves once nothing is left to be put on disk soon, or could not be put there. Never throws. */
  flush(): Promise<void> {
    return this.#put([]).catch((error: unknown) => this.lost(error));
  }

  /** Each write to disk costs as much as what is made of it: what is there goes along. */
  async #put(records: ProvenanceRecord[]): Promise<void> {
    clearTimeout(this.#soon);
    this.#soon = undefined;
    const put = Promise.all([...this.#later.splice(0), ...records].map((record) => this.#outbox.put(record)));
    let timer: NodeJS.Timeout | undefined;
    const slow = new Promise<'slow'>((resolve) => {
      timer = setTimeout(() => resolve('slow'), LONGEST_WAIT_MS);
    });
    const first = await Promise.race([put, slow]).finally(() => clearTimeout(timer));
    if (first !== 'slow') return;
    this.#log.warn('the provenance outbox is slow: the pipeline goes on without waiting for its disk');
    put.catch((error: unknown) => this.lost(error));
  }

  #written(source: Source, make: () => Content, instead?: (gap: string) => Content): ProvenanceRecord {
    return { v: 1, source, recordedAt: new Date().toISOString(), ...this.#made(make, instead) };
  }

  /** Records what this process is. Other records wait for it, so `make` must end soon; the worker itself does not. */
  introduce(make: () => Promise<Content>): void {
    if (this.#introduced) return;
    this.#introduced = true;
    const made = make().finally(() => {
      this.#introduction = undefined;
    });
    this.#introduction = made.then(() => undefined, () => undefined);
    made.then((content) => this.record('interceptor', () => content)).catch((error: unknown) => this.lost(error));
  }

  #made(make: () => Content, instead: ((gap: string) => Content) | undefined): Content {
    try {
      return make();
    } catch (error) {
      if (!instead) throw error;
      this.lost(error);
      // What is wrong may be told in the user's own words.
      return instead(error instanceof Error ? (this.privacy.sealed ? error.name : redactText(error.message, 300)) : 'unknown');
    }
  }

  /** Says that something could not be recorded. */
  lost(error: unknown): void {
    this.#log.warn('provenance could not be recorded', { error, lost: ++this.#lost });
  }
}

/** What can be erased of `owner`, as its own node; nothing when there is nothing to tell. */
export function detailOf(owner: NodeKey, aspect: string, set: Properties, said?: 'timeless'): { nodes: NodeAssertion[]; edges: EdgeAssertion[] } {
  if (Object.keys(set).length === 0) return { nodes: [], edges: [] };
  const detail: NodeKey = { label: 'Detail', id: detailId(owner.id) };
  return {
    nodes: [{ ...detail, aspect, set, ...(said && { timeless: true as const }) }],
    edges: [{ type: 'DETAIL_OF', from: detail, to: owner, walk: false }],
  };
}
