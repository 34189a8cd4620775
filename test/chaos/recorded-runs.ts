// Runs in: CLI (chaos). What the graph holds of all runs, by the names that Temporal gives them, not by the plugin's ids.
import type { Connection, Row } from '../../plugin/graph/connection.ts';

export interface RecordedStep {
  workflowId: string;
  runId: string;
  activityId: string;
  isLocal: boolean;
  outcome: string | null;
  isDenied: boolean;
  /** Its results that are not marked as unconfirmed. */
  results: number;
  attempts: RecordedAttempt[];
}

export interface RecordedAttempt {
  number: number;
  /** In milliseconds since the epoch; NaN where only history told of it. */
  scheduledAt: number;
  /** By the worker's clock, in milliseconds since the epoch; NaN where it is not known. */
  startedAt: number;
  endedAt: number;
  outcome: string | null;
  captured: string | null;
  isDenied: boolean;
}

export interface RecordedRun {
  workflowId: string;
  runId: string;
  outcome: string | null;
  /** How many attempts its certificate knows of that nobody saw. */
  unseen: number;
}

/** @param prefix of their workflows' ids */
export async function readRecorded(graph: Connection, prefix: string): Promise<{ runs: RecordedRun[]; steps: RecordedStep[] }> {
  return graph.read(async (query) => ({
    runs: (await query('MATCH (r:Run) WHERE r.workflowId STARTS WITH $prefix RETURN r.workflowId AS workflowId, r.runId AS runId, r.outcome AS outcome, coalesce(r.sealUnseen, 0) AS unseen', { prefix })) as unknown as RecordedRun[],
    steps: (await query(
      `MATCH (s:Step)-[:PART_OF]->(r:Run) WHERE s.kind IN ['activity', 'local'] AND r.workflowId STARTS WITH $prefix
       RETURN r.workflowId AS workflowId, r.runId AS runId, s.activityId AS activityId, s.kind AS kind, s.outcome AS outcome, coalesce(s.unconfirmed, false) AS isDenied,
         COUNT { MATCH (v:Value {role: 'result'})-[:WAS_GENERATED_BY]->()-[:ATTEMPT_OF*0..1]->(s) WHERE NOT coalesce(v.unconfirmed, false) RETURN DISTINCT v } AS results,
         [(s)<-[:ATTEMPT_OF]-(a) | {number: a.number, scheduledAt: a.scheduledAt, outcome: a.outcome, captured: a.captured, isDenied: coalesce(a.unconfirmed, false),
           startedAt: a.workerStartedAt, endedAt: a.workerEndedAt}] AS attempts`,
      { prefix },
    )).map(stepOf),
  }));
}

type Times = 'scheduledAt' | 'startedAt' | 'endedAt';

function stepOf({ kind, attempts, ...rest }: Row): RecordedStep {
  const time = (text: string | null) => Date.parse(text ?? '');
  const of = (attempts as (Omit<RecordedAttempt, Times> & { [time in Times]: string | null })[]).map((attempt): RecordedAttempt =>
    ({ ...attempt, scheduledAt: time(attempt.scheduledAt), startedAt: time(attempt.startedAt), endedAt: time(attempt.endedAt) }));
  return { ...(rest as unknown as Omit<RecordedStep, 'isLocal' | 'attempts'>), isLocal: kind === 'local', attempts: of };
}
