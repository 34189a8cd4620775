// Runs in: worker. Who asked for what: clients, schedules, and steps in which a client is used.
import { actorAgentId, actorDigest, clientAgentId, runId, scheduleAgentId, stepId } from '../model/id.ts';
import type { EdgeAssertion, NodeAssertion, NodeKey } from '../model/record.ts';
import type { CallHeader, CallingStep } from './header.ts';
import type { Privacy } from './privacy.ts';
import { detailOf } from './recorder.ts';

interface Agent {
  key: NodeKey;
  nodes: NodeAssertion[];
  edges: EdgeAssertion[];
}

export function clientAgent(privacy: Privacy, client: string): Agent {
  const key: NodeKey = { label: 'Agent', id: clientAgentId(client) };
  const named = detailOf(key, 'identity', privacy.sealed ? {} : { identity: client }, 'timeless');
  return { key, nodes: [{ ...key, aspect: 'declared', set: { kind: 'client' }, timeless: true }, ...named.nodes], edges: named.edges };
}

/** Whom the client's side names as who had it done; undefined when it names nobody. */
export function actorAgent(privacy: Privacy, { actor, actorDigest: digest }: CallHeader): Agent | undefined {
  if (actor === undefined && digest === undefined) return undefined;
  const key: NodeKey = { label: 'Agent', id: actorAgentId(digest ?? actorDigest(actor!)) };
  const named = detailOf(key, 'identity', privacy.sealed || actor === undefined ? {} : { name: actor }, 'timeless');
  return { key, nodes: [{ ...key, aspect: 'declared', set: { kind: 'actor' }, timeless: true }, ...named.nodes], edges: named.edges };
}

export function scheduleAgent(namespace: string, scheduleId: string): Agent {
  const key: NodeKey = { label: 'Agent', id: scheduleAgentId(namespace, scheduleId) };
  return { key, nodes: [{ ...key, aspect: 'declared', set: { kind: 'schedule', namespace, scheduleId }, timeless: true }], edges: [] };
}

/** A client's call that was made inside of a step: what it brought is that step's doing, and what it started works for that step's run. */
export function madeIn({ kind, id, occurrence, ...by }: CallingStep, value: NodeKey, started?: NodeKey): EdgeAssertion[] {
  const step: NodeKey = { label: 'Step', id: stepId({ run: by, kind, id, occurrence }) };
  return [
    { type: 'WAS_GENERATED_BY', from: value, to: step, evidence: 'observed', via: kind === 'nexus' ? 'nexus' : 'client call', walk: true },
    ...(started && kind !== 'standalone' ? [{ type: 'STARTED_BY', from: started, to: { label: 'Run', id: runId(by) }, walk: false, via: kind === 'nexus' ? 'nexus' : 'client call' } satisfies EdgeAssertion] : []),
  ];
}
