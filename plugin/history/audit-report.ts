// Runs in: worker, CLI. What an audit says, of each run and in total.
import { runId, type RunKey } from '../model/id.ts';
import type { Finding } from './seal.ts';

/** Of one run, or of all. */
interface Counts {
  steps: number;
  attempts: number;
  /** Found missing, and of these how many are there now. */
  missing: number;
  filled: number;
  duplicate: number;
  unconfirmed: number;
  /** Attempts that history knows to have been, and of which nothing else is known. */
  unseen: number;
  /** Values that could not be decoded; and those that were, but for whose digests there is no key. */
  undecoded: number;
  unkeyed: number;
  captured: { full: number; startOnly: number; historyOnly: number };
  opaqueSteps: number;
}

export interface RunReport extends Counts {
  id: string;
  workflowId: string;
  runId: string;
  workflowType: string;
  isOpen: boolean;
  seal: 'sealed' | 'open' | 'failed' | 'unsealed';
  unwatched: string[];
  /** Unsealed, and soon gone from Temporal. */
  isLeaving: boolean;
  /** Empty when there is none. */
  problem: string;
}

export interface AuditReport extends Counts {
  /** True when nothing is missing that history knows, nothing is there twice, and no run failed to be checked. */
  complete: boolean;
  runs: number;
  seals: { sealed: number; open: number; failed: number; unsealed: number };
  /** Runs that leave retention soon without having been sealed. */
  leavingRetention: number;
  /** Runs in the graph that Temporal no longer holds, and that nobody sealed while it did: ids. Only of a whole namespace. */
  unprovable: string[];
  /** What runs without the plugin: workflow types, task queues and workers, each with the number of runs in which that was seen. */
  coverage: { workflows: { [type: string]: number }; queues: { [queue: string]: number }; workers: { [identity: string]: number } };
  perRun: RunReport[];
}

export function emptyReport(): AuditReport {
  return {
    complete: true, runs: 0, seals: { sealed: 0, open: 0, failed: 0, unsealed: 0 }, steps: 0, attempts: 0, missing: 0, filled: 0, duplicate: 0, unconfirmed: 0,
    unseen: 0, undecoded: 0, unkeyed: 0, captured: { full: 0, startOnly: 0, historyOnly: 0 }, opaqueSteps: 0, leavingRetention: 0, unprovable: [], coverage: { workflows: {}, queues: {}, workers: {} }, perRun: [],
  };
}

/** @param finding none where the run could not be compared: `problem` then says why */
export function reportOf({ run, workflowType, isOpen, finding, isLeaving = false, problem = '' }: { run: RunKey; workflowType: string; isOpen: boolean; finding?: Finding; isLeaving?: boolean; problem?: string }): RunReport {
  const found = finding?.certificate;
  return {
    id: runId(run), workflowId: run.workflowId, runId: run.runId, workflowType, isOpen, seal: found?.state ?? 'unsealed',
    steps: found?.steps ?? 0, attempts: found?.attempts ?? 0, missing: found?.missing ?? 0, filled: found?.filled ?? 0, duplicate: found?.duplicate ?? 0,
    unconfirmed: found?.unconfirmed ?? 0, unseen: found?.unseen ?? 0, undecoded: found?.undecoded ?? 0, unkeyed: found?.unkeyed ?? 0,
    captured: { full: found?.full ?? 0, startOnly: found?.startOnly ?? 0, historyOnly: found?.historyOnly ?? 0 },
    opaqueSteps: found?.opaque.length ?? 0, unwatched: found?.unwatched ?? [], isLeaving, problem: problem === '' ? (found?.problem ?? '') : problem,
  };
}

/** Changes `report`. */
export function addFinding(report: AuditReport, run: RunReport): void {
  report.runs++;
  report.seals[run.seal]++;
  for (const name of ['steps', 'attempts', 'missing', 'filled', 'duplicate', 'unconfirmed', 'unseen', 'undecoded', 'unkeyed', 'opaqueSteps'] as const) report[name] += run[name];
  for (const name of ['full', 'startOnly', 'historyOnly'] as const) report.captured[name] += run.captured[name];
  if (run.isLeaving) report.leavingRetention++;
  for (const who of run.unwatched) {
    const [kind, name] = [who.slice(0, who.indexOf(' ')), who.slice(who.indexOf(' ') + 1)];
    const counts = report.coverage[`${kind}s` as keyof AuditReport['coverage']];
    counts[name] = (counts[name] ?? 0) + 1;
  }
  report.complete &&= isComplete(run);
  report.perRun.push(run);
}

/** What is still to be done is told by the others: a run that goes on, or that was compared and not sealed, may be complete. */
export function isComplete({ missing, filled, duplicate, unconfirmed, problem, seal }: RunReport): boolean {
  return missing === filled && problem === '' && (duplicate + unconfirmed === 0 || seal === 'sealed');
}
