// Runs in: worker. The isolate's messages about a run, as records.
import { clientAgentId, continuationId, inputId, resultId, type RunKey, runId, type StepKey, stepId } from '../model/id.ts';
import type { EdgeAssertion, NodeAssertion, NodeKey, Properties } from '../model/record.ts';
import { type Decoded, findReferences } from '../model/value.ts';
import { artifactStatement } from './artifact-records.ts';
import { isLinked, linkEdges } from './links.ts';
import type { HandedOnMessage, RunClosedMessage, RunStartedMessage, StepFailedMessage, StepScheduledMessage } from './messages.ts';
import type { Privacy } from './privacy.ts';
import { type Content, detailOf, type ProcessNodes } from './recorder.ts';

/** What is needed to say something of a run. History does not know the process that ran it. */
export interface Teller {
  privacy: Privacy;
  process?: ProcessNodes;
}

export function runStarted({ privacy, process }: Teller, key: RunKey, message: RunStartedMessage, input: Decoded[]): Content {
  const { workflowType, taskQueue, attempt, startedAt, firstRunId, parent, client, continuedFrom } = message;
  const run: NodeKey = { label: 'Run', id: runId(key) };
  const value: NodeKey = { label: 'Value', id: inputId(run.id) };
  const before: RunKey | undefined = continuedFrom === undefined ? undefined : { ...key, runId: continuedFrom };
  // A retry is given the header of the run that it repeats, whose links are in terms of the run before that one.
  const caller = message.previous === undefined ? parent : { ...key, runId: message.previous };
  const links = caller ? message.links : [];
  const set: Properties = { ...key, workflowType, taskQueue, attempt, startedAt, firstRunId };
  const nodes: NodeAssertion[] = [
    { ...run, aspect: 'started', set },
    { ...value, aspect: 'seen', set: { ...privacy.describeList(input), role: 'input' } },
  ];
  const edges: EdgeAssertion[] = [
    { type: 'PART_OF', from: value, to: run, walk: false, via: 'input' },
    ...(caller ? linkEdges(value, 'WAS_DERIVED_FROM', message.previous === undefined ? 'child input' : 'continue-as-new', links, caller) : []),
  ];
  if (process) {
    nodes.push(process.code, process.agent);
    edges.push(
      { type: 'RAN_CODE', from: run, to: process.code, walk: false },
      { type: 'WAS_ASSOCIATED_WITH', from: run, to: process.agent, walk: false, qualifiers: { plan: process.code.id } },
    );
  }
  if (parent) edges.push({ type: 'STARTED_BY', from: run, to: { label: 'Run', id: runId(parent) }, walk: false, via: 'child' });
  if (before) {
    const kind = attempt > 1 ? 'retry' : message.previous === before.runId ? 'continue-as-new' : 'cron';
    edges.push({ type: 'CONTINUED_FROM', from: run, to: { label: 'Run', id: runId(before) }, walk: false, via: kind });
  }
  if (message.more && caller && message.previous !== undefined) {
    const continuation: NodeKey = { label: 'Value', id: continuationId(runId(caller)) };
    edges.push({ type: 'WAS_DERIVED_FROM', from: value, to: continuation, evidence: 'observed', via: 'continue-as-new', fromPath: '', toPath: '', walk: true });
  }
  const detail = detailOf(run, 'input', privacy.preview('input', input));
  if (client !== undefined && !parent) {
    const agent: NodeKey = { label: 'Agent', id: clientAgentId(client) };
    const named = detailOf(agent, 'identity', privacy.sealed ? {} : { identity: client }, 'timeless');
    nodes.push({ ...agent, aspect: 'declared', set: { kind: 'client' }, timeless: true }, ...named.nodes);
    edges.push({ type: 'STARTED_BY', from: run, to: agent, walk: false, via: 'client' }, ...named.edges);
  }
  if (!privacy.sealed) carried(value, input.map(({ json }) => json), (path) => !isLinked(path, links) && !message.more, nodes, edges);
  return { at: startedAt, nodes: [...nodes, ...detail.nodes], edges: [...edges, ...detail.edges] };
}

