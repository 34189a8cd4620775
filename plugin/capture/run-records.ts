// Runs in: worker. The isolate's messages about a run, as records.
import { clientAgentId, inputId, resultId, type RunKey, runId, type StepKey, stepId } from '../model/id.ts';
import type { EdgeAssertion, NodeAssertion, NodeKey, Properties, ProvenanceRecord } from '../model/record.ts';
import { type Decoded, findReferences } from '../model/value.ts';
import { artifactStatement } from './artifact-records.ts';
import { isLinked, linkEdges } from './links.ts';
import type { RunClosedMessage, RunStartedMessage, StepScheduledMessage } from './messages.ts';
import type { Privacy } from './privacy.ts';
import { detailOf, type ProcessNodes } from './recorder.ts';

/** A record without who says it. */
export type Content = Pick<ProvenanceRecord, 'at' | 'nodes' | 'edges'>;

/** What is needed to say something of a run. History does not know the process that ran it. */
export interface Teller {
  privacy: Privacy;
  process?: ProcessNodes;
}

export function runStarted({ privacy, process }: Teller, key: RunKey, message: RunStartedMessage, input: Decoded[]): Content {
  const { workflowType, taskQueue, attempt, startedAt, firstRunId, parent, client, continuedFrom } = message;
  const run: NodeKey = { label: 'Run', id: runId(key) };
  const value: NodeKey = { label: 'Value', id: inputId(run.id) };
  const previous: RunKey | undefined = continuedFrom === undefined ? undefined : { ...key, runId: continuedFrom };
  const caller = message.previous ? previous : parent;
  const links = caller ? message.links : [];
  const set: Properties = { ...key, workflowType, taskQueue, attempt, startedAt, firstRunId };
  const nodes: NodeAssertion[] = [
    { ...run, aspect: 'started', set },
    { ...value, aspect: 'seen', set: { ...privacy.describeList(input), role: 'input' } },
  ];
  const edges: EdgeAssertion[] = [
    { type: 'PART_OF', from: value, to: run, walk: false, via: 'input' },
    ...(caller ? linkEdges(value, 'WAS_DERIVED_FROM', message.previous ? 'continue-as-new' : 'child input', links, caller) : []),
  ];
  if (process) {
    nodes.push(process.code, process.agent);
    edges.push(
      { type: 'RAN_CODE', from: run, to: process.code, walk: false },
      { type: 'WAS_ASSOCIATED_WITH', from: run, to: process.agent, walk: false, qualifiers: { plan: process.code.id } },
    );
  }
  if (parent) edges.push({ type: 'STARTED_BY', from: run, to: { label: 'Run', id: runId(parent) }, walk: false, via: 'child' });
  if (previous) {
    const kind = message.previous ? 'continue-as-new' : attempt > 1 ? 'retry' : 'cron';
    edges.push({ type: 'CONTINUED_FROM', from: run, to: { label: 'Run', id: runId(previous) }, walk: false, via: kind });
  }
  const detail = detailOf(run, 'input', privacy.preview('input', input));
  if (client !== undefined && !parent) {
    const agent: NodeKey = { label: 'Agent', id: clientAgentId(client) };
    const named = detailOf(agent, 'identity', privacy.sealed ? {} : { identity: client });
    nodes.push({ ...agent, aspect: 'declared', set: { kind: 'client' }, timeless: true }, ...named.nodes.map((node) => ({ ...node, timeless: true as const })));
    edges.push({ type: 'STARTED_BY', from: run, to: agent, walk: false, via: 'client' }, ...named.edges);
  }
  if (!privacy.sealed) carried(value, input.map(({ json }) => json), (path) => !isLinked(path, links), nodes, edges);
  return { at: startedAt, nodes: [...nodes, ...detail.nodes], edges: [...edges, ...detail.edges] };
}

export function stepScheduled(key: RunKey, message: StepScheduledMessage): Content {
  const { kind, id, occurrence, activityType, taskQueue, at, links } = message;
  const stepKey: StepKey = { run: key, kind, id, occurrence };
  const step: NodeKey = { label: 'Step', id: stepId(stepKey) };
  return {
    at,
    nodes: [{ ...step, aspect: 'scheduled', set: { kind, activityId: id, occurrence, activityType, taskQueue, inputsKnown: true } }],
    edges: [
      { type: 'PART_OF', from: step, to: { label: 'Run', id: runId(key) }, walk: false },
      ...linkEdges(step, 'USED', 'argument', links, key),
    ],
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
