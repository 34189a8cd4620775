// Runs in: worker, client. The plugin: puts the interceptors, the sink, the outbox and the writer where the SDK runs them.
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { ClientOptions, WorkflowClientInterceptor, WorkflowClientInterceptors } from '@temporalio/client';
import { loadDataConverter } from '@temporalio/common/lib/internal-non-workflow/index.js';
import { SimplePlugin } from '@temporalio/plugin';
import { type BundleOptions, type ReplayWorkerOptions, Runtime, type Worker, type WorkerOptions } from '@temporalio/worker';
import { alsoSecret, keyMarks } from '../model/secrets.ts';
import { Outbox } from '../outbox/outbox.ts';
import { actorFields } from './actor.ts';
import { activityInterceptor } from './activity-interceptor.ts';
import { watchBundle } from './bundle-digest.ts';
import { ArtifactFinder } from './artifact-finder.ts';
import { clientInterceptor, type Named, scheduleInterceptor } from './client-interceptor.ts';
import { Feed } from './feed.ts';
import { HEADER } from './header.ts';
import { INTERCEPTORS } from './interceptor-modules.ts';
import { nexusInterceptor } from './nexus-interceptor.ts';
import { checkOptions, type ProvenanceOptions } from './options.ts';
import { checkedKey, type DigestKey, digestKeyFromEnvironment, Privacy, type ValuesOption } from './privacy.ts';
import { type Log, Recorder } from './recorder.ts';
import { provenanceSinks, silentSinks } from './sink.ts';
import { WorkerProcess } from './worker-process.ts';

/** Our interceptors, to be known again, each with what it records through. */
const ours = new WeakMap<object, Recorder>();
const processes = new WeakMap<Recorder, WorkerProcess>();
/** Of a history that a worker itself seals: comparing a longer one would hold up its event loop. */
const MOST_EVENTS = 3_000;
const NO_LOG: Log = { info: () => undefined, warn: () => undefined };

/**
 * Records what workers do, as provenance in Neo4j. Give it to the worker, and to clients so that runs know who started them.
 *
 * @example
 * const plugins = [new ProvenancePlugin()];
 * const worker = await Worker.create({ taskQueue: 'etl', workflowsPath, activities, plugins });
 */
export class ProvenancePlugin extends SimplePlugin {
  readonly #options: ProvenanceOptions;
  readonly #secrecy: { values: ValuesOption | undefined; digestKey: DigestKey | undefined };
  #log: Log = NO_LOG;
  #outbox: Outbox | undefined;
  #running = 0;
  #feed: Feed | undefined;
  readonly #recorders = new Set<Recorder>();

