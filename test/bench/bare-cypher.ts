// Runs in: CLI (bench). The same questions as plain statements, written by hand for these very graphs: the floor.
import neo4j from 'neo4j-driver';
import type { RunsUsing, Trace } from '../../plugin/graph/answers.ts';
import type { Connection, Row } from '../../plugin/graph/connection.ts';

const WAY = 'WAS_GENERATED_BY|USED|WAS_DERIVED_FROM|ATTEMPT_OF|HAD_MEMBER|CARRIED';
const SURROUNDING = 'PART_OF|RAN_IN|RAN_CODE|WAS_ASSOCIATED_WITH|VERSION_OF|HAS_CONTENT|WAS_ATTRIBUTED_TO|MENTIONED';
const OF_RUNS = 'STARTED_BY|CONTINUED_FROM|RAN_CODE|WAS_ASSOCIATED_WITH';

const NODE = 'n.id AS id, labels(n) AS labels, n {.*, facts: null, searchText: null} AS properties, null AS other, null AS evidence, null AS via, null AS fromPath, null AS toPath, null AS scattered';
const EDGE = 'n.id AS id, [type(r)] AS labels, null AS properties, m.id AS other, r.evidence AS evidence, r.via AS via, r.fromPath AS fromPath, r.toPath AS toPath, r.scattered AS scattered';

// Not looking at places in values, other names of the same bytes, several makers, resets and batches: here nothing depends on them.
const UPSTREAM = `
  MATCH (root)-[way:${WAY}*0..]->(n) WHERE all(r IN way WHERE r.walk)
  WITH collect(DISTINCT n) AS walked
  CALL (walked) { UNWIND walked AS n MATCH (n)-[r:${WAY}]->() WHERE r.walk OR r:USED RETURN collect(r) AS inside }
  CALL (walked) { UNWIND walked AS n MATCH (n:Attempt)-[r:USED]->(end) WHERE NOT r.walk RETURN collect(DISTINCT end) AS ends }
  CALL (ends) { UNWIND ends AS n MATCH (n)-[r:WAS_GENERATED_BY]->() RETURN collect(r) AS joining }
  WITH walked + ends AS found, inside + joining AS inside`;
const DOWNSTREAM = `
  MATCH (root)<-[way:${WAY}*0..]-(n) WHERE all(r IN way WHERE r.walk OR type(r) = 'USED')
  WITH collect(DISTINCT n) AS walked
  CALL (walked) { UNWIND walked AS n MATCH (n)<-[r:${WAY}]-() WHERE r.walk OR r:USED RETURN collect(r) AS inside }
  CALL (walked) { UNWIND walked AS n MATCH (n:ArtifactVersion)<-[:USED]-(a:Attempt)-[r:ATTEMPT_OF]->(end) WHERE NOT EXISTS { (end)-[:USED]->(:Value)-[:WAS_GENERATED_BY|WAS_DERIVED_FROM]->() }
    RETURN collect(DISTINCT end) AS ends, collect(DISTINCT r) AS joining }
  WITH walked + ends AS found, inside + joining AS inside`;

const traced = (label: string, walk: string): string => `
  MATCH (root:${label} {id: $id})${walk}
  CALL (found) { UNWIND found AS n MATCH (n)-[:PART_OF]->(run:Run) WITH DISTINCT run MATCH (run)-[:STARTED_BY|CONTINUED_FROM*0..]->(starter:Run) RETURN collect(DISTINCT starter) AS runs }
  CALL (found, inside, runs) {
    UNWIND found AS n RETURN 'node' AS kind, ${NODE}
    UNION ALL UNWIND inside AS r WITH r, startNode(r) AS n, endNode(r) AS m RETURN 'edge' AS kind, ${EDGE}
    UNION ALL UNWIND found AS n MATCH (n)-[r:${SURROUNDING}]->(m) RETURN 'context edge' AS kind, ${EDGE}
    UNION ALL UNWIND runs AS n MATCH (n)-[r:${OF_RUNS}]->(m) RETURN 'context edge' AS kind, ${EDGE}
    UNION ALL UNWIND found AS f MATCH (f)-[:${SURROUNDING}]->(n) WITH DISTINCT n WHERE NOT n:Run RETURN 'context node' AS kind, ${NODE}
    UNION ALL UNWIND runs AS run MATCH (run)-[:${OF_RUNS}]->(n) WHERE NOT n:Run WITH DISTINCT n RETURN 'context node' AS kind, ${NODE}
    UNION ALL UNWIND runs AS n RETURN 'context node' AS kind, ${NODE}
  }
  RETURN kind, id, labels, properties, other, evidence, via, fromPath, toPath, scattered`;

