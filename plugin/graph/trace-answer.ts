// Runs in: server, CLI. What a walk reached, with its edges, what surrounds it, and how far it can be trusted.
import { type Label, LABELS } from '../model/record.ts';
import type { AnswerEdge, AnswerNode, Trace, Trust } from './answers.ts';
import type { Query, Row } from './connection.ts';
import type { Direction, Reached } from './lineage.ts';
import { withLostAttempts } from './lost-attempts.ts';
import { EDGE, edgeOf, NODE, nodeOf } from './rows.ts';

const LINEAGE: Label[] = ['Step', 'Attempt', 'Value', 'ArtifactVersion'];
// That a Value holds a reference is no lineage where it is known how the reference came into it.
const SURROUNDING = 'PART_OF|RAN_IN|RAN_CODE|WAS_ASSOCIATED_WITH|VERSION_OF|HAS_CONTENT|WAS_ATTRIBUTED_TO|MENTIONED';

export async function answerOf(query: Query, reached: Reached, roots: string[], direction: Direction, limit: number, followed: boolean): Promise<Trace> {
  const nodes: AnswerNode[] = [];
  const edges: AnswerEdge[] = [...reached.edges].map(({ walk: _, ...edge }) => edge);
  const contextEdges: AnswerEdge[] = [];
  const surrounding = new Map<string, Label>();
  // Many share what surrounds them: its nodes are fetched once, by their ids.
  const surround = (rows: Row[]) => {
    for (const { edge, labels } of rows) {
      const found = edgeOf(edge);
      surrounding.set(found.to, LABELS.find((label) => (labels as string[]).includes(label))!);
      contextEdges.push(found);
    }
  };
  for (const label of LINEAGE) {
    const ids = reached.idsOf(label);
    if (ids.length === 0) continue;
    nodes.push(...(await nodesOf(query, label, ids)));
    surround(await query(`UNWIND $ids AS id MATCH (n:${label} {id: id})-[r:${SURROUNDING}]->(m) RETURN ${EDGE} AS edge, labels(m) AS labels`, { ids }));
  }
  const runs = [...surrounding].flatMap(([id, label]) => (label === 'Run' ? [id] : []));
  // A run's starters, up to the first: who asked for it, and which run it is a child of.
  surround(await query(
    `UNWIND $runs AS id MATCH (:Run {id: id})-[:STARTED_BY|CONTINUED_FROM*0..]->(n:Run) WITH DISTINCT n
     MATCH (n)-[r:STARTED_BY|CONTINUED_FROM|RAN_CODE|WAS_ASSOCIATED_WITH]->(m) RETURN ${EDGE} AS edge, labels(m) AS labels`,
    { runs },
  ));
  const contextNodes: AnswerNode[] = [];
  for (const label of LABELS) {
    const ids = [...surrounding].flatMap(([id, of]) => (of === label && !reached.labels.has(id) ? [id] : []));
    if (ids.length > 0) contextNodes.push(...(await nodesOf(query, label, ids)));
  }
  return {
    direction,
    roots,
    nodes,
    edges,
    context: { nodes: contextNodes, edges: contextEdges },
    truncated: reached.truncated,
    ...(reached.truncated && { limit: { nodes: limit, how: `the answer holds the first ${limit} nodes: ask with a higher limit, or trace on from one of them` } }),
    counts: { nodes: nodes.length, edges: edges.length, byLabel: counted(nodes) },
    trust: await trustOf(query, reached, direction, nodes, contextNodes.filter(({ id }) => runs.includes(id)), followed),
  };
}

async function trustOf(query: Query, reached: Reached, direction: Direction, nodes: AnswerNode[], runs: AnswerNode[], followed: boolean): Promise<Trust> {
  const versions = reached.idsOf('ArtifactVersion');
  const several = await query(
    `UNWIND $ids AS id MATCH (v:ArtifactVersion {id: id})-[:ALTERNATE_OF*0..1]->(same) WHERE same.id IN $ids
     MATCH (same)-[:WAS_GENERATED_BY]->(:Attempt)-[:ATTEMPT_OF]->(s:Step)
     WITH v, collect(DISTINCT s.id) AS steps WHERE size(steps) > 1 RETURN v.id AS version, steps`,
    { ids: [...reached.byName] },
  );
  const conflicts = await query(
    'UNWIND $ids AS id MATCH (v:ArtifactVersion {id: id}) WHERE COUNT { (v)-[:HAS_CONTENT]->() } > 1 RETURN v.id AS id',
    { ids: versions },
  );
  const steps = nodes.filter(({ labels }) => labels[0] === 'Step');
  const unwatched = new Set((await query(
    'UNWIND $ids AS id MATCH (s:Step {id: id}) WHERE NOT (s)<-[:ATTEMPT_OF]-() RETURN id',
    { ids: steps.map(({ id }) => id) },
  )).map(({ id }) => id as string));
  const unlinked = followed || direction === 'downstream' ? [] : await query(
    `UNWIND $steps AS id MATCH (n:Step {id: id}) WHERE (n)-[:FOLLOWED]->() AND NOT (n)-[:USED]->() RETURN id
     UNION UNWIND $values AS id MATCH (n:Value {id: id}) WHERE (n)-[:FOLLOWED]->() AND NOT (n)-[:WAS_DERIVED_FROM]->() RETURN id`,
    { steps: steps.map(({ id }) => id), values: reached.idsOf('Value') },
  );
  const sealed = runs.filter(({ properties }) => properties.sealedAt !== undefined).length;
  return {
    sealedRuns: sealed,
    pendingRuns: runs.length - sealed,
    opaqueSteps: steps.filter(({ id, properties }) => properties.inputsKnown !== true || unwatched.has(id)).map(({ id }) => id),
    looseSteps: steps.filter(({ properties }) => properties.looseInputs === true).map(({ id }) => id),
    followedOnly: unlinked.map(({ id }) => id as string),
    unmadeValues: direction === 'upstream' ? nodes.filter((node) => isUnmade(node, reached)).map(({ id }) => id) : [],
    ambiguousUses: several.map((row) => ({ version: row.version as string, generatedBy: row.steps as string[] })),
    conflicts: conflicts.map(({ id }) => id as string),
  };
}

async function nodesOf(query: Query, label: Label, ids: string[]): Promise<AnswerNode[]> {
  const rows = await query(`UNWIND $ids AS id MATCH (n:${label} {id: id}) RETURN ${NODE} AS node`, { ids });
  return withLostAttempts(query, rows.map(({ node }) => nodeOf(node)));
}

/** A value of which nobody has told where it comes from: what a client gave a run is none. */
function isUnmade({ id, labels, properties }: AnswerNode, reached: Reached): boolean {
  if (labels[0] !== 'Value' || properties.role === 'input') return false;
  return ![...reached.edges].some(({ from, type }) => from === id && type !== 'CARRIED');
}

function counted(nodes: AnswerNode[]): { [label: string]: number } {
  const counts: { [label: string]: number } = {};
  for (const { labels } of nodes) counts[labels[0]!] = (counts[labels[0]!] ?? 0) + 1;
  return counts;
}