  /** @throws BadDigestKeyError, BadSecretPatternError */
  constructor(options: ProvenanceOptions = {}) {
    super({ name: 'temporal-provenance' });
    checkOptions(options);
    this.#options = options;
    // A key that is none is to be known at once, not when the first value comes.
    this.#secrecy = { values: options.values, digestKey: checkedKey(options.digestKey ?? digestKeyFromEnvironment()) };
    if (options.secrets) alsoSecret(options.secrets);
    if (this.#secrecy.digestKey) keyMarks(this.#secrecy.digestKey.key);
  }

  override configureClient(options: ClientOptions): ClientOptions {
    // By hand: the base class drops interceptors of kinds that it does not know.
    const sealed = (options.dataConverter?.payloadCodecs?.length ?? 0) > 0;
    const actor = () => actorFields(this.#options.actor, sealed);
    const workflow = withClientInterceptor(options.interceptors?.workflow, options.identity ?? `${process.pid}@${hostname()}`, actor);
    const schedule = [...(options.interceptors?.schedule ?? []), ...(this.#options.actor === undefined ? [] : [scheduleInterceptor(actor)])];
    return { ...options, interceptors: { ...options.interceptors, workflow, schedule } };
  }

  override configureWorker(options: WorkerOptions): WorkerOptions {
    if (isConfigured(options)) return options;
    this.#log = Runtime.instance().logger;
    const recorder = this.#recorder(options);
    if (!recorder) return options;
    const { interceptors = {}, sinks } = options;
    const factory = activityInterceptor(recorder);
    ours.set(factory, recorder);
    const { activity = [], nexus = [], client, workflowModules = [] } = interceptors;
    const bundled = (code: string) => this.#bundled(recorder, code);
    if (options.workflowBundle) this.#givenBundle(options.workflowBundle, bundled);
    return {
      ...options,
      ...(options.workflowsPath !== undefined && !options.workflowBundle && {
        bundlerOptions: { ...options.bundlerOptions, webpackConfigHook: watchBundle(options.bundlerOptions?.webpackConfigHook, bundled) },
      }),
      sinks: { ...sinks, ...provenanceSinks(recorder) },
      interceptors: {
        ...interceptors,
        activity: [...activity, factory],
        nexus: [...nexus, nexusInterceptor(recorder)],
        // The client that activities and operations are given.
        client: { ...client, workflow: withClientInterceptor(client?.workflow, recorder.identity) },
        ...(options.workflowsPath !== undefined && { workflowModules: [...workflowModules, this.#interceptors(recorder.privacy.hasCodec)] }),
      },
    };
  }

  override configureReplayWorker(options: ReplayWorkerOptions): ReplayWorkerOptions {
    if (options.workflowsPath === undefined) return { ...options, sinks: { ...options.sinks, ...silentSinks } };
    const modules = options.interceptors?.workflowModules ?? [];
    const own = this.#interceptors(loadDataConverter(options.dataConverter).payloadCodecs.length > 0);
    if (modules.includes(own)) return options;
    return {
      ...options,
      sinks: { ...options.sinks, ...silentSinks },
      interceptors: { ...options.interceptors, workflowModules: [...modules, own] },
    };
  }

  override configureBundler(options: BundleOptions): BundleOptions {
    const modules = options.workflowInterceptorModules ?? [];
    // A worker that bundles for itself has put in the right one already.
    if (modules.some((path) => Object.values(INTERCEPTORS).includes(path))) return options;
    return { ...options, workflowInterceptorModules: [...modules, this.#interceptors(true)] };
  }

  override async runWorker(worker: Worker, next: (worker: Worker) => Promise<void>): Promise<void> {
    this.#seal(worker);
    this.#introduce(worker);
    this.#start();
    this.#serve(worker);
    try {
      await next(worker);
    } finally {
      await Promise.all(worker.options.interceptors.activity.map((factory) => ours.get(factory)?.flush()));
      await this.#stop();
    }
  }

  /** A plugin behind this one may have brought a payload codec: only now is it known for certain. */
  #seal(worker: Worker): void {
    try {
      for (const factory of worker.options.interceptors.activity) {
        const recorder = ours.get(factory);
        if (!recorder || recorder.privacy.hasCodec) continue;
        recorder.privacy = new Privacy(worker.options.loadedDataConverter, this.#secrecy);
        if (recorder.privacy.hasCodec && this.#options.paths === undefined) {
          this.#log.warn("a plugin behind temporal-provenance brings a payload codec: headers hold key names unless temporal-provenance comes last, or has paths: 'positions'");
        }
      }
    } catch (error) {
      this.#log.warn('temporal-provenance could not learn of payload codecs brought by other plugins', { error });
    }
  }

  /** In the background: a worker that is told to run, runs. */
  #introduce(worker: Worker): void {
    for (const factory of worker.options.interceptors.activity) {
      const recorder = ours.get(factory);
      const about = recorder && processes.get(recorder);
      if (about) recorder.introduce(() => about.tell(worker, this.#log));
    }
  }

  #interceptors(sealed: boolean): string {
    return INTERCEPTORS[this.#options.paths ?? (sealed ? 'positions' : 'names')];
  }

  /** No fault of ours may keep a worker from starting: without an outbox it runs unrecorded, and says so. */
  #recorder(options: WorkerOptions): Recorder | undefined {
    try {
      this.#outbox ??= new Outbox(this.#options.outbox ?? join('.provenance', 'outbox'), { bytes: this.#options.outboxBytes });
      const identity = options.identity ?? `${process.pid}@${hostname()}`;
      const about = new WorkerProcess(identity, this.#options.code ?? process.cwd(), this.#options.variables ?? [], options);
      const recorder = new Recorder({
        namespace: options.namespace ?? 'default',
        identity,
        outbox: this.#outbox,
        durability: this.#options.durability,
        whenFull: this.#options.whenFull,
        privacy: new Privacy(loadDataConverter(options.dataConverter), this.#secrecy),
        log: this.#log,
        process: about.nodes,
        logs: this.#options.logs === true ? {} : this.#options.logs || undefined,
        artifacts: new ArtifactFinder(this.#options.artifacts, (error, recogniser) =>
          this.#log.warn(`artifacts[${recogniser}] of temporal-provenance fails on a value, which is then taken for an ordinary one; said once`, { error })),
      });
      processes.set(recorder, about);
      this.#recorders.add(recorder);
      return recorder;
    } catch (error) {
      this.#log.warn('temporal-provenance records nothing in this worker', { error });
      return undefined;
    }
  }

  #start(): void {
    if (!this.#outbox || this.#running++ > 0) return;
    this.#feed = new Feed(this.#outbox, this.#options, this.#log, () => [...this.#recorders].reduce((sum, { gaps }) => sum + gaps.total, 0));
  }

  /** What the worker is connected to knows what really happened. */
  #serve({ connection, options }: Worker): void {
    const recorder = options.interceptors.activity.map((factory) => ours.get(factory)).find((each) => each !== undefined);
    if (!connection || !recorder || !this.#feed) return;
    this.#feed.serve(options.namespace, { service: connection.workflowService, opener: options.loadedDataConverter, privacy: recorder.privacy, by: recorder.identity, mostEvents: MOST_EVENTS });
  }

  async #stop(): Promise<void> {
    if (!this.#outbox || --this.#running > 0) return;
    // The outbox stays open: a worker that was made and has not run yet records into it.
    await this.#feed?.stop(this.#options.shutdownMs ?? 30_000);
  }

  #givenBundle(bundle: NonNullable<WorkerOptions['workflowBundle']>, bundled: (code: string) => void): void {
    let code: string;
    try {
      code = 'code' in bundle ? bundle.code : readFileSync(bundle.codePath, 'utf8');
    } catch {
      return; // Temporal reads it too, and says what is wrong with it.
    }
    bundled(code);
    if (!code.includes(HEADER)) {
      this.#log.warn(
        'the workflow bundle was made without temporal-provenance: activities are recorded, workflows are not; give the plugin to bundleWorkflowCode({ plugins }) too',
      );
    }
  }

  #bundled(recorder: Recorder, code: string): void {
    try {
      processes.get(recorder)?.bundled(code);
    } catch (error) {
      this.#log.warn('temporal-provenance could not make a digest of the workflow bundle', { error });
    }
  }
}

type ClientInterceptors = WorkflowClientInterceptors | WorkflowClientInterceptor[];

/** In either of the two forms that the SDK takes. */
function withClientInterceptor(existing: ClientInterceptors | undefined, identity: string, actor?: () => Named): ClientInterceptors {
  const own = clientInterceptor(identity, actor);
  if (existing === undefined || Array.isArray(existing)) return [...(existing ?? []), own];
  return { ...existing, calls: [...(existing.calls ?? []), () => own] };
}

/** The plugin may be given twice, or on the connection and the worker: it must record once. */
function isConfigured(options: WorkerOptions): boolean {
  return options.interceptors?.activity?.some((factory) => ours.has(factory)) ?? false;
}
