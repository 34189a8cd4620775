// Runs in: server, CLI. Loads a part of the lineage by one statement: all along the way from some roots, and what surrounds it.
import neo4j from 'neo4j-driver';
import { type Label, LABELS } from '../model/record.ts';
import type { AnswerEdge, AnswerNode, Evidence } from './answers.ts';
import type { Query } from './connection.ts';
import type { Direction, Lineage, LineageEdge, Seed, VersionTies } from './lineage.ts';
import { asOfOrNow, type AsOf, facts } from './rows.ts';

// An attempt takes its arguments from its step, so ATTEMPT_OF is a way up from it; PART_OF, RAN_IN and the like never are:
// two steps of one run, or of one commit, are not thereby related.
const WAY = 'WAS_GENERATED_BY|USED|WAS_DERIVED_FROM|ATTEMPT_OF|HAD_MEMBER|CARRIED';
/** What a trace goes through. */
export const WALKED: readonly Label[] = ['Step', 'Attempt', 'Value', 'ArtifactVersion'];
// That a Value holds a reference is no lineage where it is known how the reference came into it.
const SURROUNDING = 'PART_OF|RAN_IN|RAN_CODE|WAS_ASSOCIATED_WITH|VERSION_OF|HAS_CONTENT|WAS_ATTRIBUTED_TO|WAS_INVALIDATED_BY|WAS_INFLUENCED_BY|MENTIONED';
const OF_RUNS = 'STARTED_BY|CONTINUED_FROM|RAN_CODE|WAS_ASSOCIATED_WITH';
const IS_SURROUNDING = new Set(`${SURROUNDING}|${OF_RUNS}`.split('|'));

// Lists, as the driver reads them much faster than maps, and Neo4j's own numbers for nodes, which are short and hold for this transaction.
const EDGE = 'r.evidence, r.via, r.fromPath, r.toPath, r.scattered';
const edges = (types: string, ...conditions: string[]) => `[(n)-[r:${types}]->(m)${where(...conditions)} | [type(r), id(m), r.walk, ${EDGE}]]`;

type Told = [evidence: Evidence | null, via: string | null, fromPath: string | null, toPath: string | null, scattered: boolean | null];
type EdgeRow = [type: string, key: number, walk: boolean, ...Told];
type NamedRow = [id: string, ...Told];
type TiesRow = [makers: string[], others: [...NamedRow, isMade: boolean, isUsed: boolean][], batches: NamedRow[], more: string[] | NamedRow[]];
type StepRow = [tries: number, hasFollowed: boolean];

interface WalkRow {
  part: 'walked' | 'end' | 'around' | 'run';
  key: number;
  labels: string[];
  properties: AnswerNode['properties'];
  edges: EdgeRow[] | null;
  ties: TiesRow | StepRow | null;
}

/** Which way a walk goes, along what, and whether only along what was known at a time. */
export interface Way extends AsOf {
  direction: Direction;
  /** Also along mere order. */
  followed: boolean;
}

/** A condition on a relationship that it was written down by then; none where nobody asks. */
const knownBy = (way: AsOf) => (relationship = 'r'): string => (way.asOf === undefined ? '' : `${relationship}.recordedAt <= $asOf`);

function where(...conditions: string[]): string {
  const given = conditions.filter((each) => each !== '');
  return given.length === 0 ? '' : ` WHERE ${given.join(' AND ')}`;
}

/** What is known of versions beside the way: who else made or used them, under which other names, in which batches. */
function tiesOf(way: Way): string {
  const known = knownBy(way);
  const others = way.direction === 'upstream'
    ? `[(m:ArtifactVersion)-[r:HAD_MEMBER]->(n)${where("r.via = 'batch'", known())} | [m.id, ${EDGE}]],
       [(n)-[r:WAS_DERIVED_FROM|HAD_MEMBER]->(m)${where('r.walk', known())} | m.id]`
    // A batch may have many thousands of predictions: down, only those are gone to that somebody used.
    : `[(n)-[r:HAD_MEMBER]->(m:ArtifactVersion)${where("r.via = 'batch'", known(), `EXISTS { (m)<-[u:USED|CARRIED]-()${where(known('u'))} }`)} | [m.id, ${EDGE}]],
       [(m:Attempt)-[r:USED]->(n)${where('NOT r.walk', known())} | [m.id, ${EDGE}]]`;
  return `[
  COLLECT { MATCH (n)-[r:WAS_GENERATED_BY]->(:Attempt)-[:ATTEMPT_OF]->(s:Step)${where(known())} RETURN DISTINCT s.id },
  [(n)-[r:ALTERNATE_OF]->(m:ArtifactVersion)${where(known())} | [m.id, ${EDGE}, EXISTS { (m)-[g:WAS_GENERATED_BY]->()${where(known('g'))} }, EXISTS { (m)<-[u:USED|HAD_MEMBER]-()${where(known('u'))} }]],
  ${others}
]`;
}

