// Runs in: worker, CLI. What history says of the run itself, its start and its end, in the same records that the interceptors make.
import type { Payload } from '@temporalio/common';
import type { temporal } from '@temporalio/proto';
import type { RunClosedMessage, RunStartedMessage } from '../capture/messages.ts';
import type { Content } from '../capture/recorder.ts';
import { runClosed, runStarted, type Teller } from '../capture/run-records.ts';
import { inputId, resultId, type RunKey, runId } from '../model/id.ts';
import type { EdgeAssertion, NodeAssertion, NodeKey } from '../model/record.ts';
import { decode, type Decoded } from '../model/value.ts';
import type { Found } from './history-flow.ts';
import { decodedAll, decodedMemo, headerOf, NOTHING } from './payloads.ts';

type Event = temporal.api.history.v1.IHistoryEvent;
type Started = temporal.api.history.v1.IWorkflowExecutionStartedEventAttributes;

/** Temporal's CONTINUE_AS_NEW_INITIATOR_WORKFLOW: the workflow's own code asked for it. */
const BY_WORKFLOW = 1;

/** @param infer see `HistoryGiven` */
export function startedContent(teller: Pick<Teller, 'privacy' | 'artifacts'>, run: RunKey, started: Started, at: string, infer: (owner: string) => boolean): Content {
  const memo = decodedMemo(started.memo);
  const [lastResult] = decodedAll(started.lastCompletionResult);
  const content = runStarted(teller, run, startMessage(started, at), decodedAll(started.input), { ...(memo && { memo }), ...(lastResult && { lastResult }) });
  const { continuedExecutionRunId: before, initiator, header } = started;
  const input: NodeKey = { label: 'Value', id: inputId(runId(run)) };
  if (!before || initiator === BY_WORKFLOW || headerOf(header) || !infer(input.id)) return content;
  // A retry, and a cron's next run, are given what the run before was given.
  const same: EdgeAssertion = {
    type: 'WAS_DERIVED_FROM', from: input, to: { label: 'Value', id: inputId(runId({ ...run, runId: before })) }, evidence: 'inferred', via: 'same input', fromPath: '', toPath: '', walk: true,
  };
  return { ...content, edges: [...content.edges, same] };
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

/** @param started how the run began, where its history tells that */
export function closedContent(teller: Pick<Teller, 'privacy' | 'artifacts'>, run: RunKey, { outcome, result = NOTHING, failureType }: Closed, at: string, started: Started | undefined, found: Found): Content {
  const value: NodeKey = { label: 'Value', id: resultId(runId(run)) };
  // Which values the result is made of is in no event: where the sink has told it, and of the references in it, no more is said.
  const out = outcome === 'completed' ? found(value.id) : undefined;
  const message: RunClosedMessage = {
    outcome: outcome as RunClosedMessage['outcome'], at, links: out?.links ?? [], followed: out?.followed ?? [], ...(out && started && goesOn(run, started) && { firstRunId: started.firstExecutionRunId! }),
  };
  const content = runClosed(teller, run, message, out ? [result] : []);
  const [ended, ...others] = content.nodes;
  const { workerClosedAt: _, ...set } = ended!.set;
  const nodes: NodeAssertion[] = [{ ...ended!, set: { ...set, closedAt: at, ...(failureType !== undefined && { failureType }) } }, ...others];
  if (outcome !== 'completed' || out) return { at, nodes, edges: content.edges };
  nodes.push({ ...value, aspect: 'seen', set: { ...teller.privacy.describe(result), role: 'result' } });
  const edges: EdgeAssertion[] = [{ type: 'PART_OF', from: value, to: { label: 'Run', id: runId(run) }, walk: false, via: 'result' }];
  return { at, nodes, edges };
}

/** Whether the run's result is that of a chain: a cron's runs have results of their own, and so has a reset run. */
function goesOn({ runId: run }: RunKey, { continuedExecutionRunId, originalExecutionRunId, firstExecutionRunId, cronSchedule }: Started): boolean {
  return Boolean(continuedExecutionRunId && firstExecutionRunId) && originalExecutionRunId === run && !cronSchedule;
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
