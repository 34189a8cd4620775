// Runs in: server, CLI. From a prediction to the batch that it is in, and from a batch to those of its predictions that were used.
import type { Query } from './connection.ts';
import type { Direction, Reached, Seed } from './lineage.ts';
import { EDGE, edgeOf } from './rows.ts';

/** A batch may have many thousands of predictions: down, only those are gone to that somebody used. */
export async function batchEnds(query: Query, reached: Reached, direction: Direction): Promise<Seed[]> {
  const rows = await query(
    direction === 'upstream'
      ? `UNWIND $ids AS id MATCH (m:ArtifactVersion {id: id})<-[r:HAD_MEMBER]-(n:ArtifactVersion) WHERE r.via = 'batch' RETURN ${EDGE} AS edge`
      : `UNWIND $ids AS id MATCH (n:ArtifactVersion {id: id})-[r:HAD_MEMBER]->(m:ArtifactVersion)
         WHERE r.via = 'batch' AND EXISTS { (m)<-[:USED|CARRIED]-() } RETURN ${EDGE} AS edge`,
    { ids: reached.idsOf('ArtifactVersion') },
  );
  const seeds: Seed[] = [];
  for (const edge of rows.map((row) => edgeOf(row.edge))) {
    const next = direction === 'upstream' ? edge.from : edge.to;
    if (reached.labels.has(next)) continue;
    reached.byName.add(next);
    reached.edges.add({ ...edge, walk: false });
    seeds.push({ id: next, label: 'ArtifactVersion' });
  }
  return seeds;
}
