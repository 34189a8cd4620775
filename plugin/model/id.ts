// Runs in: worker, server, CLI. Ids, made from the thing's own identity, so that any writer at any time makes the same one.
import { hash } from 'node:crypto';
import { artifactUri, artifactVersion } from './artifact-name.ts';

/** Names one workflow run. */
export interface RunKey {
  namespace: string;
  workflowId: string;
  runId: string;
}

/** What kind of work a step is. A standalone activity has no run: its own ids stand in the run's place. */
export type StepKind = 'activity' | 'local' | 'nexus' | 'timer' | 'standalone';

/**
 * Names one step of a run. `id` is the activity id, which users may set and use again once it is closed: `occurrence`
 * counts from 1 within the run, in the order of scheduling.
 */
export interface StepKey {
  run: RunKey;
  kind: StepKind;
  id: string;
  occurrence: number;
}

/** Longest id in bytes: Neo4j's index keys end at about 8 kB, and long keys make slow indexes. */
const LONGEST = 1_024;

export const runId = (run: RunKey): string => idOf('run', run.namespace, run.workflowId, run.runId);

export const stepId = ({ run, kind, id, occurrence }: StepKey): string =>
  idOf('step', run.namespace, run.workflowId, run.runId, kind, id, String(occurrence));

/** The Run that an id of a run, a step or what is below them belongs to; undefined where there is none, or the id was too long to tell. */
export function runOf(id: string): string | undefined {
  const [prefix, namespace, workflow, run, kind] = id.split('/', 5);
  return (prefix === 'run' || (prefix === 'step' && kind !== 'standalone')) && run !== undefined ? `run/${namespace}/${workflow}/${run}` : undefined;
}

/**
 * One try of a step. Attempt numbers start again after an activity reset or when a local activity is run again, so the
 * time at which the server scheduled this try is part of its name.
 * @param scheduledMs milliseconds since the epoch
 */
export const attemptId = (step: StepKey, number: number, scheduledMs: number): string =>
  below(stepId(step), 'attempt', `${number}@${scheduledMs}`);

/** One try of which Temporal's history alone tells: its number, and not when the server scheduled it. */
export const attemptOfHistoryId = (step: StepKey, number: number): string => below(stepId(step), 'attempt', `${number}@history`);

/** What a run took in, all of its arguments together. */
export const inputId = (ownerId: string): string => below(ownerId, 'input');

/** What a run or a step gave back. */
export const resultId = (ownerId: string): string => below(ownerId, 'result');

/** A signal's arguments. @param number which of its name in the run, from 1 */
export const signalId = (runNodeId: string, name: string, number: string): string => below(runNodeId, 'signal', name, number);

/** An update's arguments. Temporal's update ids are unique within their run. */
export const updateId = (runNodeId: string, id: string): string => below(runNodeId, 'update', id, 'input');

/** What an update gave back. */
export const updateResultId = (runNodeId: string, id: string): string => below(runNodeId, 'update', id, 'result');

/** The memo that a run was started with. */
export const memoId = (runNodeId: string): string => below(runNodeId, 'memo');

/** What the run of a cron or a schedule is given of the last one that ended well. */
export const lastResultId = (runNodeId: string): string => below(runNodeId, 'last-result');

/** What an attempt of a step reported while it ran, known by what it is. */
export const heartbeatId = (ownerId: string, digest: string): string => below(ownerId, 'heartbeat', digest);

/** What a run that continued as another gave to it. */
export const continuationId = (ownerId: string): string => below(ownerId, 'continuation');

export const artifactId = (uri: string): string => idOf('artifact', artifactUri(uri));

/** @throws BadUriError */
export const artifactVersionId = (reference: {
  uri: string;
  version?: string | null | undefined;
  sha256?: string | null | undefined;
}): string => shortened(`artifact-version/${encode(artifactUri(reference.uri))}@${encode(artifactVersion(reference))}`);

export const contentId = (digest: string): string => idOf('content', digest);
export const codeId = (digest: string): string => idOf('code', digest);
export const environmentId = (digest: string): string => idOf('env', digest);

/** A worker process: two that share an identity differ by when they started. */
export const workerAgentId = (identity: string, processStart: string): string =>
  idOf('agent', 'worker', identity, processStart);

/** A process that serves a model. @param identity process id and host */
export const servingAgentId = (name: string, identity: string, processStart: string): string =>
  idOf('agent', 'serving', name, identity, processStart);

export const scheduleAgentId = (namespace: string, scheduleId: string): string => idOf('agent', 'schedule', namespace, scheduleId);

/** A client. Its identity may be a person's name, which must stay erasable: the id holds only a digest of it. */
export const clientAgentId = (identity: string): string => idOf('agent', 'client', sha256(identity).slice(0, 32));

/** Names a person or a service without telling the name. */
export const actorDigest = (name: string): string => sha256(name).slice(0, 32);

/** Who had a client do what it did: an actor's name must stay erasable, and is in no id. @param digest see actorDigest */
export const actorAgentId = (digest: string): string => idOf('agent', 'actor', digest);

/** What can be erased of a node, apart from the lineage. */
export const detailId = (ownerId: string): string => below(ownerId, 'detail');

export function sha256(data: string | Uint8Array): string {
  return hash('sha256', data, 'hex');
}

function idOf(prefix: string, ...parts: string[]): string {
  return shortened(`${prefix}/${parts.map(encode).join('/')}`);
}

function below(ownerId: string, ...parts: string[]): string {
  return shortened(`${ownerId}/${parts.map(encode).join('/')}`);
}

function shortened(id: string): string {
  if (Buffer.byteLength(id) <= LONGEST) return id;
  return `${id.slice(0, id.indexOf('/'))}/sha256:${sha256(id)}`;
}

/** Percent-encoding that leaves what reads well and is no separator. A lone surrogate can't be encoded: it becomes U+FFFD. */
function encode(part: string): string {
  return encodeURIComponent(part.toWellFormed()).replaceAll('%3A', ':').replaceAll('%2C', ',');
}
