// Runs in: worker, CLI. What history says of the run itself, its start and its end, in the same records that the interceptors make.
import type { Payload } from '@temporalio/common';
import type { temporal } from '@temporalio/proto';
import type { RunClosedMessage, RunStartedMessage } from '../capture/messages.ts';
import type { Content } from '../capture/recorder.ts';
import { runClosed, runStarted, type Teller } from '../capture/run-records.ts';
import { resultId, type RunKey } from '../model/id.ts';
import type { EdgeAssertion, NodeAssertion, NodeKey } from '../model/record.ts';
import { decode, type Decoded } from '../model/value.ts';
import { decodedAll, decodedMemo, headerOf, NOTHING } from './payloads.ts';

type Event = temporal.api.history.v1.IHistoryEvent;
type Started = temporal.api.history.v1.IWorkflowExecutionStartedEventAttributes;

/** Temporal's CONTINUE_AS_NEW_INITIATOR_WORKFLOW: the workflow's own code asked for it. */
const BY_WORKFLOW = 1;

export function startedContent(teller: Pick<Teller, 'privacy'>, run: RunKey, started: Started, at: string): Content {
  const memo = decodedMemo(started.memo);
  const [lastResult] = decodedAll(started.lastCompletionResult);
  return runStarted(teller, run, startMessage(started, at), decodedAll(started.input), { ...(memo && { memo }), ...(lastResult && { lastResult }) });
}

function startMessage(started: Started, at: string): RunStartedMessage {
  const header = headerOf(started.header);
  const parent = started.parentWorkflowExecution;
  const continuedFrom = started.continuedExecutionRunId;
  // What the interceptors put into a header, the event says too.
  const previous = !header && continuedFrom && started.initiator === BY_WORKFLOW ? { previous: continuedFrom } : {};
  const scheduledBy = scheduleOf(started);
  return {
    workflowType: started.workflowType?.name ?? '',
    taskQueue: started.taskQueue?.name ?? '',
    attempt: started.attempt ?? 1,
    startedAt: at,
    firstRunId: started.firstExecutionRunId ?? '',
    ...((header || started.identity || continuedFrom) && { header: { v: 1 as const, ...header, ...previous, ...(started.identity && { client: started.identity }) } }),
    ...(started.cronSchedule && { cronSchedule: started.cronSchedule }),
    ...(scheduledBy !== undefined && { scheduledBy }),
    ...(continuedFrom && { continuedFrom, lastSucceeded: !started.continuedFailure }),
    ...(parent && {
      parent: { namespace: started.parentWorkflowNamespace ?? '', workflowId: parent.workflowId ?? '', runId: parent.runId ?? '' },
    }),
  };
}

function scheduleOf({ searchAttributes }: Started): string | undefined {
  const payload = searchAttributes?.indexedFields?.TemporalScheduledById;
  const id = payload ? decode(payload as Payload).json : undefined;
  return typeof id === 'string' ? id : undefined;
}

export function closedContent(teller: Pick<Teller, 'privacy'>, run: RunKey, { outcome, result, failureType }: Closed, at: string): Content {
  const message: RunClosedMessage = { outcome: outcome as RunClosedMessage['outcome'], at, links: [] };
  // Which values the result is made of is in no event: only the sink knows. References in it are told by the sink too.
  const content = runClosed(teller, run, message, []);
  const { workerClosedAt: _, ...set } = content.nodes[0]!.set;
  const nodes: NodeAssertion[] = [{ ...content.nodes[0]!, set: { ...set, closedAt: at, ...(failureType !== undefined && { failureType }) } }];
  if (outcome !== 'completed') return { at, nodes, edges: [] };
  const value: NodeKey = { label: 'Value', id: resultId(content.nodes[0]!.id) };
  nodes.push({ ...value, aspect: 'seen', set: { ...teller.privacy.describe(result ?? NOTHING), role: 'result' } });
  const edges: EdgeAssertion[] = [{ type: 'PART_OF', from: value, to: { label: 'Run', id: content.nodes[0]!.id }, walk: false, via: 'result' }];
  return { at, nodes, edges };
}

interface Closed {
  outcome: string;
  result?: Decoded | undefined;
  failureType?: string | undefined;
}

/** How the run ended; undefined for an event that does not end it. */
export function closeOf(event: Event): Closed | undefined {
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
