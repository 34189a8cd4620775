// Runs in: tests. Tells of runs as a worker with the plugin would: capture's own functions make every record.
import type { Info } from '@temporalio/activity';
import { loadDataConverter } from '@temporalio/common/lib/internal-non-workflow/index.js';
import { attemptEnded, attemptKeys, attemptStarted, type AttemptEnd } from '../../plugin/capture/attempt-records.ts';
import { Declarations } from '../../plugin/capture/declarations.ts';
import type { CallHeader, Link } from '../../plugin/capture/header.ts';
import { Privacy } from '../../plugin/capture/privacy.ts';
import { type Content, Recorder } from '../../plugin/capture/recorder.ts';
import { runClosed, runStarted } from '../../plugin/capture/run-records.ts';
import { stepScheduled } from '../../plugin/capture/step-records.ts';
import type { Json } from '../../plugin/model/json.ts';
import { codeId, environmentId, runId, type RunKey, sha256, workerAgentId } from '../../plugin/model/id.ts';
import type { ArtifactReference } from '../../plugin/model/reference.ts';
import type { NodeAssertion, ProvenanceRecord, Source } from '../../plugin/model/record.ts';
import type { Decoded } from '../../plugin/model/value.ts';

const NAMESPACE = 'default';
const TASK_QUEUE = 'flight-delays';

/** A value on its way through a run's code, and where in that run it came from; nowhere, when the code itself made it. */
export interface Handed {
  json: unknown;
  from?: { source: string; path: string };
}

/** A value below another: `part(split, 'train')`. */
export function part({ json, from }: Handed, key: string | number): Handed {
  const inner = (json as { [key: string | number]: unknown })[key];
  return { json: inner, ...(from && { from: { source: from.source, path: `${from.path}/${key}` } }) };
}

export interface StepOptions {
  /** Arguments. */
  takes?: Handed[];
  /** Versions that the activity said it used. */
  uses?: ArtifactReference[];
  /** Versions that it said it made. */
  makes?: ArtifactReference[];
  /** What it gives back. */
  gives: unknown;
  /** Messages of attempts that failed before the one that did not. */
  failures?: string[];
  params?: { [name: string]: Json };
  metrics?: { [name: string]: number };
}

/** Everything that is told, in order, on a clock of its own. */
export class Telling {
  readonly records: ProvenanceRecord[] = [];
  readonly recorder: Recorder;
  readonly scope: string;
  /** Long enough ago that all of it is over by now. */
  #clock = Date.now() - 20 * 60_000;

  /** @param scope is in every id, by itself or by a digest, so that nothing here meets what others write */
  constructor(scope: string) {
    this.scope = scope;
    const identity = `4182@worker-${scope}`;
    const [agent, code, environment] = processNodes(scope, identity);
    this.recorder = new Recorder({
      namespace: NAMESPACE, identity, process: { agent, code, environment, functions: new Map() }, privacy: new Privacy(loadDataConverter()),
      // The records are collected here instead: nothing goes through an outbox.
      outbox: undefined as never, log: { info() {}, warn() {} },
    });
    this.say('interceptor', { at: this.tick(), nodes: [agent, code, environment], edges: [] });
  }

