// Runs in: worker, CLI. What history says of activities, in the same records that the interceptors make.
import type { temporal } from '@temporalio/proto';
import { ArtifactFinder } from '../capture/artifact-finder.ts';
import { artifactsMet, carriedUnknown, metStatements } from '../capture/artifacts-met.ts';
import { failureDetail, failureProperties } from '../capture/failure-chain.ts';
import { type CallHeader, followedIn, type Link } from '../capture/header.ts';
import { scheduledLimits } from '../capture/limits.ts';
import { mentioned } from '../capture/mention-records.ts';
import { type Content, detailOf } from '../capture/recorder.ts';
import type { Teller } from '../capture/run-records.ts';
import { stepFailed, stepScheduled } from '../capture/step-records.ts';
import { resultId, type RunKey, type StepKey, stepId } from '../model/id.ts';
import type { NodeAssertion, NodeKey, Properties } from '../model/record.ts';
import type { Decoded } from '../model/value.ts';
import { attemptBegun, attemptOver, type AttemptsWanted, type FinalAttempt, keyOfAttempt } from './attempt-events.ts';
import type { Found, Outgoing } from './history-flow.ts';
import { failureOfActivity, failuresOf } from './history-failure.ts';
import type { Origins } from './origins.ts';
import { decodedAll, headerOf, NOTHING } from './payloads.ts';

type Event = temporal.api.history.v1.IHistoryEvent;

interface Scheduled {
  key: StepKey;
  /** Told once a worker has taken it. */
  attempt: Omit<FinalAttempt, 'number'> & { scheduledAt: string };
  input: Decoded[];
  /** Where its arguments came from, as far as that is known. */
  given: Pick<CallHeader, 'links' | 'more'>;
  /** The one that is told. */
  told?: FinalAttempt;
}

/** Of references of a team's own shapes nothing is known. */
const NO_SHAPES = new ArtifactFinder();

/** To be called with each event of one history, in order; answers undefined for those that are about something else. */
export function activityEvents(teller: Pick<Teller, 'privacy' | 'artifacts'>, run: RunKey, origins: Origins, wanted: AttemptsWanted): (event: Event, at: string, found: Found) => Content | undefined {
  const steps = new Map<string, Scheduled>();
  const occurrences = new Map<string, number>();
  return (event, at, found) => {
    const scheduled = event.activityTaskScheduledEventAttributes;
    if (scheduled) {
      const id = scheduled.activityId ?? '';
      const occurrence = (occurrences.get(id) ?? 0) + 1;
      occurrences.set(id, occurrence);
      const key: StepKey = { run, kind: 'activity', id, occurrence };
      // What was over before the run was reset is a step of the run that was reset.
      const taken = origins.takenOver(key, event.eventId, at);
      if (taken) return taken;
      const input = decodedAll(scheduled.input);
      const header = headerOf(scheduled.header);
      const out = header ? undefined : found(stepId(key));
      const attempt = { step: key, scheduledAt: at, activityType: scheduled.activityType?.name ?? '', taskQueue: scheduled.taskQueue?.name ?? '' };
      steps.set(String(event.eventId), { key, attempt, input, given: header ?? out ?? {} });
      return scheduledContent(key, scheduled, input, at, teller, header, out);
    }
    const started = event.activityTaskStartedEventAttributes;
    const step = steps.get(String((started ?? closedBy(event))?.scheduledEventId));
    if (!step) return undefined;
    if (started) return startedContent(step, started, at, teller, wanted);
    return closedContent(step, event, at, teller);
  };
}

function scheduledContent(
  key: StepKey, scheduled: temporal.api.history.v1.IActivityTaskScheduledEventAttributes, input: Decoded[], at: string, { privacy }: Pick<Teller, 'privacy'>, header: CallHeader | undefined, out: Outgoing | undefined,
): Content {
  const content = stepScheduled(key.run, {
    kind: 'activity', id: key.id, occurrence: key.occurrence, at, links: out?.links ?? takenOverLinks(key.run, header),
    activityType: scheduled.activityType?.name ?? '', taskQueue: scheduled.taskQueue?.name ?? '',
    ...((header ?? out)?.loose && { loose: true }), followed: out?.followed ?? followedIn(header, key.run.runId),
  });
  const { inputsKnown: _, ...known } = content.nodes[0]!.set;
  const set: Properties = { ...known, scheduledAt: at, ...privacy.describeInput(input), ...scheduledLimits(scheduled), ...(header && !header.more && { inputsKnown: true }) };
  return { ...content, nodes: [{ ...content.nodes[0]!, set }] };
}

