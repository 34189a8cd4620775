// Runs in: worker, CLI. Which value came from where in a run without headers of ours: its events in order, by the isolate's own rules.
import type { Payload } from '@temporalio/common';
import { optionalTsToMs } from '@temporalio/common/lib/time.js';
import type { temporal } from '@temporalio/proto';
import type { Links } from '../capture/flow.ts';
import type { Link } from '../capture/header.ts';
import { sourceOf, type Timer, Trail } from '../capture/trail.ts';
import type { RunKey } from '../model/id.ts';
import { decode, type Decoded, isUndecoded } from '../model/value.ts';
import { localKey } from './local-events.ts';
import type { Origins } from './origins.ts';
import { decodedAll, decodedMemo, NOTHING, time } from './payloads.ts';
import { SameObjects } from './same-objects.ts';

type Event = temporal.api.history.v1.IHistoryEvent;
type Payloads = temporal.api.common.v1.IPayloads | null | undefined;

/** What goes out by an event, as it is likely made: each link is known by equality. */
export interface Outgoing extends Links {
  followed: string[];
  memo: Link[];
}

/** Answers what is known of what an event brings to the thing with this id; undefined where somebody else has told it, or nothing goes out. */
export type Found = (owner: string) => Outgoing | undefined;

export class HistoryFlow {
  readonly #run: RunKey;
  readonly #origins: Origins;
  readonly #trail: Trail;
  readonly #objects = new SameObjects();
  readonly #counts = new Map<string, number>();
  /** By the event that scheduled or started it. */
  readonly #sources = new Map<string, string>();
  /** What the run has from before it was reset. */
  readonly #past = new Set<string>();
  /** Whether what came in since is yet to be told by the next workflow task. */
  #isComingIn = true;

  constructor(run: RunKey, origins: Origins, paths: 'names' | 'positions', onFollowed: (timer: Timer) => void) {
    this.#run = run;
    this.#origins = origins;
    this.#trail = new Trail(paths);
    this.#trail.onFollowed = onFollowed;
  }

  /** To be called with each event, in order. */
  next(event: Event): Outgoing | undefined {
    if (event.workflowTaskCompletedEventAttributes) {
      if (!this.#isComingIn) this.#trail.begin(0);
      this.#isComingIn = false;
      return undefined;
    }
    this.#takeIn(event);
    return this.#giveOut(event);
  }

  #takeIn(event: Event): void {
    const started = event.workflowExecutionStartedEventAttributes;
    const signaled = event.workflowExecutionSignaledEventAttributes;
    const accepted = event.workflowExecutionUpdateAcceptedEventAttributes?.acceptedRequest;
    const local = localKey(this.#run, event);
    const source = this.#sourceBy(event);
    if (started) {
      this.#met(event, 'input', decodedAll(started.input));
      const memo = decodedMemo(started.memo);
      const [lastResult] = decodedAll(started.lastCompletionResult);
      if (memo) this.#met(event, 'memo', memo);
      if (lastResult) this.#met(event, 'last-result', lastResult);
    } else if (signaled) {
      const name = signaled.signalName ?? '';
      this.#comesIn();
      this.#met(event, sourceOf('signal', name, this.#next(`signal ${name}`)), decodedAll(signaled.input));
    } else if (accepted) this.#met(event, sourceOf('update', accepted.meta?.updateId ?? ''), decodedAll(accepted.input?.args));
    else if (local) {
      // The workflow goes on from it within the same task.
      this.#trail.begin(0);
      const { failure, details } = event.markerRecordedEventAttributes!;
      if (failure) this.#ended(event, sourceOf('local', local.id, 1));
      else this.#met(event, sourceOf('local', local.id, 1), resultOf(details?.result));
    } else if (source !== undefined) {
      const result = event.activityTaskCompletedEventAttributes ?? event.childWorkflowExecutionCompletedEventAttributes;
      const nexus = event.nexusOperationCompletedEventAttributes;
      this.#comesIn();
      if (result) this.#met(event, source, resultOf(result.result));
      else if (nexus) this.#met(event, source, nexus.result ? decode(nexus.result as Payload) : NOTHING);
      else this.#ended(event, source);
    }
  }

  /** Of what a closing event tells the end. */
  #sourceBy(event: Event): string | undefined {
    const fired = event.timerFiredEventAttributes;
    if (fired) return this.#sources.get(String(fired.startedEventId));
    const step = event.activityTaskCompletedEventAttributes ?? event.activityTaskFailedEventAttributes ?? event.activityTaskTimedOutEventAttributes
      ?? event.activityTaskCanceledEventAttributes ?? event.nexusOperationCompletedEventAttributes ?? event.nexusOperationFailedEventAttributes
      ?? event.nexusOperationTimedOutEventAttributes ?? event.nexusOperationCanceledEventAttributes;
    if (step) return this.#sources.get(String(step.scheduledEventId));
    const child = event.childWorkflowExecutionCompletedEventAttributes ?? event.childWorkflowExecutionFailedEventAttributes ?? event.childWorkflowExecutionTimedOutEventAttributes
      ?? event.childWorkflowExecutionCanceledEventAttributes ?? event.childWorkflowExecutionTerminatedEventAttributes;
    return child ? this.#sources.get(String(child.initiatedEventId)) : undefined;
  }

