// Runs in: worker. One attempt of a step, as two records: that it started, and how it ended.
import type { Info } from '@temporalio/activity';
import { attemptId, heartbeatId, resultId, runId, type StepKey, stepId } from '../model/id.ts';
import { type EdgeAssertion, keyOfNode, type NodeAssertion, type NodeKey, type Properties } from '../model/record.ts';
import { jsonText } from '../model/redact.ts';
import type { Decoded } from '../model/value.ts';
import { artifactsMet, carriedUnknown, metStatements } from './artifacts-met.ts';
import type { Declarations } from './declarations.ts';
import { type Failure, failureDetail, failureProperties } from './failure-chain.ts';
import { digestOf } from './function-digest.ts';
import { type CallHeader, followedIn } from './header.ts';
import type { Heartbeats } from './heartbeats.ts';
import { limitsOf } from './limits.ts';
import { followedEdges, linkEdges } from './links.ts';
import { mentioned } from './mention-records.ts';
import { type Content, detailOf, type Recorder } from './recorder.ts';

export interface AttemptKeys {
  step: NodeKey;
  attempt: NodeKey;
  stepKey: StepKey;
}

export interface AttemptEnd {
  startedAt: Date;
  endedAt: Date;
  outcome: 'completed' | 'failed' | 'cancelled' | 'async';
  result?: Decoded;
  /** The failure and its causes, outermost first. */
  failures?: Failure[];
  heartbeats?: Heartbeats;
  cancelReasons?: string[];
}

export function attemptKeys(info: Info, header: CallHeader | undefined): AttemptKeys {
  const { workflowExecution, isLocal, activityId, activityRunId, attempt, currentAttemptScheduledTimestampMs } = info;
  const stepKey: StepKey = {
    run: {
      namespace: info.namespace,
      workflowId: workflowExecution?.workflowId ?? activityId,
      runId: workflowExecution?.runId ?? activityRunId ?? '',
    },
    kind: workflowExecution ? (isLocal ? 'local' : 'activity') : 'standalone',
    id: activityId,
    occurrence: header?.occurrence ?? 1,
  };
  return {
    stepKey,
    step: { label: 'Step', id: stepId(stepKey) },
    attempt: { label: 'Attempt', id: attemptId(stepKey, attempt, currentAttemptScheduledTimestampMs) },
  };
}

/** @param left what an earlier attempt reported last by heartbeat, given to this one to go on from */
export function attemptStarted(recorder: Recorder, keys: AttemptKeys, info: Info, header: CallHeader | undefined, input: Decoded[], startedAt: Date, left?: Decoded): Content {
  const { process, artifacts } = recorder;
  const privacy = recorder.privacy.forActivity(info.activityType);
  const { step, attempt, stepKey } = keys;
  const functionDigest = digestOf(process.functions, info.activityType);
  const detail = detailOf(attempt, 'input', privacy.preview('input', input));
  if (!privacy.sealed) mentioned(step, artifacts.lookAtList(input), detail.nodes, detail.edges);
  const goesOnFrom = left && heartbeatValue(privacy, step, left);
  return {
    at: startedAt.toISOString(),
    nodes: [
      {
        // The same at every attempt: said once.
        ...step, aspect: 'started', timeless: true,
        set: {
          kind: stepKey.kind, activityId: info.activityId, occurrence: stepKey.occurrence, activityType: info.activityType, taskQueue: info.taskQueue,
          scheduledAt: new Date(info.scheduledTimestampMs).toISOString(),
          ...privacy.describeInput(input),
          ...(header && !header.more && { inputsKnown: true }), ...(header?.loose && { looseInputs: true }),
          ...limitsOf(info),
        },
      },
      {
        ...attempt, aspect: 'started',
        set: {
          number: info.attempt, activityType: info.activityType, taskQueue: info.taskQueue, identity: recorder.identity,
          scheduledAt: new Date(info.currentAttemptScheduledTimestampMs).toISOString(), workerStartedAt: startedAt.toISOString(),
          ...(functionDigest && { functionDigest }),
          ...(left && { heartbeatDetailsGiven: true }),
        },
      },
      ...detail.nodes, ...(goesOnFrom ? [goesOnFrom] : []),
    ],
    edges: [
      ...(info.workflowExecution ? [{ type: 'PART_OF', from: step, to: { label: 'Run', id: runId(stepKey.run) }, walk: false } satisfies EdgeAssertion] : []),
      { type: 'ATTEMPT_OF', from: attempt, to: step, walk: true },
      { type: 'RAN_CODE', from: attempt, to: process.code, walk: false },
      { type: 'RAN_IN', from: attempt, to: process.environment, walk: false },
      { type: 'WAS_ASSOCIATED_WITH', from: attempt, to: process.agent, walk: false, qualifiers: { plan: process.code.id } },
      // What was still to be done when the run was reset is done by the new one, with what it has from the old.
      ...linkEdges(step, 'USED', 'argument', header?.links ?? [], stepKey.run, header?.run !== undefined && header.run !== stepKey.run.runId),
      ...followedEdges(step, followedIn(header, stepKey.run.runId), stepKey.run),
      ...(goesOnFrom ? [{ type: 'USED', from: attempt, to: keyOfNode(goesOnFrom), evidence: 'observed', via: 'heartbeat', walk: true } satisfies EdgeAssertion] : []),
      ...detail.edges,
    ],
  };
}

