// Runs in: server, CLI. Attempts of which nobody told the end, where it is known from elsewhere that they are over.
import type { AnswerNode } from './answers.ts';
import type { Query } from './connection.ts';
import { asOfOrNow, type AsOf, nodeFor } from './rows.ts';

/**
 * A worker that is killed leaves a start without an end. That attempt is over once a later one was scheduled, or the step
 * ended; then it is `lost`, not `running`. A cancelled step says nothing of it: the workflow need not have waited for its attempt.
 * Worked out when asked, so that it does not matter which was recorded first.
 */
export async function withLostAttempts(query: Query, nodes: AnswerNode[], { asOf }: AsOf = {}): Promise<AnswerNode[]> {
  const running = nodes.filter(({ labels, properties }) => labels[0] === 'Attempt' && properties.status === 'running').map(({ id }) => id);
  if (running.length === 0) return nodes;
  const rows = await query(
    `UNWIND $running AS id MATCH (a:Attempt {id: id})-[:ATTEMPT_OF]->(n:Step)
     RETURN a.id AS id, ${nodeFor({ asOf })} AS step,
       EXISTS { MATCH (n)<-[r:ATTEMPT_OF]-(later:Attempt) WHERE later.scheduledAt > a.scheduledAt AND ($asOf IS NULL OR r.recordedAt <= $asOf) } AS isFollowed`,
    { running, asOf: asOf ?? null },
  );
  const isOver = (step: AnswerNode) => ['completed', 'failed', 'timed-out'].includes(String(step.properties.outcome));
  const lost = new Set(rows.flatMap(({ id, step, isFollowed }) => (isFollowed || isOver(asOfOrNow(step, { asOf })) ? [id as string] : [])));
  return nodes.map((node) => (lost.has(node.id) ? { ...node, properties: { ...node.properties, status: 'lost' } } : node));
}