  #giveOut(event: Event): Outgoing | undefined {
    const scheduled = event.activityTaskScheduledEventAttributes;
    const operation = event.nexusOperationScheduledEventAttributes;
    const timer = event.timerStartedEventAttributes;
    const child = event.startChildWorkflowExecutionInitiatedEventAttributes;
    const running = event.childWorkflowExecutionStartedEventAttributes;
    const answered = event.workflowExecutionUpdateCompletedEventAttributes;
    const given = child ?? event.signalExternalWorkflowExecutionInitiatedEventAttributes ?? event.workflowExecutionContinuedAsNewEventAttributes;
    if (scheduled) {
      const id = scheduled.activityId ?? '';
      this.#sources.set(String(event.eventId), sourceOf('activity', id, this.#next(`activity/${id}`)));
      return this.#out(decodedAll(scheduled.input));
    }
    if (operation) {
      this.#sources.set(String(event.eventId), sourceOf('nexus', String(this.#next('nexus')), 1));
      return this.#out(operation.input ? decode(operation.input as Payload) : NOTHING);
    }
    if (timer) {
      this.#sources.set(String(event.eventId), sourceOf('timer', timer.timerId ?? '', 1));
      this.#trail.timerStarted(timer.timerId ?? '', optionalTsToMs(timer.startToFireTimeout) ?? 0, time(event.eventTime));
    } else if (running) {
      const { workflowId, runId } = running.workflowExecution ?? {};
      this.#sources.set(String(running.initiatedEventId), ['run', workflowId ?? '', runId ?? ''].map(encodeURIComponent).join('/'));
    } else if (given) return this.#out(decodedAll(given.input), 'memo' in given ? decodedMemo(given.memo) : undefined);
    else if (event.workflowExecutionCompletedEventAttributes) return this.#result(event.workflowExecutionCompletedEventAttributes.result);
    else if (answered?.outcome?.success) return this.#result(answered.outcome.success);
    return undefined;
  }

  #result(payloads: Payloads): Outgoing {
    const result = resultOf(payloads);
    const out = this.#out(result);
    return result.json === null ? { ...out, followed: [] } : out;
  }

  #out(given: Decoded | Decoded[], memo?: Decoded): Outgoing {
    const linksOf = (each: Decoded | Decoded[]) => this.#trail.linksOf(eachOf(each, (value) => this.#objects.given(value)));
    const found = linksOf(given);
    // What a reset took over is followed in the run that was reset.
    const followed = this.#trail.followed(found).filter((source) => !this.#past.has(source.replace('!', '')));
    const beside = memo ? linksOf(memo).links : [];
    return { ...found, links: found.links.map((link) => this.#inferred(link)), followed, memo: beside.map((link) => this.#inferred(link)) };
  }

  /** Nobody saw the object itself travel. */
  #inferred([to, source, from, marks = 1]: Link): Link {
    return [to, this.#past.has(source) ? `~${source}` : source, from, (marks | 1) as 1 | 3];
  }

  #comesIn(): void {
    if (!this.#isComingIn) this.#trail.begin(0);
    this.#isComingIn = true;
  }

  #met(event: Event, source: string, brought: Decoded | Decoded[]): void {
    this.#know(event, source);
    this.#trail.met(source, eachOf(brought, (value) => this.#objects.brought(value, source)));
  }

  #ended(event: Event, source: string): void {
    this.#know(event, source);
    this.#trail.ended(source, time(event.eventTime));
  }

  #know({ eventId }: Event, source: string): void {
    if (this.#origins.of(eventId)) this.#past.add(source);
  }

  #next(name: string): number {
    const count = (this.#counts.get(name) ?? 0) + 1;
    this.#counts.set(name, count);
    return count;
  }
}

function resultOf(payloads: Payloads): Decoded {
  return decodedAll(payloads)[0] ?? NOTHING;
}

/** A list of arguments is no value of its own: equal ones are equal by each of their arguments. */
function eachOf(given: Decoded | Decoded[], look: (value: unknown) => unknown): unknown {
  return Array.isArray(given) ? given.map((each) => look(valueOf(each))) : look(valueOf(given));
}

/** What can be looked into. */
function valueOf(decoded: Decoded): unknown {
  if (isUndecoded(decoded)) return null;
  return decoded.json === undefined ? decoded.bytes : decoded.json;
}
