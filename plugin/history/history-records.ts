// Runs in: worker, CLI. What Temporal's event history says of one run, in the same records that the interceptors make.
import type { Payload } from '@temporalio/common';
import type { temporal } from '@temporalio/proto';
import type { Given, Teller } from '../capture/run-records.ts';
import { runClosed, runStarted } from '../capture/run-records.ts';
import { stepFailed, stepScheduled } from '../capture/step-records.ts';
import { failureDetail, failureProperties } from '../capture/failure-chain.ts';
import { type CallHeader, followedIn, type Link, readHeader } from '../capture/header.ts';
import { scheduledLimits } from '../capture/limits.ts';
import type { RunClosedMessage } from '../capture/messages.ts';
import { detailOf } from '../capture/recorder.ts';
import { resultId, type RunKey, type StepKey, stepId } from '../model/id.ts';
import type { EdgeAssertion, NodeAssertion, NodeKey, Properties, ProvenanceRecord } from '../model/record.ts';
import { decode, type Decoded, isUndecoded } from '../model/value.ts';
import { failureOfActivity, failuresOf } from './history-failure.ts';
import { messageEvents } from './message-events.ts';
import { Origins } from './origins.ts';

type Event = temporal.api.history.v1.IHistoryEvent;
type Payloads = temporal.api.common.v1.IPayloads | null | undefined;

/** How core names the marker of a local activity. */
const LOCAL_ACTIVITY = 'core_local_activity';

/**
 * @param given.decoded whether `decodedHistory` has undone what a payload codec did; without that, values behind one stay undescribed
 * @param recordedAt ISO 8601
 */
export function historyRecords(given: Pick<Teller, 'privacy'> & { decoded?: boolean }, run: RunKey, history: temporal.api.history.v1.IHistory, recordedAt: string): ProvenanceRecord[] {
  const teller = { privacy: given.decoded ? given.privacy : given.privacy.undecoded() };
  const origins = new Origins(run, history);
  const messages = messageEvents(teller, run, origins);
  const steps = new Map<string, StepKey>();
  const occurrences = new Map<string, number>();
  const records: ProvenanceRecord[] = [];
  const say = (content: Pick<ProvenanceRecord, 'at' | 'nodes' | 'edges'>) => records.push({ v: 1, source: 'history', recordedAt, ...content });

  for (const event of history.events ?? []) {
    const at = time(event.eventTime);
    const started = event.workflowExecutionStartedEventAttributes;
    const scheduled = event.activityTaskScheduledEventAttributes;
    const marker = event.markerRecordedEventAttributes;
    const closed = closeOf(event);
    const message = messages(event, at);
    if (message) say(message);
    else if (started) {
      say(runStarted(teller, run, startMessage(started, at), decodedAll(started.input), givenOf(started)));
      const copied = origins.copied(run, at, event.eventId);
      if (copied) say(copied);
    }
    else if (scheduled) {
      const id = scheduled.activityId ?? '';
      const header = readHeader((scheduled.header?.fields ?? {}) as Record<string, Payload>);
      const occurrence = (occurrences.get(id) ?? 0) + 1;
      occurrences.set(id, occurrence);
      const step: StepKey = { run, kind: 'activity', id, occurrence };
      // What was over before the run was reset is a step of the run that was reset.
      const taken = origins.takenOver(step, event.eventId, at);
      if (taken) say(taken);
      else {
        steps.set(String(event.eventId), step);
        say(scheduledContent(step, scheduled, header, at, teller));
      }
    } else if (marker?.markerName === LOCAL_ACTIVITY) say(origins.takenOver(localKey(run, marker), event.eventId, at) ?? localContent(run, marker, at, teller));
    else if (closed) say(closedContent(teller, run, closed, at));
    else {
      const step = steps.get(String(startedOrClosed(event)?.scheduledEventId));
      if (step) say(progressContent(step, event, at, teller));
    }
  }
  return records;
}

function startMessage(started: temporal.api.history.v1.IWorkflowExecutionStartedEventAttributes, at: string): Parameters<typeof runStarted>[2] {
  const header = readHeader((started.header?.fields ?? {}) as Record<string, Payload>);
  const parent = started.parentWorkflowExecution;
  return {
    workflowType: started.workflowType?.name ?? '',
    taskQueue: started.taskQueue?.name ?? '',
    attempt: started.attempt ?? 1,
    startedAt: at,
    firstRunId: started.firstExecutionRunId ?? '',
    ...((header || started.identity) && { header: { v: 1 as const, ...header, ...(started.identity && { client: started.identity }) } }),
    ...(started.cronSchedule && { cronSchedule: started.cronSchedule }),
    ...(scheduleOf(started) !== undefined && { scheduledBy: scheduleOf(started)! }),
    ...(started.continuedExecutionRunId && { continuedFrom: started.continuedExecutionRunId, lastSucceeded: !started.continuedFailure }),
    ...(parent && {
      parent: { namespace: started.parentWorkflowNamespace ?? '', workflowId: parent.workflowId ?? '', runId: parent.runId ?? '' },
    }),
  };
}