/** A pruning breadth-first search, which does not look at places yet; paths are never collected. */
function statement(label: Label, way: Way): string {
  const known = knownBy(way);
  const types = way.followed ? `${WAY}|FOLLOWED` : WAY;
  const [left, right] = way.direction === 'upstream' ? ['-', '->'] : ['<-', '-'];
  // Up, versions that are ends; down, the steps whose attempts used a version: they say what the attempt did, and in which run.
  const end = way.direction === 'upstream' ? `(n:Attempt)-[r:USED]->(end:ArtifactVersion)${where('NOT r.walk', known())}` : `(n:Attempt)-[r:ATTEMPT_OF]->(end:Step)${where(known())}`;
  return `
    UNWIND $ids AS id MATCH (root:${label} {id: id})
    MATCH (root)${left}[way:${types}*0..]${right}(n) WHERE all(r IN way${where('r.walk', known())})
    WITH DISTINCT n WHERE NOT id(n) IN $known
    WITH n LIMIT $most
    WITH collect(n) AS walked
    CALL (walked) { UNWIND walked AS n MATCH ${end} RETURN collect(DISTINCT end) AS ends }
    CALL (walked, ends) {
      UNWIND walked + ends AS n MATCH (n)-[r:PART_OF|WAS_ATTRIBUTED_TO]->(run:Run)${where(known())} WITH DISTINCT run
      MATCH (run)-[before:STARTED_BY|CONTINUED_FROM*0..]->(starter:Run)${way.asOf === undefined ? '' : ` WHERE all(r IN before${where(known())})`} RETURN collect(DISTINCT starter) AS runs
    }
    CALL (walked, ends, runs) {
      UNWIND walked AS n RETURN 'walked' AS part, n
      UNION ALL UNWIND ends AS n RETURN 'end' AS part, n
      UNION ALL UNWIND runs AS n RETURN 'run' AS part, n
      UNION ALL UNWIND walked + ends AS l MATCH (l)-[r:${SURROUNDING}]->(n)${where(known())} WITH DISTINCT n WHERE NOT n:Run RETURN 'around' AS part, n
      UNION ALL UNWIND runs AS run MATCH (run)-[r:${OF_RUNS}]->(n)${where(known())} WITH DISTINCT n WHERE NOT n:Run RETURN 'around' AS part, n
    }
    RETURN part, id(n) AS key, labels(n) AS labels, n {.*, ${facts(way)}searchText: null} AS properties,
      CASE part WHEN 'around' THEN null WHEN 'run' THEN ${edges(OF_RUNS, known())}
        ELSE ${edges(`${types}|${SURROUNDING}`, '(r.walk OR NOT r:HAD_MEMBER)', known())} END AS edges,
      CASE WHEN part = 'around' OR part = 'run' THEN null
        WHEN n:ArtifactVersion THEN ${tiesOf(way)}
        WHEN n:Step OR n:Value THEN [COUNT { (n)<-[r:ATTEMPT_OF]-()${where(known())} }, EXISTS { (n)-[r:FOLLOWED]->()${where(known())} }] END AS ties`;
}

