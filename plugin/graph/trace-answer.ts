// Runs in: server, CLI. What a walk reached, with its edges, what surrounds it, and how far it can be trusted.
import type { Label } from '../model/record.ts';
import type { AnswerEdge, AnswerNode, Trace, Trust } from './answers.ts';
import type { Row } from './connection.ts';
import type { Direction, Reached } from './lineage.ts';
import { EDGE, edgeOf, NODE, nodeOf } from './rows.ts';
import type { Query } from './trace.ts';

const LINEAGE: Label[] = ['Step', 'Attempt', 'Value', 'ArtifactVersion'];
// That a Value holds a reference is no lineage where it is known how the reference came into it.
const SURROUNDING = 'PART_OF|RAN_IN|RAN_CODE|WAS_ASSOCIATED_WITH|VERSION_OF|HAS_CONTENT|WAS_ATTRIBUTED_TO|ALTERNATE_OF';

export async function answerOf(query: Query, reached: Reached, roots: string[], direction: Direction, limit: number): Promise<Trace> {
  const nodes: AnswerNode[] = [];
  const edges: AnswerEdge[] = [...reached.edges].map(({ walk: _, ...edge }) => edge);
  const surrounding = new Map<string, AnswerNode>();
  const contextEdges: AnswerEdge[] = [];
  const surround = (rows: Row[]) => {
    for (const { edge, node } of rows) {
      const neighbour = nodeOf(node);
      surrounding.set(neighbour.id, neighbour);
      contextEdges.push(edgeOf(edge));
    }
  };
  for (const label of LINEAGE) {
    const ids = reached.idsOf(label);
    if (ids.length === 0) continue;
    nodes.push(...(await query(`UNWIND $ids AS id MATCH (n:${label} {id: id}) RETURN ${NODE} AS node`, { ids })).map(({ node }) => nodeOf(node)));
    const swapped = `{labels: labels(m), properties: properties(m)}`;
    surround(await query(`UNWIND $ids AS id MATCH (n:${label} {id: id})-[r:${SURROUNDING}]->(m) RETURN ${EDGE} AS edge, ${swapped} AS node`, { ids }));
  }
  const runs = idsOf(surrounding, 'Run');
  // A run's starters, up to the first: who asked for it, and which run it is a child of.
  surround(await query(
    `UNWIND $runs AS id MATCH (:Run {id: id})-[:STARTED_BY|CONTINUED_FROM*0..]->(n:Run) WITH DISTINCT n
     MATCH (n)-[r:STARTED_BY|CONTINUED_FROM|RAN_CODE|WAS_ASSOCIATED_WITH]->(m)
     RETURN ${EDGE} AS edge, {labels: labels(m), properties: properties(m)} AS node`,
    { runs },
  ));
  return {
    direction,
    roots,
    nodes,
    edges,
    context: { nodes: [...surrounding.values()], edges: contextEdges },
    truncated: reached.truncated,
    ...(reached.truncated && { limit: { nodes: limit, how: `the answer holds the first ${limit} nodes: ask with a higher limit, or trace on from one of them` } }),
    counts: { nodes: nodes.length, edges: edges.length, byLabel: counted(nodes) },
    trust: await trustOf(query, reached, nodes, [...surrounding.values()].filter(({ id }) => runs.includes(id))),
  };
}

async function trustOf(query: Query, reached: Reached, nodes: AnswerNode[], runs: AnswerNode[]): Promise<Trust> {
  const versions = reached.idsOf('ArtifactVersion');
  const several = await query(
    `UNWIND $ids AS id MATCH (v:ArtifactVersion {id: id})-[:WAS_GENERATED_BY]->(a:Attempt)-[:ATTEMPT_OF]->(s:Step)
     WITH v, collect(DISTINCT s.id) AS steps WHERE size(steps) > 1 RETURN v.id AS version, steps`,
    { ids: [...reached.byName] },
  );
  const conflicts = await query(
    'UNWIND $ids AS id MATCH (v:ArtifactVersion {id: id}) WHERE COUNT { (v)-[:HAS_CONTENT]->() } > 1 RETURN v.id AS id',
    { ids: versions },
  );
  const sealed = runs.filter(({ properties }) => properties.sealedAt !== undefined).length;
  return {
    sealedRuns: sealed,
    pendingRuns: runs.length - sealed,
    opaqueSteps: nodes.filter(({ labels, properties }) => labels[0] === 'Step' && properties.inputsKnown !== true).map(({ id }) => id),
    ambiguousUses: several.map(({ version, steps }) => ({ version: version as string, generatedBy: steps as string[] })),
    conflicts: conflicts.map(({ id }) => id as string),
  };
}

function idsOf(nodes: Map<string, AnswerNode>, label: Label): string[] {
  return [...nodes.values()].filter(({ labels }) => labels[0] === label).map(({ id }) => id);
}

function counted(nodes: AnswerNode[]): { [label: string]: number } {
  const counts: { [label: string]: number } = {};
  for (const { labels } of nodes) counts[labels[0]!] = (counts[labels[0]!] ?? 0) + 1;
  return counts;
}
