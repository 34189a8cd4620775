// Runs in: worker. Signals, updates and queries, as records.
import { type RunKey, runId, signalId, updateId, updateResultId } from '../model/id.ts';
import { COUNTED } from '../model/merge.ts';
import type { EdgeAssertion, NodeAssertion, NodeKey, Properties } from '../model/record.ts';
import type { Decoded } from '../model/value.ts';
import { actorAgent, clientAgent, madeIn } from './agents.ts';
import { carried } from './carried.ts';
import { failureDetail, failureProperties } from './failure-chain.ts';
import { followedEdges, isLinked, linkEdges } from './links.ts';
import type { MessageReceivedMessage, UpdateAnsweredMessage } from './messages.ts';
import { type Content, detailOf } from './recorder.ts';
import type { Teller } from './run-records.ts';

export function messageReceived({ privacy, artifacts }: Teller, key: RunKey, message: MessageReceivedMessage, args: Decoded[]): Content {
  const { kind, name, id, at, rejected, header } = message;
  const run: NodeKey = { label: 'Run', id: runId(key) };
  const value: NodeKey = { label: 'Value', id: kind === 'signal' ? signalId(run.id, name, id) : updateId(run.id, id) };
  const sender: RunKey | undefined = header?.workflow !== undefined && header.run !== undefined ? { namespace: key.namespace, workflowId: header.workflow, runId: header.run } : undefined;
  const links = sender ? (header?.links ?? []) : [];
  const set: Properties = {
    ...privacy.describeList(args), role: kind, name, receivedAt: at, ...(kind === 'update' && { updateId: id }),
    ...(header?.more && { inputsKnown: false }), ...(rejected && { outcome: 'rejected', ...failureProperties(rejected) }),
  };
  const detail = detailOf(value, 'seen', { ...privacy.preview('arguments', args), ...(rejected && failureDetail(privacy, rejected)) });
  const nodes: NodeAssertion[] = [{ ...value, aspect: 'seen', set }, ...detail.nodes];
  const edges: EdgeAssertion[] = [
    { type: 'PART_OF', from: value, to: run, walk: false, via: kind },
    ...(sender ? linkEdges(value, 'WAS_DERIVED_FROM', kind, links, sender) : []),
    ...(sender ? [{ type: 'WAS_ATTRIBUTED_TO', from: value, to: { label: 'Run', id: runId(sender) }, walk: false, via: kind } satisfies EdgeAssertion] : []),
    ...detail.edges,
  ];
  if (header?.step && !sender) edges.push(...madeIn(header.step, value));
  for (const agent of sender || !header ? [] : [header.client !== undefined && clientAgent(privacy, header.client), actorAgent(privacy, header)]) {
    if (!agent) continue;
    nodes.push(...agent.nodes);
    edges.push(...agent.edges, { type: 'WAS_ATTRIBUTED_TO', from: value, to: agent.key, walk: false, via: kind });
  }
  if (!privacy.sealed) carried(value, args.map(({ json }) => json), (path) => !isLinked(path, links) && !header?.more, nodes, edges, artifacts);
  return { at, nodes, edges };
}

export function updateAnswered({ privacy, artifacts }: Teller, key: RunKey, message: UpdateAnsweredMessage, results: Decoded[]): Content {
  const { id, name, at, outcome, links, failures = [] } = message;
  const run: NodeKey = { label: 'Run', id: runId(key) };
  const request: NodeKey = { label: 'Value', id: updateId(run.id, id) };
  const failed = detailOf(request, 'ended', failureDetail(privacy, failures));
  const nodes: NodeAssertion[] = [{ ...request, aspect: 'ended', set: { outcome, answeredAt: at, ...failureProperties(failures) } }, ...failed.nodes];
  const edges: EdgeAssertion[] = [...failed.edges];
  for (const result of results) {
    const value: NodeKey = { label: 'Value', id: updateResultId(run.id, id) };
    const detail = detailOf(value, 'seen', privacy.preview('result', result));
    nodes.push({ ...value, aspect: 'seen', set: { ...privacy.describe(result), role: 'update result', name, updateId: id } }, ...detail.nodes);
    edges.push({ type: 'PART_OF', from: value, to: run, walk: false, via: 'update result' }, ...linkEdges(value, 'WAS_DERIVED_FROM', 'update result', links, key), ...followedEdges(value, message.followed, key), ...detail.edges);
    if (!privacy.sealed) carried(value, result.json, (path) => !isLinked(path, links), nodes, edges, artifacts);
  }
  return { at, nodes, edges };
}

/**
 * Queries change nothing and are in no history: they are counted.
 * @param counter names who counts, and what
 * @param count how many there have been so far, by this counter
 */
export function queriesAnswered(key: RunKey, at: string, counter: string, count: number): Content {
  return { at, nodes: [{ label: 'Run', id: runId(key), aspect: `${COUNTED}${counter}`, set: { queriesAnswered: count }, timeless: true }], edges: [] };
}