function scheduledContent(key: StepKey, scheduled: temporal.api.history.v1.IActivityTaskScheduledEventAttributes, header: CallHeader | undefined, at: string, { privacy }: Pick<Teller, 'privacy'>) {
  const content = stepScheduled(key.run, {
    kind: 'activity', id: key.id, occurrence: key.occurrence, at, links: takenOverLinks(key.run, header),
    activityType: scheduled.activityType?.name ?? '', taskQueue: scheduled.taskQueue?.name ?? '',
    ...(header?.loose && { loose: true }), followed: followedIn(header, key.run.runId),
  });
  const { inputsKnown: _, ...known } = content.nodes[0]!.set;
  const set: Properties = { ...known, scheduledAt: at, ...privacy.describeInput(decodedAll(scheduled.input)), ...scheduledLimits(scheduled), ...(header && !header.more && { inputsKnown: true }) };
  return { ...content, nodes: [{ ...content.nodes[0]!, set }] };
}

/** What became of an activity: its final attempt, and the server's times. */
function progressContent(key: StepKey, event: Event, at: string, teller: Pick<Teller, 'privacy'>) {
  const step: NodeKey = { label: 'Step', id: stepId(key) };
  const started = event.activityTaskStartedEventAttributes;
  if (started) {
    // Of earlier attempts history keeps the last one's failure alone.
    const before = failuresOf(started.lastFailure);
    const { failureType, failureTypes, timeoutType } = failureProperties(before);
    const set: Properties = {
      serverStartedAt: at, attempts: started.attempt ?? 1, workerIdentity: started.identity ?? '',
      ...(failureType !== undefined && { previousFailureType: failureType, previousFailureTypes: failureTypes! }),
      ...(timeoutType !== undefined && { previousTimeoutType: timeoutType }),
    };
    const { failureMessage } = failureDetail(teller.privacy, before);
    const detail = detailOf(step, 'started', failureMessage === undefined ? {} : { previousFailureMessage: failureMessage });
    return { at, nodes: [{ ...step, aspect: 'started', set }, ...detail.nodes], edges: detail.edges };
  }
  const completed = event.activityTaskCompletedEventAttributes;
  const failed = failureOfActivity(event);
  if (failed) {
    const content = stepFailed(teller, key.run, { kind: 'activity', id: key.id, occurrence: key.occurrence, at, ...failed });
    const [ended, ...others] = content.nodes;
    return { at, nodes: [{ ...ended!, set: { ...ended!.set, serverClosedAt: at } }, ...others], edges: content.edges };
  }
  const nodes: NodeAssertion[] = [{ ...step, aspect: 'ended', set: { outcome: 'completed', serverClosedAt: at } }];
  // Whoever completed it may be a client, and so a person: not the attempt's worker where it was completed from elsewhere.
  const by = detailOf(step, 'ended', completed?.identity && !teller.privacy.sealed ? { completedBy: completed.identity } : {});
  const result = completed && resultContent(step, decodedAll(completed.result)[0], teller);
  return { at, nodes: [...nodes, ...by.nodes, ...(result?.nodes ?? [])], edges: [...by.edges, ...(result?.edges ?? [])] };
}

function localContent(run: RunKey, marker: temporal.api.history.v1.IMarkerRecordedEventAttributes, at: string, teller: Pick<Teller, 'privacy'>) {
  const data = localData(marker);
  const key = localKey(run, marker);
  const step: NodeKey = { label: 'Step', id: stepId(key) };
  const content = stepScheduled(run, { kind: 'local', id: key.id, occurrence: 1, at, links: [], activityType: data.activity_type ?? '', taskQueue: '' });
  const { taskQueue: _, inputsKnown: __, ...set } = content.nodes[0]!.set;
  const result = marker.failure ? undefined : resultContent(step, decodedAll(marker.details?.result)[0], teller);
  return {
    at,
    nodes: [{ ...step, aspect: 'ended', set: { ...set, ...failureProperties(failuresOf(marker.failure?.activityFailureInfo ? marker.failure.cause : marker.failure)), outcome: marker.failure ? 'failed' : 'completed', attempts: data.attempt ?? 1 } }, ...(result?.nodes ?? [])],
    edges: [...content.edges, ...(result?.edges ?? [])],
  };
}

function localData(marker: temporal.api.history.v1.IMarkerRecordedEventAttributes): { activity_id?: string; activity_type?: string; attempt?: number } {
  return (decodedAll(marker.details?.data)[0]?.json ?? {}) as { activity_id?: string; activity_type?: string; attempt?: number };
}

function localKey(run: RunKey, marker: temporal.api.history.v1.IMarkerRecordedEventAttributes): StepKey {
  return { run, kind: 'local', id: localData(marker).activity_id ?? '', occurrence: 1 };
}

