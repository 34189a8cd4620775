// Runs in: worker, CLI. The certificate that a run carries once its record and Temporal's history have been compared.
import { createHash } from 'node:crypto';
import type { RunRecord } from '../graph/run-record.ts';
import { runId, type RunKey } from '../model/id.ts';
import { nodeText, SEALED } from '../model/record-digest.ts';
import type { Properties, ProvenanceRecord } from '../model/record.ts';
import type { Comparison } from './compare.ts';

/** `sealed`: the run is over, and its record agrees with its history · `open`: so far, for a run that goes on · `failed`: they do not agree. */
export type SealState = 'sealed' | 'open' | 'failed';

/** What a certificate says: how it was found, what was done, and what it covers. */
export interface Certificate {
  state: SealState;
  /** ISO 8601. */
  at: string;
  by: string;
  /** How often it has been issued: from 1. */
  number: number;
  /** Events of the history, and the digest of all: see `HistoryDigest`. */
  events: number;
  historyDigest: string;
  /** Digest of the run's nodes and edges as they were then: see `digestOfRecord`. */
  recordDigest: string;
  steps: number;
  attempts: number;
  /** Nodes and links that were found missing, and of these how many are there now. */
  missing: number;
  filled: number;
  duplicate: number;
  unconfirmed: number;
  /** Attempts by how much of them was seen, and those of which history knows only that they were. */
  full: number;
  startOnly: number;
  historyOnly: number;
  unseen: number;
  undecoded: number;
  unkeyed: number;
  /** Steps whose inputs are not known. */
  opaque: string[];
  /** Who worked on it without the plugin: `workflow TYPE`, `queue QUEUE`, `worker IDENTITY`. */
  unwatched: string[];
  /** Why it failed; else empty. */
  problem: string;
}

/** Longer lists would make a node heavy: their length is told all the same. */
const MOST_LISTED = 100;

export function certificateRecord(run: RunKey, certificate: Certificate): ProvenanceRecord {
  const { state, at, by, number, events, historyDigest, recordDigest, opaque, unwatched, problem, ...counts } = certificate;
  // All of them each time: a property that is left out would go on saying what an earlier certificate said.
  const set: Properties = {
    seal: state, sealedAt: at, sealedBy: by, sealNumber: number, historyEvents: events, historyDigest, recordDigest, sealProblem: problem,
    opaqueSteps: opaque.slice(0, MOST_LISTED), opaqueStepCount: opaque.length, unwatched: unwatched.slice(0, MOST_LISTED),
  };
  for (const [name, count] of Object.entries(counts)) set[`seal${name[0]!.toUpperCase()}${name.slice(1)}`] = count;
  return { v: 1, source: 'history', at, recordedAt: at, nodes: [{ label: 'Run', id: runId(run), aspect: SEALED, set }], edges: [] };
}

/** The certificate that a Run carries, if any. @param properties the Run's */
export function certificateOf(properties: Properties): Certificate | undefined {
  if (properties.seal === undefined) return undefined;
  const count = (name: string) => Number(properties[name] ?? 0);
  const list = (name: string) => (Array.isArray(properties[name]) ? properties[name] : []);
  return {
    state: properties.seal as SealState, at: String(properties.sealedAt), by: String(properties.sealedBy), number: count('sealNumber'),
    events: count('historyEvents'), historyDigest: String(properties.historyDigest), recordDigest: String(properties.recordDigest),
    steps: count('sealSteps'), attempts: count('sealAttempts'), missing: count('sealMissing'), filled: count('sealFilled'), duplicate: count('sealDuplicate'),
    unconfirmed: count('sealUnconfirmed'), full: count('sealFull'), startOnly: count('sealStartOnly'), historyOnly: count('sealHistoryOnly'),
    unseen: count('sealUnseen'), undecoded: count('sealUndecoded'), unkeyed: count('sealUnkeyed'), opaque: list('opaqueSteps'), unwatched: list('unwatched'), problem: String(properties.sealProblem ?? ''),
  };
}

/** SHA-256 over all that the graph holds of the run, its certificates left out: told once more, it is the same; told more, it is another. */
export function digestOfRecord({ nodes, edges }: RunRecord): string {
  const hash = createHash('sha256');
  for (const text of [...nodes.values()].map(nodeText).sort()) hash.update(`${text}\n`);
  for (const id of [...edges.keys()].sort()) hash.update(`${id}\n`);
  return hash.digest('hex');
}

/** What of a comparison goes into a certificate, counted in the record as it is now. */
export function coverage(recorded: RunRecord, { undecoded, unkeyed, unseen, unconfirmed }: Pick<Comparison, 'undecoded' | 'unkeyed' | 'unseen' | 'unconfirmed'>): Pick<Certificate, 'steps' | 'attempts' | 'full' | 'startOnly' | 'historyOnly' | 'unseen' | 'undecoded' | 'unkeyed' | 'unconfirmed' | 'opaque'> {
  const all = [...recorded.nodes.values()].filter(({ properties }) => properties.unconfirmed !== true);
  const steps = all.filter(({ label, properties }) => label === 'Step' && properties.kind !== 'timer');
  const attempts = all.filter(({ label }) => label === 'Attempt');
  const captured = (how: string) => attempts.filter(({ properties }) => properties.captured === how).length;
  return {
    steps: steps.length, attempts: attempts.length, full: captured('full'), startOnly: captured('start-only'), historyOnly: captured('history-only'), unseen, undecoded, unkeyed, unconfirmed: unconfirmed.length,
    opaque: steps.filter(({ properties }) => properties.inputsKnown !== true).map(({ id }) => id).sort(),
  };
}
