// Runs in: worker, CLI. The final attempts of steps, as history knows them: where nobody else has told of them.
import { type Failure, failureDetail, failureProperties } from '../capture/failure-chain.ts';
import { type Content, detailOf } from '../capture/recorder.ts';
import type { Teller } from '../capture/run-records.ts';
import { attemptId, attemptOfHistoryId, type StepKey, stepId, workerAgentId } from '../model/id.ts';
import type { EdgeAssertion, NodeAssertion, NodeKey, Properties } from '../model/record.ts';
import type { Decoded } from '../model/value.ts';

/** Answers whether an attempt is to be told from history. @param step the Step's id */
export type AttemptsWanted = (step: string, number: number) => boolean;

export interface FinalAttempt {
  step: StepKey;
  number: number;
  /** When the server scheduled it (ISO 8601), where history tells. */
  scheduledAt?: string | undefined;
  /** When a worker took it, where history tells. */
  startedAt?: string | undefined;
  /** Of the worker. */
  identity?: string | undefined;
  activityType: string;
  taskQueue?: string | undefined;
}

/** Its name is the one that its worker gives it, where history knows when it was scheduled. */
export function keyOfAttempt({ step, number, scheduledAt }: FinalAttempt): NodeKey {
  return { label: 'Attempt', id: scheduledAt === undefined ? attemptOfHistoryId(step, number) : attemptId(step, number, Date.parse(scheduledAt)) };
}

export function attemptBegun(attempt: FinalAttempt, at: string): Content {
  const { step, number, scheduledAt, startedAt, identity, activityType, taskQueue } = attempt;
  const key = keyOfAttempt(attempt);
  const set: Properties = {
    number, activityType, ...(taskQueue !== undefined && { taskQueue }), ...(identity !== undefined && { identity }),
    ...(scheduledAt !== undefined && { scheduledAt }), ...(startedAt !== undefined && { serverStartedAt: startedAt }),
  };
  const nodes: NodeAssertion[] = [{ ...key, aspect: 'started', set }];
  const edges: EdgeAssertion[] = [{ type: 'ATTEMPT_OF', from: key, to: { label: 'Step', id: stepId(step) }, walk: true }];
  if (identity !== undefined) {
    // Which process it was, of those that had this identity, is not known.
    const agent: NodeKey = { label: 'Agent', id: workerAgentId(identity, 'unknown') };
    nodes.push({ ...agent, aspect: 'declared', set: { kind: 'worker', identity }, timeless: true });
    edges.push({ type: 'WAS_ASSOCIATED_WITH', from: key, to: agent, walk: false });
  }
  return { at, nodes, edges };
}

export function attemptOver(
  attempt: NodeKey, outcome: 'completed' | 'failed' | 'cancelled' | 'async', at: string, { privacy }: Pick<Teller, 'privacy'>, { failures = [], result }: { failures?: Failure[]; result?: Decoded | undefined } = {},
): Content {
  const detail = detailOf(attempt, 'ended', { ...failureDetail(privacy, failures), ...(result && privacy.preview('result', result)) });
  return { at, nodes: [{ ...attempt, aspect: 'ended', set: { outcome, serverClosedAt: at, ...failureProperties(failures) } }, ...detail.nodes], edges: detail.edges };
}