  /** @param takes what a client gave, or within the parent's run what its code gave */
  run(workflowType: string, name: string, takes: Handed[] = [], parent?: TellingRun): TellingRun {
    const workflowId = `${name}-${this.scope}`;
    const digest = sha256(workflowId);
    const key: RunKey = { namespace: NAMESPACE, workflowId, runId: digest.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5') };
    const run = new TellingRun(this, key, takes);
    this.say('sink', runStarted(this.recorder, key, {
      workflowType, taskQueue: TASK_QUEUE, attempt: 1, startedAt: this.tick(), firstRunId: key.runId,
      header: { v: 1, links: linksOf(takes), ...(!parent && { client: `scheduler@${this.scope}` }) }, ...(parent && { parent: parent.key }),
    }, this.decoded(takes)));
    return run;
  }

  say(source: Source, content: Content): void {
    this.records.push({ v: 1, source, recordedAt: new Date(Date.parse(content.at) + 40).toISOString(), ...content });
  }

  /** The time, after some of it has passed. */
  tick(milliseconds = 1370): string {
    this.#clock += milliseconds;
    return new Date(this.#clock).toISOString();
  }

  decoded(values: Handed[]): Decoded[] {
    return values.map(({ json }) => this.recorder.privacy.decode(json));
  }
}

export class TellingRun {
  readonly id: string;
  readonly key: RunKey;
  readonly #telling: Telling;
  readonly #input: Handed[];
  #steps = 0;

  constructor(telling: Telling, key: RunKey, input: Handed[]) {
    this.id = runId(key);
    this.key = key;
    this.#telling = telling;
    this.#input = input;
  }

  /** One of the run's own arguments. */
  argument(index: number): Handed {
    return { json: this.#input[index]!.json, from: { source: 'input', path: `/${index}` } };
  }

  /** Tells of a step with all of its attempts. */
  step(activityType: string, options: StepOptions): Handed & { stepId: string } {
    const { recorder } = this.#telling;
    const id = String(++this.#steps);
    const takes = options.takes ?? [];
    const links = linksOf(takes);
    const scheduledAt = this.#telling.tick();
    this.#telling.say('sink', stepScheduled(this.key, { kind: 'activity', id, occurrence: 1, activityType, taskQueue: TASK_QUEUE, at: scheduledAt, links }));
    const header: CallHeader = { v: 1, occurrence: 1, links };
    const input = this.#telling.decoded(takes);
    const ends: Omit<AttemptEnd, 'startedAt' | 'endedAt'>[] = (options.failures ?? []).map((message) => ({
      outcome: 'failed',
      failures: [{ type: 'ApplicationFailure', message, stack: `ApplicationFailure: ${message}\n    at ${activityType} (worker/flights/${activityType}.ts:41:11)` }],
    }));
    ends.push({ outcome: 'completed', result: recorder.privacy.decode(options.gives) });
    let stepId = '';
    for (const [index, end] of ends.entries()) {
      // As much of it as capture reads.
      const info = {
        namespace: NAMESPACE, workflowExecution: this.key, isLocal: false, activityId: id, activityType, taskQueue: TASK_QUEUE, attempt: index + 1, startToCloseTimeoutMs: 0,
        scheduledTimestampMs: Date.parse(scheduledAt), currentAttemptScheduledTimestampMs: Date.parse(this.#telling.tick()),
      } satisfies Partial<Info> as Partial<Info> as Info;
      const keys = attemptKeys(info, header);
      stepId = keys.step.id;
      const startedAt = new Date(this.#telling.tick(60));
      const endedAt = new Date(this.#telling.tick(240 + (Number.parseInt(sha256(keys.attempt.id).slice(0, 4), 16) % 9000)));
      this.#telling.say('interceptor', attemptStarted(recorder, keys, info, header, input, startedAt));
      this.#telling.say('interceptor', attemptEnded(recorder, keys, info, header, input, { ...end, startedAt, endedAt }, declaredBy(options, end.outcome === 'completed')));
    }
    return { stepId, json: options.gives, from: { source: `activity/${id}/1`, path: '' } };
  }

  /** Ends the run; gives its result as its parent gets it. */
  close(result: Handed): Handed {
    const { workflowId, runId: id } = this.key;
    this.#telling.say('sink', runClosed(this.#telling.recorder, this.key, {
      outcome: 'completed', at: this.#telling.tick(), links: result.from ? [['', result.from.source, result.from.path]] : [],
    }, this.#telling.decoded([result])));
    return { json: result.json, from: { source: `run/${encodeURIComponent(workflowId)}/${encodeURIComponent(id)}`, path: '' } };
  }
}

/** An attempt that fails has read its input by then, and made nothing. */
function declaredBy({ uses = [], makes = [], params = {}, metrics = {} }: StepOptions, completed: boolean): Declarations {
  const declared = new Declarations();
  declared.used.push(...uses);
  Object.assign(declared.params, params);
  if (!completed) return declared;
  declared.generated.push(...makes);
  Object.assign(declared.metrics, metrics);
  return declared;
}

function linksOf(values: Handed[]): Link[] {
  return values.flatMap(({ from }, index): Link[] => (from ? [[`/${index}`, from.source, from.path]] : []));
}

function processNodes(scope: string, identity: string): [agent: NodeAssertion, code: NodeAssertion, environment: NodeAssertion] {
  const started = '2025-03-14T08:59:12.000Z';
  return [
    {
      label: 'Agent', id: workerAgentId(identity, started), aspect: 'collected', timeless: true,
      set: { kind: 'worker', identity, host: `worker-${scope}`, pid: 4182, processStartedAt: started },
    },
    {
      label: 'CodeVersion', id: codeId(sha256(`code of ${scope}`)), aspect: 'collected', timeless: true,
      set: {
        gitCommit: '9b1c44f20d5e6f7a8b9c0d1e2f3a4b5c6d7e8f90', gitBranch: 'main', gitDirty: false, gitRemote: 'git@github.com:flights/flight-delays.git', packageName: 'flight-delays', packageVersion: '2.3.0',
      },
    },
    {
      label: 'Environment', id: environmentId(sha256(`environment of ${scope}`)), aspect: 'collected', timeless: true,
      set: {
        os: 'Linux', osRelease: '6.1.0', arch: 'x64', cpu: 'AMD EPYC 7B13', cpuCount: 4, memoryBytes: 16_777_216_000, runtime: 'node 20.20.2',
        libraries: JSON.stringify({ '@temporalio/worker': '1.24.0' }),
      },
    },
  ];
}
