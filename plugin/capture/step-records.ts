// Runs in: worker. What workflow code says of its steps and children, as records.
import { continuationId, inputId, memoId, type RunKey, runId, type StepKey, stepId } from '../model/id.ts';
import type { EdgeAssertion, NodeKey, Properties } from '../model/record.ts';
import { failureDetail, failureProperties } from './failure-chain.ts';
import { followedEdges, linkEdges } from './links.ts';
import type { ChildFailedMessage, HandedOnMessage, StepFailedMessage, StepScheduledMessage } from './messages.ts';
import { type Content, detailOf } from './recorder.ts';
import type { Teller } from './run-records.ts';

export function stepScheduled(key: RunKey, message: StepScheduledMessage): Content {
  const { kind, id, occurrence, activityType, taskQueue, at, durationMs, firedAt, links, incomplete, loose, followed } = message;
  const stepKey: StepKey = { run: key, kind, id, occurrence };
  const step: NodeKey = { label: 'Step', id: stepId(stepKey) };
  return {
    at,
    nodes: [{
      ...step, aspect: 'scheduled',
      set: {
        kind, activityId: id, occurrence, inputsKnown: !incomplete,
        ...(activityType !== undefined && { activityType }), ...(taskQueue !== undefined && { taskQueue }),
        ...(durationMs !== undefined && { durationMs }), ...(loose && { looseInputs: true }),
      },
    }, ...(firedAt === undefined ? [] : [{ ...step, aspect: 'ended', at: firedAt, set: { outcome: 'completed' } }])],
    edges: [
      { type: 'PART_OF', from: step, to: { label: 'Run', id: runId(key) }, walk: false },
      ...linkEdges(step, 'USED', 'argument', links, key),
      ...followedEdges(step, followed, key),
    ],
  };
}

/** Only the workflow learns that a step has failed for good: of its attempts, none knows that it was the last. */
export function stepFailed({ privacy }: Pick<Teller, 'privacy'>, key: RunKey, { kind, id, occurrence, at, outcome, retryState, failures }: StepFailedMessage): Content {
  const step: NodeKey = { label: 'Step', id: stepId({ run: key, kind, id, occurrence }) };
  const set: Properties = { outcome, ...failureProperties(failures), ...(retryState !== undefined && outcome !== 'cancelled' && { retryState }) };
  const detail = detailOf(step, 'ended', failureDetail(privacy, failures));
  return { at, nodes: [{ ...step, aspect: 'ended', set }, ...detail.nodes], edges: detail.edges };
}

/** The child's own worker may not be watched, or not have been asked: a run that is terminated is not told. */
export function childFailed({ privacy }: Pick<Teller, 'privacy'>, key: RunKey, { at, child, outcome, failures }: ChildFailedMessage): Content {
  const run: NodeKey = { label: 'Run', id: runId({ ...key, ...child }) };
  const detail = detailOf(run, 'ended', failureDetail(privacy, failures));
  const startedBy: EdgeAssertion = { type: 'STARTED_BY', from: run, to: { label: 'Run', id: runId(key) }, walk: false, via: 'child' };
  return { at, nodes: [{ ...run, aspect: 'ended', set: { outcome, ...failureProperties(failures) } }, ...detail.nodes], edges: [startedBy, ...detail.edges] };
}

/** A run that continues this one has no id yet: what it is given is then a Value of this run's. */
export function handedOn(key: RunKey, { at, links, memo, child, next }: HandedOnMessage): Content {
  const other = child ?? next;
  const to = other && runId({ ...key, ...other });
  const owner: NodeKey = { label: 'Value', id: to === undefined ? continuationId(runId(key)) : inputId(to) };
  const part: EdgeAssertion[] = to === undefined ? [{ type: 'PART_OF', from: owner, to: { label: 'Run', id: runId(key) }, walk: false, via: 'continuation' }] : [];
  return {
    at,
    nodes: to === undefined ? [{ ...owner, aspect: 'seen', set: { role: 'continuation' } }] : [],
    edges: [
      ...part, ...linkEdges(owner, 'WAS_DERIVED_FROM', child ? 'child input' : 'continue-as-new', links, key),
      ...(memo && to !== undefined ? linkEdges({ label: 'Value', id: memoId(to) }, 'WAS_DERIVED_FROM', 'memo', memo, key) : []),
    ],
  };
}