function startedContent(step: Scheduled, started: temporal.api.history.v1.IActivityTaskStartedEventAttributes, at: string, { privacy, artifacts = NO_SHAPES }: Pick<Teller, 'privacy' | 'artifacts'>, wanted: AttemptsWanted): Content {
  const node: NodeKey = { label: 'Step', id: stepId(step.key) };
  const number = started.attempt ?? 1;
  // Of earlier attempts history keeps the last one's failure alone.
  const before = failuresOf(started.lastFailure);
  const { failureType, failureTypes, timeoutType } = failureProperties(before);
  const set: Properties = {
    serverStartedAt: at, attempts: number, workerIdentity: started.identity ?? '',
    ...(failureType !== undefined && { previousFailureType: failureType, previousFailureTypes: failureTypes! }),
    ...(timeoutType !== undefined && { previousTimeoutType: timeoutType }),
  };
  const { failureMessage } = failureDetail(privacy, before);
  const detail = detailOf(node, 'started', failureMessage === undefined ? {} : { previousFailureMessage: failureMessage });
  const nodes: NodeAssertion[] = [{ ...node, aspect: 'started', set }, ...detail.nodes];
  if (!wanted(node.id, number)) return { at, nodes, edges: detail.edges };
  // A retry was scheduled at a time that no event tells; so was a first attempt after numbers had started again.
  const { scheduledAt, ...known } = step.attempt;
  step.told = { ...known, number, startedAt: at, identity: started.identity ?? '', ...(number === 1 && !started.lastFailure && { scheduledAt }) };
  const attempt = attemptBegun(step.told, at);
  const preview = detailOf(keyOfAttempt(step.told), 'input', privacy.preview('input', step.input));
  if (!privacy.sealed) mentioned(node, artifacts.lookAtList(step.input), preview.nodes, preview.edges);
  return { at, nodes: [...nodes, ...attempt.nodes, ...preview.nodes], edges: [...detail.edges, ...attempt.edges, ...preview.edges] };
}

/** What became of an activity: its outcome, and that of its final attempt. */
function closedContent({ key, told, input, given }: Scheduled, event: Event, at: string, teller: Pick<Teller, 'privacy' | 'artifacts'>): Content {
  const step: NodeKey = { label: 'Step', id: stepId(key) };
  const attempt = told && keyOfAttempt(told);
  const failed = failureOfActivity(event);
  if (failed) {
    const content = stepFailed(teller, key.run, { kind: 'activity', id: key.id, occurrence: key.occurrence, at, ...failed });
    const [ended, ...others] = content.nodes;
    // An attempt whose time was over has no end that anybody saw.
    const over = attempt && failed.outcome !== 'timed-out' && failed.outcome !== 'terminated' ? attemptOver(attempt, failed.outcome, at, teller, { failures: failed.failures }) : undefined;
    return { at, nodes: [{ ...ended!, set: { ...ended!.set, serverClosedAt: at } }, ...others, ...(over?.nodes ?? [])], edges: [...content.edges, ...(over?.edges ?? [])] };
  }
  const completed = event.activityTaskCompletedEventAttributes!;
  // Whoever completed it may be a client, and so a person: not the attempt's worker where it was completed from elsewhere.
  const by = detailOf(step, 'ended', completed.identity && !teller.privacy.sealed ? { completedBy: completed.identity } : {});
  const [value = NOTHING] = decodedAll(completed.result);
  const over = attempt && attemptOver(attempt, completed.identity === told?.identity ? 'completed' : 'async', at, teller, { result: value });
  const result = resultContent(step, attempt ?? step, value, teller);
  if (attempt && !teller.privacy.sealed) {
    const { artifacts = NO_SHAPES } = teller;
    const met = artifactsMet(given, input, value, { used: [], generated: [] }, artifacts);
    metStatements(attempt, met, result.nodes, result.edges);
    carriedUnknown({ label: 'Value', id: resultId(step.id) }, value, met, artifacts, result.nodes, result.edges);
  }
  return {
    at,
    nodes: [{ ...step, aspect: 'ended', set: { outcome: 'completed', serverClosedAt: at } }, ...by.nodes, ...(over?.nodes ?? []), ...result.nodes],
    edges: [...by.edges, ...(over?.edges ?? []), ...result.edges],
  };
}

/** Where history does not know which attempt gave a result, or is not asked, it speaks of the step. */
export function resultContent(step: NodeKey, maker: NodeKey, result: Decoded | undefined, { privacy }: Pick<Teller, 'privacy'>): Pick<Content, 'nodes' | 'edges'> {
  const value: NodeKey = { label: 'Value', id: resultId(step.id) };
  return {
    nodes: [{ ...value, aspect: 'seen', set: { ...privacy.describe(result ?? NOTHING), role: 'result' } }],
    edges: [{ type: 'WAS_GENERATED_BY', from: value, to: maker, evidence: 'observed', via: 'result', walk: true }],
  };
}

/** What was still to be done when the run was reset was given by the old run, of what the new one has from it. */
function takenOverLinks({ runId }: RunKey, header: CallHeader | undefined): Link[] {
  const links = header?.links ?? [];
  return header?.run === undefined || header.run === runId ? links : links.map(([to, source, ...rest]): Link => [to, source.startsWith('~') ? source : `~${source}`, ...rest]);
}

function closedBy(event: Event) {
  return event.activityTaskCompletedEventAttributes ?? event.activityTaskFailedEventAttributes ?? event.activityTaskTimedOutEventAttributes ?? event.activityTaskCanceledEventAttributes;
}
