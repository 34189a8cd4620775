// Runs in: CLI (chaos). Holds against each other what activities journaled, what Temporal's histories say, and what the graph says.
import type { RunHistory, StepHistory } from './histories.ts';
import type { Journaled } from './journal.ts';
import type { RecordedAttempt, RecordedRun, RecordedStep } from './recorded-runs.ts';

/** Each a sentence about what is at fault. */
export interface Verdict {
  missing: string[];
  duplicate: string[];
  falseCommitted: string[];
  failedByPlugin: string[];
  /** Tries that were killed in flight, whose start was not yet recorded, and which Temporal's history does not know either. */
  killedUnseen: number;
  /** Attempts that were killed before their start was on record: Temporal's history knows their number alone, and so does the run's certificate. */
  unseen: number;
}

type StepName = { workflowId: string; runId: string; activityId: string; isLocal: boolean };
const nameOfRun = ({ workflowId, runId }: { workflowId: string; runId: string }) => `run ${runId} of ${workflowId}`;
const nameOf = ({ activityId, isLocal, ...run }: StepName) => `${isLocal ? 'local activity' : 'activity'} ${activityId} of ${nameOfRun(run)}`;

export function judge(journal: Journaled[], histories: RunHistory[], graph: { runs: RecordedRun[]; steps: RecordedStep[] }): Verdict {
  const verdict: Verdict = { missing: [], duplicate: [], falseCommitted: [], failedByPlugin: [], killedUnseen: 0, unseen: 0 };
  const recorded = new Map<string, RecordedStep>();
  for (const step of graph.steps) {
    if (recorded.has(nameOf(step))) verdict.duplicate.push(`${nameOf(step)} is there as two Steps`);
    recorded.set(nameOf(step), step);
    judgeAttempts(verdict, step);
  }
  const known = new Map<string, StepHistory>();
  for (const run of histories) for (const step of run.steps) known.set(nameOf({ ...run, ...step }), step);
  judgeRuns(verdict, histories, graph.runs);
  const certified = new Map(graph.runs.map((run) => [nameOfRun(run), run.unseen]));
  for (const run of histories) {
    const unseen = run.steps.flatMap((step) => judgeStep(verdict, nameOf({ ...run, ...step }), step, recorded.get(nameOf({ ...run, ...step }))));
    if (unseen.length > (certified.get(nameOfRun(run)) ?? 0)) verdict.missing.push(...unseen);
    else verdict.unseen += unseen.length;
  }
  for (const [name, step] of recorded) if (!known.has(name) && !step.isDenied) verdict.falseCommitted.push(`${name} is not in history`);
  for (const one of journal) judgeTry(verdict, one, known.get(nameOf(one)), recorded.get(nameOf(one)));
  return verdict;
}

/** One try has one node. A local activity that is run again has the same numbers, at other times. */
function judgeAttempts({ duplicate, falseCommitted }: Verdict, step: RecordedStep): void {
  const confirmed = step.attempts.filter(({ isDenied }) => !isDenied);
  const names = confirmed.map(({ number, scheduledAt }) => (step.isLocal ? `${number} at ${scheduledAt}` : String(number)));
  for (const name of new Set(names.filter((each, index) => names.indexOf(each) < index))) duplicate.push(`attempt ${name} of ${nameOf(step)} is there as two Attempts`);
  if (confirmed.filter(({ outcome }) => outcome === 'completed').length > 1) falseCommitted.push(`${nameOf(step)} has two Attempts that completed it`);
}

function judgeRuns({ missing, duplicate, falseCommitted, failedByPlugin }: Verdict, histories: RunHistory[], recorded: RecordedRun[]): void {
  const byName = new Map<string, RecordedRun[]>();
  for (const run of recorded) byName.set(nameOfRun(run), [...(byName.get(nameOfRun(run)) ?? []), run]);
  for (const run of histories) {
    const name = nameOfRun(run);
    if (run.outcome === undefined || run.outcome === 'failed') failedByPlugin.push(run.outcome === 'failed' ? `${name} failed` : `${name} never came to its end`);
    const [there, ...others] = byName.get(name) ?? [];
    if (others.length > 0) duplicate.push(`${name} is there as ${others.length + 1} Runs`);
    if (!there) missing.push(name);
    else if (there.outcome !== (run.outcome ?? null)) (there.outcome === null ? missing : falseCommitted).push(`${name} is ${run.outcome ?? 'open'}, and ${there.outcome ?? 'open'} in the graph`);
    byName.delete(name);
  }
  for (const name of byName.keys()) falseCommitted.push(`${name} is not in history`);
}

/**
 * All that history knows must be there, and no more than that may be said to be so.
 *
 * @returns attempts that are not there, but for the one that completed it
 */
function judgeStep({ missing, falseCommitted }: Verdict, name: string, { attempts, isLocal, isCompleted }: StepHistory, recorded: RecordedStep | undefined): string[] {
  if (!recorded) {
    missing.push(name);
    return [];
  }
  const unseen: string[] = [];
  const isSaid = recorded.outcome === 'completed' || recorded.results > 0;
  if (isSaid && !isCompleted) falseCommitted.push(`${name} is not completed`);
  if (isCompleted && !(recorded.outcome === 'completed' && recorded.results === 1)) missing.push(`the completion of ${name}`);
  const confirmed = recorded.attempts.filter(({ isDenied }) => !isDenied);
  // Of a local activity history has the last execution alone.
  for (let number = isLocal ? attempts : 1; number <= attempts; number++) {
    const there = confirmed.filter((attempt) => attempt.number === number);
    const isLast = isCompleted && number === attempts;
    if (isLast ? there.some(({ outcome }) => outcome === 'completed') : recorded.attempts.some((attempt) => attempt.number === number)) continue;
    const fault = `attempt ${number} of ${name}, which history knows${isLast ? ' as the one that completed it' : ''}`;
    (isLast ? missing : unseen).push(fault);
  }
  for (const { number, outcome } of confirmed) if (outcome === 'completed' && !(isCompleted && number === attempts)) falseCommitted.push(`attempt ${number} of ${name} did not complete it`);
  return unseen;
}

/** Where the plugin let go of a try, all of it must be on record; where it was killed before, what is there must be true. */
function judgeTry(verdict: Verdict, one: Journaled, known: StepHistory | undefined, recorded: RecordedStep | undefined): void {
  const { missing, falseCommitted } = verdict;
  const is = ({ number, scheduledAt }: RecordedAttempt) => number === one.number && (scheduledAt === one.scheduledAt || (Number.isNaN(scheduledAt) && !one.isLocal));
  const attempt = recorded?.attempts.find(is);
  const name = `attempt ${one.number} of ${nameOf(one)}`;
  if (attempt?.captured === 'full' && attempt.outcome !== one.outcome) falseCommitted.push(`${name} is ${attempt.outcome} in the graph, and ${one.outcome ?? 'without an end'} in its journal`);
  if (one.handedOver && attempt?.captured !== 'full') missing.push(`${name}: journaled as ${one.outcome}, and ${attempt ? attempt.captured : 'not there'} in the graph`);
  // What history knows of it has been asked for above.
  else if (!attempt && (one.isLocal || !known || known.attempts < one.number)) verdict.killedUnseen++;
}