/** What was still to be done when the run was reset was given by the old run, of what the new one has from it. */
function takenOverLinks({ runId }: RunKey, header: CallHeader | undefined): Link[] {
  const links = header?.links ?? [];
  return header?.run === undefined || header.run === runId ? links : links.map(([to, source, ...rest]): Link => [to, source.startsWith('~') ? source : `~${source}`, ...rest]);
}

function givenOf(started: temporal.api.history.v1.IWorkflowExecutionStartedEventAttributes): Given {
  const memo = Object.entries(started.memo?.fields ?? {});
  const [lastResult] = decodedAll(started.lastCompletionResult);
  return { ...(memo.length > 0 && { memo: mapOf(memo) }), ...(lastResult && { lastResult }) };
}

/** As the payload converter would write the whole memo. */
function mapOf(fields: [string, unknown][]): Decoded {
  const decoded = fields.map(([name, payload]) => [name, decode(payload as Payload)] as const);
  const hidden = decoded.find(([, each]) => isUndecoded(each));
  if (hidden) return hidden[1];
  const json = Object.fromEntries(decoded.map(([name, each]) => [name, each.json]));
  return { encoding: 'json/plain', json, bytes: new TextEncoder().encode(JSON.stringify(json)) };
}

function scheduleOf({ searchAttributes }: temporal.api.history.v1.IWorkflowExecutionStartedEventAttributes): string | undefined {
  const payload = searchAttributes?.indexedFields?.TemporalScheduledById;
  const id = payload ? decode(payload as Payload).json : undefined;
  return typeof id === 'string' ? id : undefined;
}

/** History knows which step a result is of, and the number of the attempt, but not that attempt's name. */
function resultContent(step: NodeKey, result: Decoded | undefined, { privacy }: Pick<Teller, 'privacy'>): { nodes: NodeAssertion[]; edges: EdgeAssertion[] } {
  const value: NodeKey = { label: 'Value', id: resultId(step.id) };
  const described = result ?? { encoding: 'binary/null', json: null, bytes: new Uint8Array() };
  return {
    nodes: [{ ...value, aspect: 'seen', set: { ...privacy.describe(described), role: 'result' } }],
    edges: [{ type: 'WAS_GENERATED_BY', from: value, to: step, evidence: 'observed', via: 'result', walk: true }],
  };
}

function closedContent(teller: Pick<Teller, 'privacy'>, run: RunKey, { outcome, result, failureType }: Closed, at: string) {
  const message: RunClosedMessage = { outcome: outcome as RunClosedMessage['outcome'], at, links: [] };
  // Which values the result is made of is in no event: only the sink knows. References in it are told by the sink too.
  const content = runClosed(teller, run, message, []);
  const { workerClosedAt: _, ...set } = content.nodes[0]!.set;
  const nodes: NodeAssertion[] = [{ ...content.nodes[0]!, set: { ...set, closedAt: at, ...(failureType !== undefined && { failureType }) } }];
  if (outcome !== 'completed') return { at, nodes, edges: [] };
  const value: NodeKey = { label: 'Value', id: resultId(content.nodes[0]!.id) };
  nodes.push({ ...value, aspect: 'seen', set: { ...teller.privacy.describe(result ?? { encoding: 'binary/null', json: null, bytes: new Uint8Array() }), role: 'result' } });
  const edges: EdgeAssertion[] = [{ type: 'PART_OF', from: value, to: { label: 'Run', id: content.nodes[0]!.id }, walk: false, via: 'result' }];
  return { at, nodes, edges };
}

interface Closed {
  outcome: string;
  result?: Decoded | undefined;
  failureType?: string | undefined;
}

function closeOf(event: Event): Closed | undefined {
  const completed = event.workflowExecutionCompletedEventAttributes;
  if (completed) return { outcome: 'completed', result: decodedAll(completed.result)[0] };
  const failed = event.workflowExecutionFailedEventAttributes;
  if (failed) return { outcome: 'failed', failureType: failed.failure?.applicationFailureInfo?.type ?? undefined };
  if (event.workflowExecutionCanceledEventAttributes) return { outcome: 'cancelled' };
  if (event.workflowExecutionTimedOutEventAttributes) return { outcome: 'timed-out' };
  if (event.workflowExecutionTerminatedEventAttributes) return { outcome: 'terminated' };
  if (event.workflowExecutionContinuedAsNewEventAttributes) return { outcome: 'continued-as-new' };
  return undefined;
}

function startedOrClosed(event: Event) {
  return event.activityTaskStartedEventAttributes ?? event.activityTaskCompletedEventAttributes ?? event.activityTaskFailedEventAttributes
    ?? event.activityTaskTimedOutEventAttributes ?? event.activityTaskCanceledEventAttributes;
}

function decodedAll(payloads: Payloads): Decoded[] {
  return (payloads?.payloads ?? []).map((payload) => decode(payload as Payload));
}

function time(timestamp: Event['eventTime']): string {
  return new Date(Number(timestamp?.seconds ?? 0) * 1_000 + Math.floor((timestamp?.nanos ?? 0) / 1e6)).toISOString();
}
