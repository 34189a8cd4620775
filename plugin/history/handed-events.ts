// Runs in: worker, CLI. What a run without headers of ours likely handed to others: children, the run that continues it, signals.
import type { temporal } from '@temporalio/proto';
import { linkEdges } from '../capture/links.ts';
import type { Content } from '../capture/recorder.ts';
import { inputId, memoId, type RunKey, runId } from '../model/id.ts';
import type { Outgoing } from './history-flow.ts';
import type { Origins } from './origins.ts';
import { headerOf } from './payloads.ts';

type Event = temporal.api.history.v1.IHistoryEvent;

/** To be called with each event of one history, in order, and what goes out by it; answers undefined for those that hand nothing on, or tell it by a header. */
export function handedEvents(run: RunKey, origins: Origins): (event: Event, at: string, out: Outgoing | undefined) => Content | undefined {
  /** By the event that asked for the child. */
  const children = new Map<string, Outgoing>();
  return (event, at, out) => {
    // What was done before a reset is the doing of the run that was reset.
    if (origins.of(event.eventId)) return undefined;
    const initiated = event.startChildWorkflowExecutionInitiatedEventAttributes;
    if (initiated && out && !headerOf(initiated.header)) children.set(String(event.eventId), out);
    const child = event.childWorkflowExecutionStartedEventAttributes;
    const given = child && children.get(String(child.initiatedEventId));
    if (child && given) {
      const { workflowId = '', runId: id = '' } = child.workflowExecution ?? {};
      return handed({ namespace: child.namespace || run.namespace, workflowId: workflowId ?? '', runId: id ?? '' }, 'child input', given, run, at);
    }
    const next = event.workflowExecutionContinuedAsNewEventAttributes;
    if (!next?.newExecutionRunId || !out || headerOf(next.header)) return undefined;
    return handed({ ...run, runId: next.newExecutionRunId }, 'continue-as-new', out, run, at);
  };
}

function handed(to: RunKey, via: string, { links, memo }: Outgoing, from: RunKey, at: string): Content {
  return {
    at, nodes: [],
    edges: [
      ...linkEdges({ label: 'Value', id: inputId(runId(to)) }, 'WAS_DERIVED_FROM', via, links, from),
      ...linkEdges({ label: 'Value', id: memoId(runId(to)) }, 'WAS_DERIVED_FROM', 'memo', memo, from),
    ],
  };
}
