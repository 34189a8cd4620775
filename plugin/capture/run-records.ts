// Runs in: worker. The isolate's messages about a run, as records.
import { continuationId, inputId, lastResultId, memoId, resultId, type RunKey, runId } from '../model/id.ts';
import type { EdgeAssertion, NodeAssertion, NodeKey, Properties } from '../model/record.ts';
import type { Decoded } from '../model/value.ts';
import type { ArtifactFinder } from './artifact-finder.ts';
import { actorAgent, clientAgent, madeIn, scheduleAgent } from './agents.ts';
import { carried } from './carried.ts';
import { failureDetail, failureProperties } from './failure-chain.ts';
import { followedEdges, isLinked, linkEdges, sourceStep, sourceValue } from './links.ts';
import type { RunClosedMessage, RunResetMessage, RunStartedMessage } from './messages.ts';
import type { Privacy } from './privacy.ts';
import { type Content, detailOf, type ProcessNodes } from './recorder.ts';

/** What is needed to say something of a run. History does not know the process that ran it. */
export interface Teller {
  privacy: Privacy;
  /** Default: one that knows no team's own shapes. */
  artifacts?: ArtifactFinder;
  process?: ProcessNodes;
}

/** What a run was given beside its input. */
export interface Given {
  memo?: Decoded;
  lastResult?: Decoded;
}

export function runStarted(teller: Teller, key: RunKey, message: RunStartedMessage, input: Decoded[], given: Given = {}): Content {
  const { privacy, artifacts } = teller;
  const { startedAt, parent, header } = message;
  const run: NodeKey = { label: 'Run', id: runId(key) };
  const value: NodeKey = { label: 'Value', id: inputId(run.id) };
  // A retry is given the header of the run that it repeats, whose links are in terms of the run before that one.
  const continued = header?.previous !== undefined;
  const caller = header?.previous === undefined ? parent : { ...key, runId: header.previous };
  const links = caller ? (header?.links ?? []) : [];
  const { nodes, edges } = runItself(teller, key, message);
  nodes.push({ ...value, aspect: 'seen', set: { ...privacy.describeList(input), role: 'input' } });
  edges.push({ type: 'PART_OF', from: value, to: run, walk: false, via: 'input' });
  if (caller) edges.push(...linkEdges(value, 'WAS_DERIVED_FROM', continued ? 'continue-as-new' : 'child input', links, caller));
  if (header?.more && caller && continued) {
    const continuation: NodeKey = { label: 'Value', id: continuationId(runId(caller)) };
    edges.push({ type: 'WAS_DERIVED_FROM', from: value, to: continuation, evidence: 'observed', via: 'continue-as-new', fromPath: '', toPath: '', walk: true });
  }
  if (header?.step && !parent) edges.push(...madeIn(header.step, value, run));
  const detail = detailOf(run, 'input', privacy.preview('input', input));
  if (!privacy.sealed) carried(value, input.map(({ json }) => json), (path) => !isLinked(path, links) && !header?.more, nodes, edges, artifacts);
  beside(teller, key, message, given, caller, nodes, edges);
  return { at: startedAt, nodes: [...nodes, ...detail.nodes], edges: [...edges, ...detail.edges] };
}

/** The run, the process that runs it, and who started it. */
function runItself({ privacy, process }: Teller, key: RunKey, message: RunStartedMessage): { nodes: NodeAssertion[]; edges: EdgeAssertion[] } {
  const { workflowType, taskQueue, attempt, startedAt, firstRunId, parent, continuedFrom, cronSchedule, scheduledBy, header } = message;
  const run: NodeKey = { label: 'Run', id: runId(key) };
  const set: Properties = { ...key, workflowType, taskQueue, attempt, startedAt, firstRunId, ...(cronSchedule !== undefined && { cronSchedule }) };
  const nodes: NodeAssertion[] = [{ ...run, aspect: 'started', set }];
  const edges: EdgeAssertion[] = [];
  if (process) {
    edges.push(
      { type: 'RAN_CODE', from: run, to: process.code, walk: false },
      { type: 'WAS_ASSOCIATED_WITH', from: run, to: process.agent, walk: false, qualifiers: { plan: process.code.id } },
    );
  }
  if (parent) edges.push({ type: 'STARTED_BY', from: run, to: { label: 'Run', id: runId(parent) }, walk: false, via: 'child' });
  if (continuedFrom !== undefined) {
    const kind = attempt > 1 ? 'retry' : header?.previous === continuedFrom ? 'continue-as-new' : 'cron';
    edges.push({ type: 'CONTINUED_FROM', from: run, to: { label: 'Run', id: runId({ ...key, runId: continuedFrom }) }, walk: false, via: kind });
  }
  const by = parent ? undefined : scheduledBy !== undefined ? scheduleAgent(key.namespace, scheduledBy) : header?.client !== undefined ? clientAgent(privacy, header.client) : undefined;
  if (by) {
    nodes.push(...by.nodes);
    edges.push({ type: 'STARTED_BY', from: run, to: by.key, walk: false, via: scheduledBy !== undefined ? 'schedule' : 'client' }, ...by.edges);
  }
  const actor = parent || !header ? undefined : actorAgent(privacy, header);
  if (actor) {
    nodes.push(...actor.nodes);
    edges.push({ type: 'STARTED_BY', from: run, to: actor.key, walk: false, via: 'actor' }, ...actor.edges);
  }
  return { nodes, edges };
}