export function attemptEnded(
  recorder: Recorder, keys: AttemptKeys, info: Info, header: CallHeader | undefined, input: Decoded[], end: AttemptEnd, declared: Declarations,
): Content {
  const { artifacts } = recorder;
  const privacy = recorder.privacy.forActivity(info.activityType);
  const { step, attempt } = keys;
  const { outcome, startedAt, endedAt, failures = [], result, heartbeats, cancelReasons = [] } = end;
  const set: Properties = {
    outcome, ...failureProperties(failures),
    ...(cancelReasons.length > 0 && { cancelReasons }),
    ...(heartbeats?.lastAt && { heartbeats: heartbeats.count, lastHeartbeatAt: heartbeats.lastAt.toISOString() }),
  };
  const nodes: NodeAssertion[] = [
    {
      ...attempt, aspect: 'ended',
      set: {
        ...set, captured: 'full', workerEndedAt: endedAt.toISOString(), durationMs: endedAt.getTime() - startedAt.getTime(),
        ...(Object.keys(declared.params).length > 0 && { params: jsonText(declared.params) }),
        ...(Object.keys(declared.metrics).length > 0 && { metrics: jsonText(declared.metrics) }),
      },
    },
  ];
  // That it failed for good, only the workflow knows.
  if (outcome === 'completed') nodes.push({ ...step, aspect: 'ended', set: { outcome }, timeless: true });
  const edges: EdgeAssertion[] = [];
  const met = artifactsMet(header, input, result, declared, privacy.sealed ? undefined : artifacts);
  metStatements(attempt, met, nodes, edges);
  const tell: Properties = failureDetail(privacy, failures);
  if (heartbeats?.details) {
    Object.assign(tell, privacy.preview('heartbeat', heartbeats.details));
    const value = heartbeatValue(privacy, step, heartbeats.details);
    // Whoever is given equal details later goes on from here: likely, as the server does not tell whose they were.
    if (value) {
      nodes.push(value);
      edges.push({ type: 'WAS_GENERATED_BY', from: keyOfNode(value), to: attempt, evidence: 'inferred', via: 'heartbeat', walk: true });
    }
  }
  // The result will come from elsewhere; what the attempt took in may well be in it.
  if (outcome === 'async') {
    edges.push({ type: 'WAS_GENERATED_BY', from: { label: 'Value', id: resultId(step.id) }, to: attempt, evidence: 'inferred', via: 'async completion', walk: true });
  }
  if (result) {
    const value: NodeKey = { label: 'Value', id: resultId(step.id) };
    nodes.push({ ...value, aspect: 'seen', set: { ...privacy.describe(result), role: 'result' } });
    // The server has given up an attempt that ran for longer than it may: its result is not the step's.
    const inTime = !(info.startToCloseTimeoutMs > 0 && endedAt.getTime() - startedAt.getTime() > info.startToCloseTimeoutMs);
    edges.push({ type: 'WAS_GENERATED_BY', from: value, to: attempt, evidence: 'observed', via: 'result', walk: inTime });
    Object.assign(tell, privacy.preview('result', result));
    if (!privacy.sealed) carriedUnknown(value, result, met, artifacts, nodes, edges);
  }
  const detail = detailOf(attempt, 'ended', tell);
  return { at: endedAt.toISOString(), nodes: [...nodes, ...detail.nodes], edges: [...edges, ...detail.edges] };
}

/** By its digest: who is given it knows neither the attempt that left it nor its time. Nothing where digests may not be told. */
function heartbeatValue(privacy: Recorder['privacy'], step: NodeKey, details: Decoded): NodeAssertion | undefined {
  const described = privacy.describe(details);
  if (typeof described.digest !== 'string') return undefined;
  return { label: 'Value', id: heartbeatId(step.id, described.digest), aspect: 'seen', set: { ...described, role: 'heartbeat' }, timeless: true };
}

/** All that is said of an attempt's end when the whole could not be told. */
export function attemptGap({ attempt }: AttemptKeys, { startedAt, endedAt }: Pick<AttemptEnd, 'startedAt' | 'endedAt'>, outcome: AttemptEnd['outcome'], gap: string): Content {
  const set = { outcome, captured: 'gap', gap, workerEndedAt: endedAt.toISOString(), durationMs: endedAt.getTime() - startedAt.getTime() };
  return { at: endedAt.toISOString(), nodes: [{ ...attempt, aspect: 'ended', set }], edges: [] };
}
