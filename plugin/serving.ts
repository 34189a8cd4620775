// Runs in: serving process. The public entry point for what serves a model outside of Temporal: `temporal-provenance/serving`.
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { loadDataConverter } from '@temporalio/common/lib/internal-non-workflow/index.js';
import { chunksOf, membersOf, wrongIds } from './capture/batch-records.ts';
import { artifactStatement } from './capture/artifact-records.ts';
import { Feed } from './capture/feed.ts';
import { checkedKey, type DigestKey, digestKeyFromEnvironment, Privacy, type ValuesMode } from './capture/privacy.ts';
import type { Content, Log } from './capture/recorder.ts';
import { seldom } from './capture/seldom.ts';
import { type Served, servedPrediction } from './capture/served-predictions.ts';
import { servingProcess, type ServingProcess } from './capture/serving-process.ts';
import type { GraphAddress } from './graph/connection.ts';
import { type ArtifactReference, isReference } from './model/reference.ts';
import { Outbox } from './outbox/outbox.ts';

export { type ArtifactReference, artifact, BadArtifactError, model, predictionOf } from './activity.ts';
export { BadDigestKeyError, type DigestKey, type ValuesMode } from './capture/privacy.ts';
export type { Log } from './capture/recorder.ts';
export type { Served } from './capture/served-predictions.ts';
export type { GraphAddress } from './graph/connection.ts';

export interface ServingOptions {
  /** What serves, for people and in the predictions' URIs, such as `delay-api`: the same in all of its processes. */
  name: string;
  /** Where the graph is. Default: NEO4J_URI, NEO4J_USERNAME, NEO4J_PASSWORD and NEO4J_DATABASE of the environment. */
  neo4j?: GraphAddress;
  /** Folder for records that the graph does not have yet. Default: `.provenance/outbox` in the working directory. */
  outbox?: string;
  /** The most bytes that may lie there; what does not fit is lost, and said. Default: 1 GiB. */
  outboxBytes?: number;
  /** Folder that keeps what has been drained, compressed, so that the graph can be built again; false for none. Default: `archive` beside the outbox. */
  archive?: string | false;
  /** Where the server's code is, for its commit, package and libraries. Default: the working directory. */
  code?: string;
  /** Environment variables whose values may be recorded. Default: none. */
  variables?: string[];
  /** How much is kept of inputs and outputs: digests, short previews or all, up to 64 KiB each. Default: `preview`. */
  values?: ValuesMode;
  /** Makes the digests of values keyed. Default: PROVENANCE_DIGEST_KEY and PROVENANCE_DIGEST_KEY_ID of the environment. */
  digestKey?: DigestKey;
  /** Longest wait of `close` for records to reach the graph, in milliseconds; the rest stays in the outbox. Default: 30,000. */
  shutdownMs?: number;
  /** Told of what goes wrong, each thing at most once a minute. Default: the console. */
  log?: Log;
}

/** Records predictions. Its functions return at once and never throw: serving comes first. */
export interface ServingRecorder {
  /** @returns a reference to the prediction; undefined when it could not be recorded, which the log then says */
  prediction(served: Served): ArtifactReference | undefined;
  /** Many that were made at once, each found and traced by its own id. @returns a reference to the batch, as `prediction` */
  predictions(served: Served & { ids: string[] }): ArtifactReference | undefined;
  /** Puts what is under way on disk, and waits a while for the graph to take it. Never throws. */
  close(): Promise<void>;
}

/** So many predictions may be on their way to the disk: with a disk that hangs, memory is not to fill instead. */
const MOST_UNWRITTEN = 10_000;
const MOST_MODELS = 1_000;

/**
 * Records predictions of a process outside of Temporal, such as an HTTP server, against the version of the model that it loaded, so that
 * each is traced to the data behind the model. Waits up to 3 seconds to learn what the process is. Without an outbox it records nothing, and says so.
 *
 * @throws BadDigestKeyError
 * @example
 * const recorder = await servingRecorder({ name: 'delay-api' });
 * const loaded = await model({ uri: 's3://registry/delays', path: 'models/delay.json', version: '7' });
 * app.post('/predict', (request, response) => {
 *   const output = predict(request.body);
 *   recorder.prediction({ model: loaded, input: request.body, output, id: request.id });
 *   response.json(output);
 * });
 * process.once('SIGTERM', () => void recorder.close());
 */
