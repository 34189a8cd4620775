// Runs in: worker, CLI. What Temporal's event history says of one run, in the same records that the interceptors make.
import type { temporal } from '@temporalio/proto';
import type { Content } from '../capture/recorder.ts';
import type { Teller } from '../capture/run-records.ts';
import type { RunKey } from '../model/id.ts';
import type { ProvenanceRecord } from '../model/record.ts';
import { activityEvents } from './activity-events.ts';
import type { AttemptsWanted } from './attempt-events.ts';
import { localContent, localKey } from './local-events.ts';
import { messageEvents } from './message-events.ts';
import { Origins } from './origins.ts';
import { time } from './payloads.ts';
import { closedContent, closeOf, startedContent } from './run-events.ts';

export interface HistoryGiven extends Pick<Teller, 'privacy'> {
  /** Whether `decodedHistory` has undone what a payload codec did; without that, values behind one stay undescribed. */
  decoded?: boolean;
  /** Which final attempts are told: those that nobody else has told of. Default: none, since workers know more of each. */
  attempts?: AttemptsWanted;
}

/** @param recordedAt ISO 8601 */
export function historyRecords(given: HistoryGiven, run: RunKey, history: temporal.api.history.v1.IHistory, recordedAt: string): ProvenanceRecord[] {
  const teller = { privacy: given.decoded ? given.privacy : given.privacy.undecoded() };
  const wanted = given.attempts ?? (() => false);
  const origins = new Origins(run, history);
  const messages = messageEvents(teller, run, origins);
  const activities = activityEvents(teller, run, origins, wanted);
  const records: ProvenanceRecord[] = [];
  const say = (content: Content | undefined) => content && records.push({ v: 1, source: 'history', recordedAt, ...content });

  for (const event of history.events ?? []) {
    const at = time(event.eventTime);
    const started = event.workflowExecutionStartedEventAttributes;
    const local = localKey(run, event);
    const closed = closeOf(event);
    if (started) {
      say(startedContent(teller, run, started, at));
      say(origins.copied(run, at, event.eventId));
    } else if (local) say(origins.takenOver(local, event.eventId, at) ?? localContent(local, event.markerRecordedEventAttributes!, at, teller, wanted));
    else if (closed) say(closedContent(teller, run, closed, at));
    else say(messages(event, at) ?? activities(event, at));
  }
  return records;
}
