// Runs in: worker, CLI. What Temporal's history and the graph say of one run, side by side.
import { resultId, runOf } from '../model/id.ts';
import { type EdgeState, graphOf, type GraphState, type NodeState, propertiesOf } from '../model/merge.ts';
import type { EdgeType, NodeKey, Properties, ProvenanceRecord } from '../model/record.ts';
import { HIDDEN } from '../model/value.ts';
import type { RecordedNode, RunRecord } from '../graph/run-record.ts';

/** Of what the graph lacks, how many. `ends`: nodes that are there, without the outcome or the digest that history knows of them. */
export interface Lacking {
  runs: number;
  steps: number;
  attempts: number;
  values: number;
  links: number;
  ends: number;
}

export interface Comparison {
  lacking: Lacking;
  /** Those of the history's records that tell what is lacking. */
  fill: ProvenanceRecord[];
  /** Whether history confirms it, for what was marked otherwise. */
  marks: { key: NodeKey; unconfirmed: boolean }[];
  /** What history does not confirm, by id. */
  unconfirmed: string[];
  /** Two nodes of one thing: the ids of those too many. */
  duplicate: string[];
  /** Attempts that history knows to have been, and of which nobody told anything. */
  unseen: number;
  /** Values and inputs that could not be decoded, and those that were, but for whose digests there is no key. */
  undecoded: number;
  unkeyed: number;
  /** Who worked on it without the plugin: `workflow TYPE`, `queue QUEUE`, `worker IDENTITY`. */
  unwatched: string[];
}

/** History has these of each run, so what it lacks of them is lacking. What it can't know (artifacts, code, environments) is not compared. */
const COMPARED: readonly EdgeType[] = ['PART_OF', 'USED', 'WAS_DERIVED_FROM', 'STARTED_BY', 'CONTINUED_FROM', 'ATTEMPT_OF'];
const LINKS: readonly EdgeType[] = ['USED', 'WAS_DERIVED_FROM'];
/** Kinds of steps whose every one is an event of history. */
const IN_HISTORY: readonly unknown[] = ['activity', 'local', 'nexus'];

/**
 * @param told what the history says: see `historyRecords`
 * @param isClosed whether the run is over: what is still under way is not yet confirmed, and so not denied either
 */
export function compare(told: ProvenanceRecord[], recorded: RunRecord, run: string, isClosed: boolean): Comparison {
  const expected = graphOf(told);
  const lacking: Lacking = { runs: 0, steps: 0, attempts: 0, values: 0, links: 0, ends: 0 };
  const missing = new Set<string>();
  const unfinished = new Set<string>();
  for (const node of expected.nodes.values()) {
    if (node.facts.length === 0) continue;
    const there = recorded.nodes.get(node.id);
    if (!there || there.facts.length === 0) {
      const count = ({ Run: 'runs', Step: 'steps', Attempt: 'attempts', Value: 'values' } as const)[node.label as string];
      if (!count) continue;
      lacking[count]++;
      missing.add(node.id);
    } else if (differs(propertiesOf(node)!, there.properties)) {
      lacking.ends++;
      unfinished.add(node.id);
    }
  }
  const isMissing = (edge: EdgeState) => (isElsewhere(edge, run) ? !recorded.elsewhere.has(edge.id) : COMPARED.includes(edge.type) && !recorded.edges.has(edge.id) && recorded.nodes.has(edge.from.id));
  for (const edge of expected.edges.values()) if (isMissing(edge) && LINKS.includes(edge.type) && !missing.has(edge.from.id)) lacking.links++;
  const fill = told.filter((record) => {
    if (record.nodes.some(({ id }) => missing.has(id) || unfinished.has(id))) return true;
    return [...graphOf([record]).edges.values()].some((edge) => isMissing(edge) || missing.has(edge.from.id));
  });
  const attempts = attemptsByStep(recorded);
  const accepted = acceptedAttempts(expected, attempts);
  for (const [step, attempt] of accepted) {
    if (recorded.nodes.get(attempt)!.properties.outcome !== undefined) continue;
    lacking.ends++;
    fill.push(completed(step, attempt, expected.nodes.get(step)!));
  }
  const unconfirmed = isClosed ? notConfirmed(expected, recorded, attempts, accepted, run) : new Set<string>();
  const duplicate = superseded(attempts);
  return {
    lacking, fill, unwatched: unwatched(expected, recorded, attempts, run),
    marks: [...recorded.nodes.values()].flatMap(({ label, id, properties }) => {
      const is = unconfirmed.has(id) || duplicate.includes(id);
      return isClosed && is !== (properties.unconfirmed === true) ? [{ key: { label, id }, unconfirmed: is }] : [];
    }),
    unconfirmed: [...unconfirmed].sort(),
    duplicate: duplicate.filter((id) => recorded.nodes.get(id)?.properties.unconfirmed !== true),
    unseen: unseenAttempts(expected, attempts),
    undecoded: hidden(expected, HIDDEN.undecoded),
    unkeyed: hidden(expected, HIDDEN.unkeyed),
  };
}

