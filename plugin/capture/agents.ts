// Runs in: worker. Who asked for what: clients and schedules.
import { clientAgentId, scheduleAgentId } from '../model/id.ts';
import type { EdgeAssertion, NodeAssertion, NodeKey } from '../model/record.ts';
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

export function scheduleAgent(namespace: string, scheduleId: string): Agent {
  const key: NodeKey = { label: 'Agent', id: scheduleAgentId(namespace, scheduleId) };
  return { key, nodes: [{ ...key, aspect: 'declared', set: { kind: 'schedule', namespace, scheduleId }, timeless: true }], edges: [] };
}