export async function servingRecorder(options: ServingOptions): Promise<ServingRecorder> {
  const log = seldom(options.log ?? { info: () => undefined, warn: (message, attributes) => console.warn(message, attributes) });
  const digestKey = checkedKey(options.digestKey ?? digestKeyFromEnvironment());
  try {
    if (typeof options.name !== 'string' || options.name === '') throw new Error('a serving recorder needs a name');
    const outbox = new Outbox(options.outbox ?? join('.provenance', 'outbox'), { bytes: options.outboxBytes });
    outbox.make();
    const serving = await servingProcess(options.name, options.code ?? process.cwd(), options.variables ?? [], log);
    return new OutboxRecorder(options, log, outbox, serving, new Privacy(loadDataConverter(), { values: options.values, digestKey }));
  } catch (error) {
    log.warn('temporal-provenance records no predictions in this process', { error });
    return { prediction: () => undefined, predictions: () => undefined, close: async () => undefined };
  }
}

class OutboxRecorder implements ServingRecorder {
  readonly #options: ServingOptions;
  readonly #log: Log;
  readonly #outbox: Outbox;
  readonly #serving: ServingProcess;
  readonly #privacy: Privacy;
  readonly #feed: Feed;
  readonly #unwritten = new Set<Promise<void>>();
  /** Models that have been told of. */
  readonly #models = new Set<string>();
  #lost = 0;
  #closed: Promise<void> | undefined;

  constructor(options: ServingOptions, log: Log, outbox: Outbox, serving: ServingProcess, privacy: Privacy) {
    this.#options = options;
    this.#log = log;
    this.#outbox = outbox;
    this.#serving = serving;
    this.#privacy = privacy;
    this.#put({ at: new Date().toISOString(), nodes: serving.nodes, edges: [] });
    this.#feed = new Feed(outbox, options, log, () => this.#lost);
  }

  prediction(served: Served): ArtifactReference | undefined {
    return this.#guarded(() => this.#served(served));
  }

  predictions(served: Served & { ids: string[] }): ArtifactReference | undefined {
    return this.#guarded(() => {
      const wrong = wrongIds(served.ids);
      if (wrong !== undefined) throw new Error(wrong);
      return this.#served(served, [...new Set(served.ids)]);
    });
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  #served({ id = randomUUID(), ...rest }: Served, ids?: string[]): ArtifactReference {
    const wrong = wrongIds([id]);
    if (wrong !== undefined) throw new Error(wrong);
    if (!isReference(rest.model)) throw new Error('the model is no reference: make one with model()');
    if (this.#closed) throw new Error('the recorder is closed');
    const parts = ids ? chunksOf(ids) : [];
    if (this.#unwritten.size + parts.length >= MOST_UNWRITTEN) throw new Error(`${this.#unwritten.size} predictions wait for the disk`);
    const at = new Date();
    const { reference, nodes, edges } = servedPrediction(this.#serving, this.#privacy, this.#options.name, { id, ...rest }, at, ids);
    const told = this.#modelOf(rest.model);
    this.#put({ at: at.toISOString(), nodes: [...told.nodes, ...nodes], edges: [...told.edges, ...edges] });
    for (const some of parts) this.#put({ at: at.toISOString(), ...membersOf(reference, some) });
    return reference;
  }

  /** What a model is, is said once. */
  #modelOf(model: ArtifactReference): Pick<Content, 'nodes' | 'edges'> {
    const { key, nodes, edges } = artifactStatement(model)!;
    if (this.#models.has(key.id)) return { nodes: [], edges: [] };
    if (this.#models.size >= MOST_MODELS) this.#models.clear();
    this.#models.add(key.id);
    return { nodes, edges };
  }

  #put(content: Content): void {
    const put: Promise<void> = this.#outbox.put({ v: 1, source: 'helper', recordedAt: new Date().toISOString(), ...content })
      .catch((error: unknown) => this.#said(error))
      .finally(() => this.#unwritten.delete(put));
    this.#unwritten.add(put);
  }

  async #close(): Promise<void> {
    try {
      const limitMs = this.#options.shutdownMs ?? 30_000;
      const until = Date.now() + limitMs;
      let timer: NodeJS.Timeout | undefined;
      await Promise.race([Promise.all(this.#unwritten), new Promise((resolve) => (timer = setTimeout(resolve, limitMs)))]);
      clearTimeout(timer);
      await this.#feed.stop(Math.max(0, until - Date.now()));
      if (this.#unwritten.size === 0) await this.#outbox.close();
    } catch (error) {
      this.#log.warn('provenance did not shut down cleanly', { error });
    }
  }

  #guarded<T>(work: () => T): T | undefined {
    try {
      return work();
    } catch (error) {
      this.#said(error);
      return undefined;
    }
  }

  #said(error: unknown): void {
    // What was to be told of a model may have been in it.
    this.#models.clear();
    this.#log.warn('a prediction could not be recorded', { error, lost: ++this.#lost });
  }
}