/** What another run has of this one: only this one's history tells it. */
export function isElsewhere({ type, from }: Pick<EdgeState, 'type' | 'from'>, run: string): boolean {
  return type === 'WAS_DERIVED_FROM' && from.label === 'Value' && runOf(from.id) !== undefined && runOf(from.id) !== run;
}

/** Only what both sides can know. */
function differs(expected: Properties, there: Properties): boolean {
  const knows = (name: string) => expected[name] !== undefined;
  if (knows('outcome') && expected.outcome !== there.outcome) return true;
  // Digests by different keys say nothing of each other.
  return ['digest', 'inputDigest'].some((name) => knows(name) && expected[name] !== there[name] && (there[name] === undefined || expected.digestKeyId === there.digestKeyId));
}

/** A worker that was killed told of its attempt's start alone: that its result was taken, history knows. */
function completed(step: string, attempt: string, node: NodeState): ProvenanceRecord {
  const { at, recordedAt } = node.facts.find(({ set }) => set.outcome !== undefined)!;
  const key: NodeKey = { label: 'Attempt', id: attempt };
  return {
    v: 1, source: 'history', at, recordedAt,
    nodes: [{ ...key, aspect: 'ended', set: { outcome: 'completed' } }],
    edges: [{ type: 'WAS_GENERATED_BY', from: { label: 'Value', id: resultId(step) }, to: key, evidence: 'observed', via: 'result', walk: true }],
  };
}

/** Tells of a thing whether no workflow code's worker has told what it is made of. Undefined where one has told of the run: then links are not to be guessed. */
export function isUntold(recorded: RunRecord, run: string): ((owner: string) => boolean) | undefined {
  const isTold = (id: string) => recorded.nodes.get(id)?.facts.some(({ source }) => source === 'sink') === true;
  return isTold(run) ? undefined : (owner) => !isTold(owner);
}

/** Tells of a step's attempts, by the Step's id and their number, whether the graph has none such. */
export function isUnknownAttempt(recorded: RunRecord): (step: string, number: number) => boolean {
  const attempts = attemptsByStep(recorded);
  return (step, number) => !(attempts.get(step) ?? []).some(({ properties }) => properties.number === number);
}

function attemptsByStep({ nodes, edges }: RunRecord): Map<string, RecordedNode[]> {
  const attempts = new Map<string, RecordedNode[]>();
  for (const { type, from, to } of edges.values()) {
    const attempt = type === 'ATTEMPT_OF' ? nodes.get(from) : undefined;
    if (attempt) attempts.set(to, [...(attempts.get(to) ?? []), attempt]);
  }
  for (const list of attempts.values()) list.sort((a, b) => (text(a.properties.scheduledAt) < text(b.properties.scheduledAt) ? -1 : 1));
  return attempts;
}

/** History tells the number of a step's last attempt; where numbers started again, the last one of that number is meant. */
function acceptedAttempts({ nodes }: GraphState, attempts: Map<string, RecordedNode[]>): Map<string, string> {
  const accepted = new Map<string, string>();
  for (const node of nodes.values()) {
    if (node.label !== 'Step' || node.facts.length === 0) continue;
    const { outcome, attempts: number } = propertiesOf(node)!;
    const last = outcome === 'completed' ? attempts.get(node.id)?.findLast(({ properties }) => properties.number === number) : undefined;
    if (last) accepted.set(node.id, last.id);
  }
  return accepted;
}

