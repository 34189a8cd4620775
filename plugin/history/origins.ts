// Runs in: worker, CLI. Which run the events of a history are from: a reset's new run begins with a copy of another's.
import type { temporal } from '@temporalio/proto';
import type { Content } from '../capture/recorder.ts';
import { inputId, resultId, type RunKey, runId, type StepKey, stepId } from '../model/id.ts';
import type { EdgeAssertion, NodeKey } from '../model/record.ts';

type Event = temporal.api.history.v1.IHistoryEvent;
type EventId = Event['eventId'];

export class Origins {
  readonly #run: RunKey;
  /** In order; what comes before such an event was done by its base. */
  readonly #resets: { at: number; base: string }[];
  /** By the event that scheduled it, the event with which a step was over. */
  readonly #closings = new Map<number, number>();

  constructor(run: RunKey, history: temporal.api.history.v1.IHistory) {
    this.#run = run;
    this.#resets = (history.events ?? []).flatMap(({ eventId, workflowTaskFailedEventAttributes: failed }) =>
      // Only a reset's failure names runs.
      (failed?.baseRunId ? [{ at: Number(eventId), base: failed.baseRunId }] : []));
    for (const event of history.events ?? []) {
      const closed = event.activityTaskCompletedEventAttributes ?? event.activityTaskFailedEventAttributes ?? event.activityTaskTimedOutEventAttributes
        ?? event.activityTaskCanceledEventAttributes ?? event.nexusOperationCompletedEventAttributes ?? event.nexusOperationFailedEventAttributes
        ?? event.nexusOperationTimedOutEventAttributes ?? event.nexusOperationCanceledEventAttributes;
      if (closed) this.#closings.set(Number(closed.scheduledEventId), Number(event.eventId));
    }
  }

  /** The run that an event is copied from; undefined for an event of the run's own. */
  of(eventId: EventId | number): RunKey | undefined {
    const reset = this.#resets.find(({ at }) => at > Number(eventId));
    return reset && { ...this.#run, runId: reset.base };
  }

  /** What is said of a step that was over before the run was reset; undefined for a step of the run's own. */
  takenOver(step: StepKey, eventId: EventId, at: string): Content | undefined {
    const over = step.kind === 'local' ? Number(eventId) : this.#closings.get(Number(eventId));
    const origin = over === undefined ? undefined : this.of(over);
    if (!origin) return undefined;
    const theirs: NodeKey = { label: 'Step', id: stepId({ ...step, run: origin }) };
    const edges: EdgeAssertion[] = [
      { type: 'PART_OF', from: theirs, to: { label: 'Run', id: runId(this.#run) }, walk: false, via: 'reset' },
      derived({ label: 'Value', id: resultId(stepId(step)) }, { label: 'Value', id: resultId(theirs.id) }),
    ];
    return { at, nodes: [], edges };
  }

  /** What is said of the run itself, when it is a copy. */
  copied(run: RunKey, at: string, startedEvent: EventId): Content | undefined {
    const origin = this.of(startedEvent);
    const last = this.#resets.at(-1);
    if (!origin || !last) return undefined;
    const base: NodeKey = { label: 'Run', id: runId({ ...run, runId: last.base }) };
    const own: NodeKey = { label: 'Run', id: runId(run) };
    return {
      at, nodes: [],
      edges: [
        { type: 'CONTINUED_FROM', from: own, to: base, walk: false, via: 'reset' },
        derived({ label: 'Value', id: inputId(own.id) }, { label: 'Value', id: inputId(runId(origin)) }),
      ],
    };
  }
}

/** The one is the other's, taken over by a reset. */
export function derived(from: NodeKey, to: NodeKey): EdgeAssertion {
  return { type: 'WAS_DERIVED_FROM', from, to, evidence: 'observed', via: 'reset', fromPath: '', toPath: '', walk: true };
}
