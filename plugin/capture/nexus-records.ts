// Runs in: worker. One attempt to start a Nexus operation, as two records.
import { resultId, runId, type StepKey } from '../model/id.ts';
import type { EdgeAssertion, NodeAssertion, NodeKey } from '../model/record.ts';
import { jsonText } from '../model/redact.ts';
import type { Decoded } from '../model/value.ts';
import { artifactStatement } from './artifact-records.ts';
import { carried } from './carried.ts';
import type { Declarations } from './declarations.ts';
import { type Content, detailOf, type Recorder } from './recorder.ts';

export interface NexusKeys {
  stepKey: StepKey;
  step: NodeKey;
  attempt: NodeKey;
}

export interface NexusEnd {
  startedAt: Date;
  endedAt: Date;
  /** `async`: something else goes on with it, which `token` names. */
  outcome: 'completed' | 'async' | 'failed';
  result?: Decoded;
  token?: string;
  error?: unknown;
}

export function nexusAttemptStarted({ process, privacy, identity }: Recorder, { step, attempt }: NexusKeys, operation: string, input: Decoded, startedAt: Date): Content {
  const detail = detailOf(step, 'input', privacy.preview('input', [input]), 'timeless');
  return {
    at: startedAt.toISOString(),
    nodes: [
      {
        ...step, aspect: 'started', timeless: true,
        set: { kind: 'nexus', ...privacy.describeInput([input]) },
      },
      { ...attempt, aspect: 'started', set: { operation, activityType: operation, identity, workerStartedAt: startedAt.toISOString() } },
      ...detail.nodes,
    ],
    edges: [
      { type: 'ATTEMPT_OF', from: attempt, to: step, walk: true },
      { type: 'RAN_CODE', from: attempt, to: process.code, walk: false },
      { type: 'RAN_IN', from: attempt, to: process.environment, walk: false },
      { type: 'WAS_ASSOCIATED_WITH', from: attempt, to: process.agent, walk: false, qualifiers: { plan: process.code.id } },
      ...detail.edges,
    ],
  };
}

export function nexusAttemptEnded({ privacy, artifacts }: Recorder, { step, stepKey, attempt }: NexusKeys, end: NexusEnd, declared: Declarations): Content {
  const { startedAt, endedAt, outcome, result, error, token } = end;
  const failure = error instanceof Error ? error : undefined;
  const nodes: NodeAssertion[] = [{
    ...attempt, aspect: 'ended',
    set: {
      outcome, captured: 'full', workerEndedAt: endedAt.toISOString(), durationMs: endedAt.getTime() - startedAt.getTime(),
      ...(failure && { failureType: failure.name }),
      ...(Object.keys(declared.params).length > 0 && { params: jsonText(declared.params) }),
      ...(Object.keys(declared.metrics).length > 0 && { metrics: jsonText(declared.metrics) }),
    },
  }];
  const edges: EdgeAssertion[] = [];
  for (const [references, made] of [[declared.used, false], [declared.generated, true]] as const) {
    for (const reference of references) {
      const artifact = artifactStatement(reference);
      if (!artifact) continue;
      nodes.push(...artifact.nodes);
      edges.push(...artifact.edges, made
        ? { type: 'WAS_GENERATED_BY', from: artifact.key, to: attempt, evidence: 'declared', via: 'lineage.generated', walk: true }
        : { type: 'USED', from: attempt, to: artifact.key, evidence: 'declared', via: 'lineage.used', walk: true });
    }
  }
  const value: NodeKey = { label: 'Value', id: resultId(step.id) };
  const detail = detailOf(attempt, 'ended', { ...(failure && privacy.failure(failure.message, failure.stack)), ...(result && privacy.preview('result', result)) });
  if (result) {
    nodes.push({ ...value, aspect: 'seen', set: { ...privacy.describe(result), role: 'result' } });
    edges.push({ type: 'WAS_GENERATED_BY', from: value, to: attempt, evidence: 'observed', via: 'result', walk: true });
    const known = new Set([...declared.used, ...declared.generated].map(({ uri }) => uri));
    if (!privacy.sealed) carried(value, result.json, () => known.size === 0, nodes, edges, artifacts);
  }
  // An operation that a run works for gives back what that run does.
  const backing = token === undefined ? undefined : backingRun(token, declared);
  if (backing) {
    const theirs: NodeKey = { label: 'Value', id: resultId(runId({ namespace: backing.namespace ?? stepKey.run.namespace, ...backing.run })) };
    edges.push({ type: 'WAS_DERIVED_FROM', from: value, to: theirs, evidence: 'observed', via: 'nexus', fromPath: '', toPath: '', walk: true });
  }
  return { at: endedAt.toISOString(), nodes: [...nodes, ...detail.nodes], edges: [...edges, ...detail.edges] };
}

/** The run that an operation's token names, among those that the handler has started. */
function backingRun(token: string, { started }: Declarations): { namespace?: string; run: { workflowId: string; runId: string } } | undefined {
  try {
    const { wid, ns } = JSON.parse(Buffer.from(token, 'base64url').toString()) as { wid?: string; ns?: string };
    const run = started.find(({ workflowId }) => workflowId === wid);
    return run && { run, ...(ns !== undefined && { namespace: ns }) };
  } catch {
    return undefined; // Another kind of token: somebody's own.
  }
}