/** Completions that the server never accepted, and what was told of tasks that never committed. */
function notConfirmed({ nodes }: GraphState, recorded: RunRecord, attempts: Map<string, RecordedNode[]>, accepted: Map<string, string>, run: string): Set<string> {
  const denied = new Set<string>();
  const outcomeOf = (id: string) => {
    const node = nodes.get(id);
    return node && node.facts.length > 0 ? propertiesOf(node)!.outcome : undefined;
  };
  for (const { id, label, properties } of recorded.nodes.values()) {
    if (label === 'Step') {
      const isTold = (nodes.get(id)?.facts.length ?? 0) > 0;
      if (!isTold && !IN_HISTORY.includes(properties.kind)) continue;
      if (!isTold) denied.add(id);
      if (outcomeOf(id) !== 'completed' && recorded.nodes.has(resultId(id))) denied.add(resultId(id));
      for (const { id: attempt, properties: { outcome } } of attempts.get(id) ?? []) {
        if (!isTold || (outcome === 'completed' && accepted.get(id) !== attempt && properties.kind !== 'nexus')) denied.add(attempt);
      }
    } else if (label === 'Value' && !nodes.has(id)) {
      const { role, outcome, updateId } = properties;
      if (role === 'signal' || (role === 'update' && outcome !== 'rejected') || role === 'continuation') denied.add(id);
      else if (role === 'update result' && !updateIsAnswered(nodes, updateId)) denied.add(id);
      else if (id === resultId(run) && outcomeOf(run) !== 'completed') denied.add(id);
    }
  }
  if (outcomeOf(run) === 'continued-as-new') for (const id of denied) if (recorded.nodes.get(id)?.properties.role === 'continuation') denied.delete(id);
  return denied;
}

function updateIsAnswered(nodes: Map<string, NodeState>, updateId: unknown): boolean {
  return [...nodes.values()].some((node) => node.label === 'Value' && node.facts.some(({ set }) => set.updateId === updateId) && propertiesOf(node)!.outcome !== undefined);
}

/** An attempt that history alone had told of, and whose own record has come since. */
function superseded(attempts: Map<string, RecordedNode[]>): string[] {
  return [...attempts.values()].flatMap((list) => list
    .filter(({ properties, id }) => properties.captured === 'history-only' && list.some((other) => other.id !== id && other.properties.captured !== 'history-only' && other.properties.number === properties.number))
    .map(({ id }) => id));
}

function hidden({ nodes }: GraphState, why: string): number {
  return [...nodes.values()].filter((node) => node.facts.length > 0 && propertiesOf(node)!.hidden === why).length;
}

function unseenAttempts({ nodes }: GraphState, attempts: Map<string, RecordedNode[]>): number {
  let unseen = 0;
  for (const node of nodes.values()) {
    if (node.label !== 'Step' || node.facts.length === 0) continue;
    const number = propertiesOf(node)!.attempts;
    if (typeof number === 'number') unseen += Math.max(0, number - 1 - (attempts.get(node.id) ?? []).filter(({ properties }) => Number(properties.number) < number).length);
  }
  return unseen;
}

function unwatched({ nodes }: GraphState, recorded: RunRecord, attempts: Map<string, RecordedNode[]>, run: string): string[] {
  const who = new Set<string>();
  const told = nodes.get(run);
  if (told && !recorded.nodes.get(run)?.facts.some(({ source }) => source === 'sink')) who.add(`workflow ${text(propertiesOf(told)!.workflowType)}`);
  for (const node of nodes.values()) {
    if (node.label !== 'Step' || node.facts.length === 0) continue;
    const { kind, attempts: tries, taskQueue, workerIdentity } = propertiesOf(node)!;
    if (kind !== 'activity' || tries === undefined || attempts.get(node.id)?.some(({ properties }) => properties.captured !== 'history-only')) continue;
    who.add(`queue ${text(taskQueue)}`).add(`worker ${text(workerIdentity)}`);
  }
  return [...who].sort();
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
