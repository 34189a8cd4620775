// Runs in: worker, CLI. What Temporal's event history says of one run, in the same records that the interceptors make.
import type { temporal } from '@temporalio/proto';
import type { Content } from '../capture/recorder.ts';
import type { Teller } from '../capture/run-records.ts';
import { stepScheduled } from '../capture/step-records.ts';
import { type RunKey, stepId } from '../model/id.ts';
import type { ProvenanceRecord } from '../model/record.ts';
import { activityEvents } from './activity-events.ts';
import type { AttemptsWanted } from './attempt-events.ts';
import { handedEvents } from './handed-events.ts';
import { type Found, HistoryFlow } from './history-flow.ts';
import { localContent, localKey } from './local-events.ts';
import { messageEvents } from './message-events.ts';
import { nexusEvents } from './nexus-events.ts';
import { Origins } from './origins.ts';
import { time } from './payloads.ts';
import { closedContent, closeOf, startedContent } from './run-events.ts';

export interface HistoryGiven extends Pick<Teller, 'privacy' | 'artifacts'> {
  /** Whether `decodedHistory` has undone what a payload codec did; without that, values behind one stay undescribed. */
  decoded?: boolean;
  /** Which final attempts are told: those that nobody else has told of. Default: none, since workers know more of each. */
  attempts?: AttemptsWanted;
  /**
   * Whether nobody has told what the thing with this id (a Step, a run's or an update's result …) is made of: then it is inferred from equal,
   * distinctive values, and from the order of events. Headers of ours are always preferred. Default: nothing is inferred.
   */
  infer?: (owner: string) => boolean;
}

/** @param recordedAt ISO 8601 */
export function historyRecords(given: HistoryGiven, run: RunKey, history: temporal.api.history.v1.IHistory, recordedAt: string): ProvenanceRecord[] {
  const teller = { privacy: given.decoded ? given.privacy : given.privacy.undecoded(), ...(given.artifacts && { artifacts: given.artifacts }) };
  const { attempts = () => false, infer = () => false } = given;
  const origins = new Origins(run, history);
  const messages = messageEvents(teller, run, origins);
  const activities = activityEvents(teller, run, origins, attempts);
  const operations = nexusEvents(teller, run, origins);
  const handed = handedEvents(run, origins);
  const records: ProvenanceRecord[] = [];
  const say = (content: Content | undefined) => content && records.push({ v: 1, source: 'history', recordedAt, ...content });
  const flow = given.infer && new HistoryFlow(run, origins, teller.privacy.hasCodec ? 'positions' : 'names', ({ source, ...timer }) => {
    const message = { kind: 'timer' as const, id: decodeURIComponent(source.split('/')[1]!), occurrence: 1, links: [], ...timer };
    if (infer(stepId({ run, ...message }))) say(stepScheduled(run, message));
  });
  let begun: temporal.api.history.v1.IWorkflowExecutionStartedEventAttributes | undefined;

  for (const event of history.events ?? []) {
    const at = time(event.eventTime);
    const out = flow?.next(event);
    const found: Found = (owner) => (out && infer(owner) ? out : undefined);
    const local = localKey(run, event);
    const closed = closeOf(event);
    if (event.workflowExecutionStartedEventAttributes) {
      begun = event.workflowExecutionStartedEventAttributes;
      say(startedContent(teller, run, begun, at, infer));
      say(origins.copied(run, at, event.eventId));
    } else if (local) say(origins.takenOver(local, event.eventId, at) ?? localContent(local, event.markerRecordedEventAttributes!, at, teller, attempts));
    else if (closed) say(closedContent(teller, run, closed, at, begun, found));
    else say(messages(event, at, found) ?? activities(event, at, found) ?? operations(event, at, found));
    say(handed(event, at, out));
  }
  return records;
}
