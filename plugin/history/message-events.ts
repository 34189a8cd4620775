// Runs in: worker, CLI. What history says of signals and updates, in the same records that the interceptors make.
import type { temporal } from '@temporalio/proto';
import { messageReceived, updateAnswered } from '../capture/message-records.ts';
import type { Content } from '../capture/recorder.ts';
import type { Teller } from '../capture/run-records.ts';
import { type RunKey, runId, signalId, updateId, updateResultId } from '../model/id.ts';
import type { Found } from './history-flow.ts';
import { derived, type Origins } from './origins.ts';
import { decodedAll, headerOf } from './payloads.ts';

type Event = temporal.api.history.v1.IHistoryEvent;

/** To be called with each event of one history, in order; answers undefined for those that are about something else. */
export function messageEvents(teller: Teller, run: RunKey, origins: Origins): (event: Event, at: string, found: Found) => Content | undefined {
  const counts = new Map<string, number>();
  /** Of updates, by their ids. */
  const names = new Map<string, string>();
  return (event, at, found) => {
    const origin = origins.of(event.eventId);
    const signaled = event.workflowExecutionSignaledEventAttributes;
    if (signaled) {
      const name = signaled.signalName ?? '';
      const number = (counts.get(name) ?? 0) + 1;
      counts.set(name, number);
      const content = messageReceived(teller, run, { kind: 'signal', name, id: String(number), at, ...sentBy(signaled.header, signaled.identity) }, decodedAll(signaled.input));
      return withOrigin(content, origin, (of) => signalId(runId(of), name, String(number)), run);
    }
    const accepted = event.workflowExecutionUpdateAcceptedEventAttributes?.acceptedRequest;
    if (accepted) {
      const { meta, input } = accepted;
      const id = meta?.updateId ?? '';
      names.set(id, input?.name ?? '');
      const content = messageReceived(teller, run, { kind: 'update', name: input?.name ?? '', id, at, ...sentBy(input?.header, meta?.identity) }, decodedAll(input?.args));
      return withOrigin(content, origin, (of) => updateId(runId(of), id), run);
    }
    const completed = event.workflowExecutionUpdateCompletedEventAttributes;
    if (completed) {
      const id = completed.meta?.updateId ?? '';
      const { success, failure } = completed.outcome ?? {};
      // How the result came about is in no event: where the sink has told it, what it says of the request alone is said here.
      const out = success ? found(updateResultId(runId(run), id)) : undefined;
      const answer = updateAnswered(teller, run, { id, name: names.get(id) ?? '', at, outcome: success ? 'completed' : 'failed', links: out?.links ?? [], followed: out?.followed ?? [] }, out ? decodedAll(success) : []);
      const type = failure?.applicationFailureInfo?.type;
      return { ...answer, nodes: answer.nodes.map((node) => ({ ...node, set: { ...node.set, ...(type ? { failureType: type } : {}) } })) };
    }
    return undefined;
  };
}

function withOrigin(content: Content, origin: RunKey | undefined, idIn: (run: RunKey) => string, run: RunKey): Content {
  return origin ? { ...content, edges: [...content.edges, derived({ label: 'Value', id: idIn(run) }, { label: 'Value', id: idIn(origin) })] } : content;
}

function sentBy(header: temporal.api.common.v1.IHeader | null | undefined, identity: string | null | undefined) {
  const ours = headerOf(header);
  return ours || identity ? { header: { v: 1 as const, ...ours, ...(identity && { client: identity }) } } : {};
}
