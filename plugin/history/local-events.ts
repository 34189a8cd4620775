// Runs in: worker, CLI. What history says of local activities: a marker at their end, without their arguments.
import type { temporal } from '@temporalio/proto';
import { failureProperties } from '../capture/failure-chain.ts';
import type { Content } from '../capture/recorder.ts';
import type { Teller } from '../capture/run-records.ts';
import { stepScheduled } from '../capture/step-records.ts';
import { type RunKey, type StepKey, stepId } from '../model/id.ts';
import type { NodeKey } from '../model/record.ts';
import { resultContent } from './activity-events.ts';
import { attemptBegun, attemptOver, type AttemptsWanted, type FinalAttempt, keyOfAttempt } from './attempt-events.ts';
import { failuresOf } from './history-failure.ts';
import { decodedAll, NOTHING } from './payloads.ts';

type Marker = temporal.api.history.v1.IMarkerRecordedEventAttributes;

/** How core names the marker of a local activity. */
const LOCAL_ACTIVITY = 'core_local_activity';

/** The local activity that an event tells the end of; undefined where it tells of something else. */
export function localKey(run: RunKey, event: temporal.api.history.v1.IHistoryEvent): StepKey | undefined {
  const marker = event.markerRecordedEventAttributes;
  return marker?.markerName === LOCAL_ACTIVITY ? { run, kind: 'local', id: dataOf(marker).activity_id ?? '', occurrence: 1 } : undefined;
}

export function localContent(key: StepKey, marker: Marker, at: string, teller: Pick<Teller, 'privacy'>, wanted: AttemptsWanted): Content {
  const { activity_type: activityType = '', attempt: number = 1 } = dataOf(marker);
  const step: NodeKey = { label: 'Step', id: stepId(key) };
  const content = stepScheduled(key.run, { kind: 'local', id: key.id, occurrence: 1, at, links: [], activityType, taskQueue: '' });
  const { taskQueue: _, inputsKnown: __, ...set } = content.nodes[0]!.set;
  const failures = failuresOf(marker.failure?.activityFailureInfo ? marker.failure.cause : marker.failure);
  const outcome = marker.failure ? 'failed' : 'completed';
  const told: FinalAttempt | undefined = wanted(step.id, number) ? { step: key, number, activityType } : undefined;
  const attempt = told && keyOfAttempt(told);
  const value = marker.failure ? undefined : (decodedAll(marker.details?.result)[0] ?? NOTHING);
  const result = value && resultContent(step, attempt ?? step, value, teller);
  const parts = [told && attemptBegun(told, at), attempt && attemptOver(attempt, outcome, at, teller, { failures, result: value }), result];
  return {
    at,
    nodes: [{ ...step, aspect: 'ended', set: { ...set, ...failureProperties(failures), outcome, attempts: number } }, ...parts.flatMap((part) => part?.nodes ?? [])],
    edges: [...content.edges, ...parts.flatMap((part) => part?.edges ?? [])],
  };
}

function dataOf(marker: Marker): { activity_id?: string; activity_type?: string; attempt?: number } {
  return (decodedAll(marker.details?.data)[0]?.json ?? {}) as { activity_id?: string; activity_type?: string; attempt?: number };
}