const USING = `
  MATCH (v:ArtifactVersion {id: $id})<-[u:USED]-(:Attempt)-[:ATTEMPT_OF]->(s:Step)-[:PART_OF]->(r:Run)
  WITH r, s, min(CASE u.evidence WHEN 'declared' THEN 0 ELSE 1 END) AS how
  ORDER BY s.scheduledAt, s.id
  WITH r, collect({id: s.id, type: s.activityType, how: how}) AS steps
  RETURN properties(r) AS run, steps ORDER BY r.startedAt, r.id LIMIT $limit`;

export function bareTrace(connection: Connection, id: string, direction: 'upstream' | 'downstream'): Promise<Row[]> {
  return connection.read((run) => run(traced(id.startsWith('artifact-version/') ? 'ArtifactVersion' : 'Value', direction === 'upstream' ? UPSTREAM : DOWNSTREAM), { id }));
}

export function bareRunsUsing(connection: Connection, id: string, limit: number): Promise<Row[]> {
  return connection.read((run) => run(USING, { id, limit: neo4j.int(limit + 1) }));
}

/** @throws where the two do not tell the same */
export function compareTraces(rows: Row[], trace: Trace): void {
  const of = (kind: string) => rows.filter((row) => row.kind === kind) as { id: unknown; [name: string]: unknown }[];
  const ids = (items: { id: unknown }[]) => [...new Set(items.map(({ id }) => String(id)))].sort().join('\n');
  const edgesOf = (items: unknown[][]) => [...new Set(items.map((item) => JSON.stringify(item)))].sort().join('\n');
  const told = (kind: string) => edgesOf(of(kind).map(({ id, other, labels, via, fromPath, toPath }) => [id, other, (labels as string[])[0], via, fromPath, toPath]));
  const edges = (items: Trace['edges']) => edgesOf(items.map(({ from, to, type, via, fromPath = null, toPath = null }) => [from, to, type, via, fromPath, toPath]));
  same('nodes', ids(of('node')), ids(trace.nodes));
  // Bare Cypher also tells what is about other places of a value than those that the question is about.
  const known = new Set(told('edge').split('\n'));
  same('edges', edges(trace.edges).split('\n').filter((edge) => known.has(edge)).join('\n'), edges(trace.edges));
  same('nodes around', ids(of('context node')), ids(trace.context.nodes));
  same('edges around', told('context edge'), edges(trace.context.edges));
}

/** @throws where the two do not tell the same */
export function compareRuns(rows: Row[], { runs }: RunsUsing, limit: number): void {
  same('runs', rows.slice(0, limit).map(({ run }) => (run as Row).id).join('\n'), runs.map(({ id }) => id).join('\n'));
}

function same(what: string, bare: string, ours: string): void {
  if (bare === ours) return;
  const [left, right] = [new Set(bare.split('\n')), new Set(ours.split('\n'))];
  const first = [...left].find((each) => !right.has(each)) ?? [...right].find((each) => !left.has(each));
  throw new Error(`bare Cypher and the question differ in their ${what}, first in ${first}: they can't be compared`);
}
