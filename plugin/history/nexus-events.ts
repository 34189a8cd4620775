// Runs in: worker, CLI. What history says of Nexus operations that a run asked for, in the same records that the interceptors make.
import type { Payload } from '@temporalio/common';
import type { temporal } from '@temporalio/proto';
import { readNexusHeader } from '../capture/header.ts';
import type { Content } from '../capture/recorder.ts';
import type { Teller } from '../capture/run-records.ts';
import { stepFailed, stepScheduled } from '../capture/step-records.ts';
import { resultId, type RunKey, runId, type StepKey, stepId } from '../model/id.ts';
import type { EdgeAssertion, NodeKey, Properties } from '../model/record.ts';
import { decode } from '../model/value.ts';
import { resultContent } from './activity-events.ts';
import type { Found } from './history-flow.ts';
import { failuresOf } from './history-failure.ts';
import type { Origins } from './origins.ts';

type Event = temporal.api.history.v1.IHistoryEvent;

/** To be called with each event of one history, in order; answers undefined for those that are about something else. */
export function nexusEvents(teller: Pick<Teller, 'privacy'>, run: RunKey, origins: Origins): (event: Event, at: string, found: Found) => Content | undefined {
  const steps = new Map<string, StepKey>();
  let count = 0;
  return (event, at, found) => {
    const scheduled = event.nexusOperationScheduledEventAttributes;
    if (scheduled) {
      // Events have no number of ours in them: which operation of the run it is, is told by their order.
      const key: StepKey = { run, kind: 'nexus', id: String(++count), occurrence: 1 };
      const taken = origins.takenOver(key, event.eventId, at);
      if (taken) return taken;
      steps.set(String(event.eventId), key);
      return scheduledContent(key, scheduled, at, teller, found);
    }
    const started = event.nexusOperationStartedEventAttributes;
    const step = steps.get(String((started ?? closedBy(event))?.scheduledEventId));
    if (!step) return undefined;
    return started ? backedBy(step, event, at) : closedContent(step, event, at, teller);
  };
}

function scheduledContent(key: StepKey, scheduled: temporal.api.history.v1.INexusOperationScheduledEventAttributes, at: string, { privacy }: Pick<Teller, 'privacy'>, found: Found): Content {
  const { endpoint = '', service = '', operation = '', input, nexusHeader } = scheduled;
  const out = readNexusHeader(nexusHeader ?? {}) ? undefined : found(stepId(key));
  const content = stepScheduled(key.run, {
    kind: 'nexus', id: key.id, occurrence: 1, at, activityType: `${endpoint}/${service}/${operation}`, links: out?.links ?? [], ...(out?.loose && { loose: true }), followed: out?.followed ?? [],
  });
  const { inputsKnown: _, ...known } = content.nodes[0]!.set;
  const set: Properties = { ...known, scheduledAt: at, ...privacy.describeInput(input ? [decode(input as Payload)] : []) };
  return { ...content, nodes: [{ ...content.nodes[0]!, set }] };
}

/** An operation that a run works for gives back what that run does. */
function backedBy(key: StepKey, { links }: Event, at: string): Content {
  const edges = (links ?? []).flatMap(({ workflowEvent }): EdgeAssertion[] => {
    const { namespace, workflowId, runId: run } = workflowEvent ?? {};
    if (!namespace || !workflowId || !run) return [];
    const theirs: NodeKey = { label: 'Value', id: resultId(runId({ namespace, workflowId, runId: run })) };
    return [{ type: 'WAS_DERIVED_FROM', from: { label: 'Value', id: resultId(stepId(key)) }, to: theirs, evidence: 'observed', via: 'nexus', fromPath: '', toPath: '', walk: true }];
  });
  return { at, nodes: [], edges };
}

function closedContent(key: StepKey, event: Event, at: string, teller: Pick<Teller, 'privacy'>): Content {
  const step: NodeKey = { label: 'Step', id: stepId(key) };
  const completed = event.nexusOperationCompletedEventAttributes;
  if (completed) {
    const result = resultContent(step, step, completed.result ? decode(completed.result as Payload) : undefined, teller);
    return { at, nodes: [{ ...step, aspect: 'ended', set: { outcome: 'completed', serverClosedAt: at } }, ...result.nodes], edges: result.edges };
  }
  const outcome = event.nexusOperationTimedOutEventAttributes ? 'timed-out' : event.nexusOperationCanceledEventAttributes ? 'cancelled' : 'failed';
  const content = stepFailed(teller, key.run, { kind: 'nexus', id: key.id, occurrence: 1, at, outcome, failures: failuresOf(closedBy(event)!.failure?.cause) });
  const [ended, ...others] = content.nodes;
  return { ...content, nodes: [{ ...ended!, set: { ...ended!.set, serverClosedAt: at } }, ...others] };
}

function closedBy(event: Event): { scheduledEventId?: unknown; failure?: temporal.api.failure.v1.IFailure | null } | undefined {
  return event.nexusOperationCompletedEventAttributes ?? event.nexusOperationFailedEventAttributes ?? event.nexusOperationTimedOutEventAttributes ?? event.nexusOperationCanceledEventAttributes ?? undefined;
}