/** The memo, and the last result of a cron or a schedule. */
function beside({ privacy, artifacts }: Teller, key: RunKey, message: RunStartedMessage, given: Given, caller: RunKey | undefined, nodes: NodeAssertion[], edges: EdgeAssertion[]): void {
  const run: NodeKey = { label: 'Run', id: runId(key) };
  const add = (value: NodeKey, role: string, decoded: Decoded) => {
    const detail = detailOf(value, 'seen', privacy.preview(role, decoded));
    nodes.push({ ...value, aspect: 'seen', set: { ...privacy.describe(decoded), role } }, ...detail.nodes);
    edges.push({ type: 'PART_OF', from: value, to: run, walk: false, via: role }, ...detail.edges);
  };
  if (given.memo) {
    const value: NodeKey = { label: 'Value', id: memoId(run.id) };
    const links = caller ? (message.header?.memo ?? []) : [];
    add(value, 'memo', given.memo);
    if (caller) edges.push(...linkEdges(value, 'WAS_DERIVED_FROM', 'memo', links, caller));
    if (!privacy.sealed) carried(value, given.memo.json, (path) => !isLinked(path, links), nodes, edges, artifacts);
  }
  if (given.lastResult) {
    const value: NodeKey = { label: 'Value', id: lastResultId(run.id) };
    add(value, 'last result', given.lastResult);
    const { continuedFrom, attempt, lastSucceeded, header } = message;
    if (continuedFrom === undefined) return; // A schedule's: which of its runs gave it, nobody tells.
    const before = runId({ ...key, runId: continuedFrom });
    const isItsResult = attempt === 1 && lastSucceeded === true && header?.previous !== continuedFrom;
    edges.push({
      type: 'WAS_DERIVED_FROM', from: value, to: { label: 'Value', id: (isItsResult ? resultId : lastResultId)(before) }, evidence: 'observed', via: 'last result', fromPath: '', toPath: '', walk: true,
    });
  }
}

/**
 * A reset's new run is a copy of another up to some point. What it has from there was made by the other's steps, which are part of
 * both; each such value is derived from the other's.
 */
export function runReset(teller: Teller, key: RunKey, message: RunResetMessage): Content {
  const { base, past, startedAt } = message;
  const run: NodeKey = { label: 'Run', id: runId(key) };
  const { nodes, edges } = runItself(teller, key, message);
  if (base === undefined) return { at: startedAt, nodes, edges };
  const other: RunKey = { ...key, runId: base };
  edges.push({ type: 'CONTINUED_FROM', from: run, to: { label: 'Run', id: runId(other) }, walk: false, via: 'reset' });
  for (const [source, uncertain] of past) {
    const step = sourceStep(source, other);
    const [ours, theirs] = [sourceValue(source, key), sourceValue(source, other)];
    if (step) edges.push({ type: 'PART_OF', from: step, to: run, walk: false, via: 'reset' });
    if (!ours || !theirs || ours.id === theirs.id) continue; // A child's result is nobody's copy.
    if (!step) {
      nodes.push({ ...ours, aspect: 'seen', set: { role: source.split('/')[0]!.replace('-', ' ') }, timeless: true });
      edges.push({ type: 'PART_OF', from: ours, to: run, walk: false, via: source.split('/')[0]!.replace('-', ' ') });
    }
    edges.push({ type: 'WAS_DERIVED_FROM', from: ours, to: theirs, evidence: uncertain ? 'inferred' : 'observed', via: 'reset', fromPath: '', toPath: '', walk: true });
  }
  return { at: startedAt, nodes, edges };
}

export function runClosed({ privacy, artifacts }: Teller, key: RunKey, message: RunClosedMessage, results: Decoded[]): Content {
  const { outcome, at, links, failures = [] } = message;
  const run: NodeKey = { label: 'Run', id: runId(key) };
  const nodes: NodeAssertion[] = [
    { ...run, aspect: 'ended', set: { outcome, workerClosedAt: at, ...failureProperties(failures) } },
  ];
  const edges: EdgeAssertion[] = [];
  const tell: Properties = failureDetail(privacy, failures);
  for (const result of results) {
    const value: NodeKey = { label: 'Value', id: resultId(run.id) };
    nodes.push({ ...value, aspect: 'seen', set: { ...privacy.describe(result), role: 'result' } });
    edges.push({ type: 'PART_OF', from: value, to: run, walk: false, via: 'result' }, ...linkEdges(value, 'WAS_DERIVED_FROM', 'result', links, key), ...followedEdges(value, message.followed, key));
    if (message.firstRunId !== undefined) {
      const first: NodeKey = { label: 'Value', id: resultId(runId({ ...key, runId: message.firstRunId })) };
      edges.push({ type: 'WAS_DERIVED_FROM', from: first, to: value, evidence: 'observed', via: 'last run of the chain', fromPath: '', toPath: '', walk: true });
    }
    Object.assign(tell, privacy.preview('result', result));
    if (!privacy.sealed) carried(value, result.json, (path) => !isLinked(path, links), nodes, edges, artifacts);
  }
  const detail = detailOf(run, 'ended', tell);
  return { at, nodes: [...nodes, ...detail.nodes], edges: [...edges, ...detail.edges] };
}