/** @returns whether there is more than `limit` along the way */
export async function load(query: Query, lineage: Lineage, label: Label, ids: string[], way: Way, limit: number): Promise<boolean> {
  const { direction, asOf } = way;
  const rows = (await query(statement(label, way), { ids, known: lineage.walkedKeys(), most: neo4j.int(limit + 1), asOf: asOf ?? null })) as unknown as WalkRow[];
  const news: { node: AnswerNode; row: WalkRow }[] = [];
  let walked = 0;
  for (const row of rows) {
    const node = lineage.nodes.get(row.properties.id as string) ?? asOfOrNow(row, way);
    const main = node.labels[0] as Label;
    lineage.addNode(row.key, node);
    if (row.part === 'walked') {
      walked++;
      if (WALKED.includes(main)) lineage.labels.set(node.id, main);
    }
    if (row.edges && (row.part === 'run') === (main === 'Run') && lineage.isNew(node.id)) news.push({ node, row });
  }
  for (const { node: { id, labels }, row } of news) {
    for (const edge of row.edges!) addEdge(lineage, id, edge);
    if (row.ties && labels[0] === 'ArtifactVersion') lineage.ties.set(id, tiesFrom(id, row.ties as TiesRow, direction));
    else if (row.ties) {
      const [tries, hasFollowed] = row.ties as StepRow;
      if (tries > 0) lineage.tries.set(id, tries);
      if (hasFollowed) lineage.following.add(id);
    }
  }
  return walked > limit;
}

function addEdge(lineage: Lineage, from: string, [type, key, walk, ...told]: EdgeRow): void {
  if (type === 'WAS_GENERATED_BY') lineage.made.add(from);
  if (walk && type !== 'CARRIED') lineage.leading.add(from);
  lineage.whenKnown(key, (to) => {
    if (IS_SURROUNDING.has(type)) lineage.addSurrounding(edgeOf(from, to, type, told));
    else lineage.addEdge({ ...edgeOf(from, to, type, told), walk: walk === true });
  });
}

function edgeOf(from: string, to: string, type: string, [evidence, via, fromPath, toPath, scattered]: Told): AnswerEdge {
  const edge: AnswerEdge = { from, to, type, evidence, via };
  if (fromPath !== null) edge.fromPath = fromPath;
  if (toPath !== null) edge.toPath = toPath;
  if (scattered === true) edge.scattered = true;
  return edge;
}

function tiesFrom(id: string, [makers, others, batches, more]: TiesRow, direction: Direction): VersionTies {
  const named = (from: string, to: string, type: string, told: Told): LineageEdge => ({ ...edgeOf(from, to, type, told), walk: false });
  return {
    makers,
    others: others.map(([other, evidence, via, fromPath, toPath, scattered, isMade, isUsed]) =>
      ({ edge: named(id, other, 'ALTERNATE_OF', [evidence, via, fromPath, toPath, scattered]), isMade, isUsed })),
    batches: batches.map(([other, ...told]) => (direction === 'upstream' ? named(other, id, 'HAD_MEMBER', told) : named(id, other, 'HAD_MEMBER', told))),
    parts: direction === 'upstream' ? (more as string[]) : [],
    users: direction === 'upstream' ? [] : (more as NamedRow[]).map(([user, ...told]) => named(user, id, 'USED', told)),
  };
}

/** Where the walk starts for a root. The most likely to lead to all the others come first. */
export async function seedsOf(query: Query, { id, labels }: AnswerNode, { direction, asOf }: Way): Promise<Seed[] | undefined> {
  const label = labels[0] as Label;
  const own = { id, label };
  const more = async (pattern: string) =>
    (await query(
      `MATCH (root:${label} {id: $id}) ${pattern}${asOf === undefined ? '' : ' WITH n WHERE n.recordedAt <= $asOf'} WITH DISTINCT n
       RETURN n.id AS id, labels(n) AS labels ORDER BY n.recordedAt ${direction === 'upstream' ? 'DESC' : ''}, id`,
      { id, asOf: asOf ?? null },
    )).map((row): Seed => ({ id: row.id as string, label: LABELS.find((each) => (row.labels as string[]).includes(each))! }));
  switch (label) {
    case 'ArtifactVersion':
    case 'Attempt':
    case 'Value':
      return [own];
    case 'Content':
      return more('MATCH (root)<-[:HAS_CONTENT]-(n:ArtifactVersion)');
    case 'Step':
      return direction === 'upstream' ? [own, ...(await more('MATCH (root)<-[:ATTEMPT_OF]-(n:Attempt)'))] : [own];
    case 'Run':
      return more('MATCH (root)<-[:PART_OF]-(m) MATCH (m)<-[:ATTEMPT_OF*0..1]-(n) WHERE n:Step OR n:Attempt OR n:Value');
    default:
      return undefined;
  }
}
