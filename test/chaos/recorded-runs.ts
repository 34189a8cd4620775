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

export async function readRecorded(graph: Connection): Promise<{ runs: RecordedRun[]; steps: RecordedStep[] }> {
  return graph.read(async (query) => ({
    runs: (await query('MATCH (r:Run) RETURN r.workflowId AS workflowId, r.runId AS runId, r.outcome AS outcome, coalesce(r.sealUnseen, 0) AS unseen')) as unknown as RecordedRun[],
    steps: (await query(
      `MATCH (s:Step)-[:PART_OF]->(r:Run) WHERE s.kind IN ['activity', 'local']
       RETURN r.workflowId AS workflowId, r.runId AS runId, s.activityId AS activityId, s.kind AS kind, s.outcome AS outcome, coalesce(s.unconfirmed, false) AS isDenied,
         COUNT { MATCH (v:Value {role: 'result'})-[:WAS_GENERATED_BY]->()-[:ATTEMPT_OF*0..1]->(s) WHERE NOT coalesce(v.unconfirmed, false) RETURN DISTINCT v } AS results,
         [(s)<-[:ATTEMPT_OF]-(a) | {number: a.number, scheduledAt: a.scheduledAt, outcome: a.outcome, captured: a.captured, isDenied: coalesce(a.unconfirmed, false)}] AS attempts`,
    )).map(stepOf),
  }));
}

function stepOf({ kind, attempts, ...rest }: Row): RecordedStep {
  const of = (attempts as (Omit<RecordedAttempt, 'scheduledAt'> & { scheduledAt: string | null })[]).map((attempt) => ({ ...attempt, scheduledAt: Date.parse(attempt.scheduledAt ?? '') }));
  return { ...(rest as unknown as Omit<RecordedStep, 'isLocal' | 'attempts'>), isLocal: kind === 'local', attempts: of };
}
