// Runs in: worker. What all recording in one worker process shares: who we are, and the way into the outbox.
import type { Info } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import { type Outbox, OutboxFullError } from '../outbox/outbox.ts';
import type { EdgeAssertion, NodeAssertion, NodeKey, Properties, ProvenanceRecord, Source } from '../model/record.ts';
import { detailId } from '../model/id.ts';
import { redactText } from '../model/redact.ts';
import { ArtifactFinder } from './artifact-finder.ts';
import type { LogBounds } from './attempt-log.ts';
import { Gaps } from './gaps.ts';
import type { Durability, WhenFull } from './options.ts';
import type { Privacy } from './privacy.ts';
import { seldom } from './seldom.ts';

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
/** How often a step that waits for room looks for it. */
const LOOK_MS = 200;

export class Recorder {
  readonly namespace: string;
  readonly identity: string;
  readonly process: ProcessNodes;
  readonly artifacts: ArtifactFinder;
  /** Undefined where what activity code logs is not kept. */
  readonly logs: LogBounds | undefined;
  readonly durability: Durability;
  readonly gaps: Gaps;
  privacy: Privacy;
  readonly #outbox: Outbox;
  readonly #whenFull: WhenFull;
  readonly #log: Log;
  #introduced = false;
  /** Only until it is made. */
  #introduction: Promise<void> | undefined;
  #lost = 0;
  #later: ProvenanceRecord[] = [];
  #soon: NodeJS.Timeout | undefined;

  constructor(options: {
    namespace: string; identity: string; process: ProcessNodes; privacy: Privacy; outbox: Outbox; log: Log; artifacts?: ArtifactFinder; logs?: LogBounds | undefined;
    durability?: Durability | undefined; whenFull?: WhenFull | undefined;
  }) {
    this.namespace = options.namespace;
    this.identity = options.identity;
    this.process = options.process;
    this.privacy = options.privacy;
    this.artifacts = options.artifacts ?? new ArtifactFinder();
    this.logs = options.logs;
    this.durability = options.durability ?? 'disk';
    this.gaps = new Gaps(options.outbox, options.process.agent);
    this.#outbox = options.outbox;
    this.#whenFull = options.whenFull ?? 'gap';
    this.#log = seldom(options.log);
  }

  /**
   * Resolves once the record is on disk, or could not be put there. Never throws: `make` included, a fault here is ours and
   * may not fail the pipeline. What is lost is counted, said in the log, recorded as a gap, and found again by comparing with history.
   *
   * @param instead what to record when `make` fails, told why
   */
  async record(source: Source, make: () => Content, instead?: (gap: string) => Content): Promise<void> {
    const record = await this.#ready(source, make, instead);
    if (!record) return;
    const put = this.#put(record).catch((error: unknown) => this.#gap(record, error));
    if (this.durability !== 'memory') await put;
  }

  /**
   * As `record`, for what an attempt did: its owner may have chosen that the attempt waits for the graph, or for room in the outbox.
   *
   * @param stopped tells that the attempt may wait no longer @throws ApplicationFailure if that was chosen
   */
  async recordAttempt(make: () => Content, instead: ((gap: string) => Content) | undefined, stopped: AbortSignal): Promise<void> {
    const record = await this.#ready('interceptor', make, instead);
    if (!record) return;
    if (this.durability === 'memory') return void this.#put(record).catch((error: unknown) => this.#gap(record, error));
    try {
      if (this.durability === 'disk') await this.#put(record);
      else await until(stopped, this.#outbox.putThrough(record), 'Neo4j does not have the record of this attempt');
    } catch (error) {
      if (error instanceof ApplicationFailure) throw error;
      if (error instanceof OutboxFullError && this.#whenFull === 'fail') {
        throw ApplicationFailure.create({ message: `${error.message}. The attempt fails since temporal-provenance was told to: whenFull is 'fail'`, type: 'ProvenanceOutboxFull', cause: error });
      }
      if (error instanceof OutboxFullError && this.#whenFull === 'wait') return this.#whenRoom(record, error, stopped);
      this.#gap(record, error);
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
  async flush(): Promise<void> {
    await this.#put().catch((error: unknown) => this.lost(error));
    await this.gaps.flush();
  }

  /** Each write to disk costs as much as what is made of it: what is there goes along. */
  #put(own?: ProvenanceRecord): Promise<unknown> {
    clearTimeout(this.#soon);
    this.#soon = undefined;
    const later = this.#later.splice(0).map((record) => this.#outbox.put(record).catch((error: unknown) => this.#gap(record, error)));
    if (!own) return this.#unlessSlow(Promise.all(later));
    const put = this.#outbox.put(own);
    return this.#unlessSlow(put, (error) => this.#gap(own, error));
  }

  /** @param late told of a failure for which nobody waits any more */
  #unlessSlow(put: Promise<unknown>, late?: (error: unknown) => void): Promise<unknown> {
    return new Promise((resolve, reject) => {
      let isSlow = false;
      const timer = setTimeout(() => {
        isSlow = true;
        this.#log.warn('the provenance outbox is slow: the pipeline goes on without waiting for its disk');
        resolve(undefined);
      }, LONGEST_WAIT_MS);
      put.then(() => {
        clearTimeout(timer);
        resolve(undefined);
      }, (error: unknown) => {
        clearTimeout(timer);
        if (isSlow) late?.(error);
        else reject(error as Error);
      });
    });
  }

  async #whenRoom(record: ProvenanceRecord, full: OutboxFullError, stopped: AbortSignal): Promise<void> {
    this.#log.warn("steps wait for room in the provenance outbox, since whenFull is 'wait'", { error: full });
    for (;;) {
      await until(stopped, new Promise<void>((resolve) => setTimeout(resolve, LOOK_MS)), `${full.message}: there is no room for the record of this attempt`);
      try {
        return await this.#outbox.put(record);
      } catch (error) {
        if (!(error instanceof OutboxFullError)) return this.#gap(record, error);
      }
    }
  }

  /** A record that could not be kept. */
  #gap(record: ProvenanceRecord, error: unknown): void {
    this.gaps.add(record);
    this.lost(error);
  }

  /** Undefined for what can't be made. */
  async #ready(source: Source, make: () => Content, instead: ((gap: string) => Content) | undefined): Promise<ProvenanceRecord | undefined> {
    if (this.#introduction) await this.#introduction;
    try {
      return this.#written(source, make, instead);
    } catch (error) {
      this.lost(error);
      return undefined;
    }
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

  /** Says that activity code went on after its attempt had ended. */
  tooLate(helper: string, { activityType, activityId, attempt, workflowExecution }: Pick<Info, 'activityType' | 'activityId' | 'attempt' | 'workflowExecution'>): void {
    this.#log.warn(`${helper} was called after its attempt had ended, by a promise that the activity did not await: what it says is not recorded`, {
      activityType, activityId, attempt, ...workflowExecution,
    });
  }

  /** Says that something could not be recorded. */
  lost(error: unknown): void {
    this.#log.warn(`provenance could not be recorded (${error instanceof Error ? error.name : 'unknown'}): said once a minute, each is counted`, { error, lost: ++this.#lost });
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

/** @throws ApplicationFailure once the attempt is stopped, so that it is tried again */
function until(stopped: AbortSignal, work: Promise<void>, sentence: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(ApplicationFailure.create({ message: `${sentence}, and it may wait no longer`, type: 'ProvenanceNotRecorded' }));
    if (stopped.aborted) stop();
    stopped.addEventListener('abort', stop, { once: true });
    work.then(resolve, reject).finally(() => stopped.removeEventListener('abort', stop));
  });
}