export function stepScheduled(key: RunKey, message: StepScheduledMessage): Content {
  const { kind, id, occurrence, activityType, taskQueue, at, links, incomplete, loose } = message;
  const stepKey: StepKey = { run: key, kind, id, occurrence };
  const step: NodeKey = { label: 'Step', id: stepId(stepKey) };
  return {
    at,
    nodes: [{ ...step, aspect: 'scheduled', set: { kind, activityId: id, occurrence, activityType, taskQueue, inputsKnown: !incomplete, ...(loose && { looseInputs: true }) } }],
    edges: [
      { type: 'PART_OF', from: step, to: { label: 'Run', id: runId(key) }, walk: false },
      ...linkEdges(step, 'USED', 'argument', links, key),
    ],
  };
}

/** Only the workflow learns that a step has failed for good: of its attempts, none knows that it was the last. */
export function stepFailed(key: RunKey, { kind, id, occurrence, at, outcome }: StepFailedMessage): Content {
  return { at, nodes: [{ label: 'Step', id: stepId({ run: key, kind, id, occurrence }), aspect: 'ended', set: { outcome } }], edges: [] };
}

/** A run that continues this one has no id yet: what it is given is a Value of this run's. */
export function handedOn(key: RunKey, { at, links, child }: HandedOnMessage): Content {
  const owner: NodeKey = { label: 'Value', id: child ? inputId(runId({ ...key, ...child })) : continuationId(runId(key)) };
  const part: EdgeAssertion[] = child ? [] : [{ type: 'PART_OF', from: owner, to: { label: 'Run', id: runId(key) }, walk: false, via: 'continuation' }];
  return {
    at,
    nodes: child ? [] : [{ ...owner, aspect: 'seen', set: { role: 'continuation' } }],
    edges: [...part, ...linkEdges(owner, 'WAS_DERIVED_FROM', child ? 'child input' : 'continue-as-new', links, key)],
  };
}

export function runClosed({ privacy }: Teller, key: RunKey, message: RunClosedMessage, results: Decoded[]): Content {
  const { outcome, at, links, failure } = message;
  const run: NodeKey = { label: 'Run', id: runId(key) };
  const nodes: NodeAssertion[] = [
    { ...run, aspect: 'ended', set: { outcome, workerClosedAt: at, ...(failure && { failureType: failure.type }) } },
  ];
  const edges: EdgeAssertion[] = [];
  const tell: Properties = failure ? privacy.failure(failure.message, failure.stack) : {};
  for (const result of results) {
    const value: NodeKey = { label: 'Value', id: resultId(run.id) };
    nodes.push({ ...value, aspect: 'seen', set: { ...privacy.describe(result), role: 'result' } });
    edges.push({ type: 'PART_OF', from: value, to: run, walk: false, via: 'result' }, ...linkEdges(value, 'WAS_DERIVED_FROM', 'result', links, key));
    if (message.firstRunId !== undefined) {
      const first: NodeKey = { label: 'Value', id: resultId(runId({ ...key, runId: message.firstRunId })) };
      edges.push({ type: 'WAS_DERIVED_FROM', from: first, to: value, evidence: 'observed', via: 'last run of the chain', fromPath: '', toPath: '', walk: true });
    }
    Object.assign(tell, privacy.preview('result', result));
    if (!privacy.sealed) carried(value, result.json, (path) => !isLinked(path, links), nodes, edges);
  }
  const detail = detailOf(run, 'ended', tell);
  return { at, nodes: [...nodes, ...detail.nodes], edges: [...edges, ...detail.edges] };
}

/**
 * The references inside a value. Where nobody knows how one came into it (`byName`), a trace goes on from the version
 * by its name, to all who generated it.
 */
export function carried(value: NodeKey, json: unknown, byName: (path: string) => boolean, nodes: NodeAssertion[], edges: EdgeAssertion[]): void {
  for (const { path, reference } of findReferences(json)) {
    const artifact = artifactStatement(reference);
    if (!artifact) continue;
    nodes.push(...artifact.nodes);
    edges.push(...artifact.edges, { type: 'CARRIED', from: value, to: artifact.key, evidence: 'observed', via: 'reference', toPath: path, walk: byName(path) });
  }
}
