// Runs in: server, CLI. What something is made of, or what came of it.
import neo4j from 'neo4j-driver';
import type { Label } from '../model/record.ts';
import type { AnswerNode, Trace, TraceOptions } from './answers.ts';
import { batchEnds } from './batches.ts';
import type { Connection, Query, Row } from './connection.ts';
import { BadQuestionError } from './errors.ts';
import { type Direction, follow, Lineage, Reached, type Seed } from './lineage.ts';
import { EDGE, edgeOf } from './rows.ts';
import { answerOf } from './trace-answer.ts';

/** Reached on graphs of a size that no one reads: the answer then says so. There is no limit on hops. */
export const DEFAULT_LIMIT = 100_000;

// An attempt takes its arguments from its step, so ATTEMPT_OF is a way up from it; PART_OF, RAN_IN and the like never are:
// two steps of one run, or of one commit, are not thereby related.
const WAY = 'WAS_GENERATED_BY|USED|WAS_DERIVED_FROM|ATTEMPT_OF|HAD_MEMBER|CARRIED';
const WALKED: Label[] = ['Step', 'Attempt', 'Value', 'ArtifactVersion'];

/** @throws BadQuestionError for roots that have no lineage (code, environments, agents), GraphUnavailableError */
export function trace(connection: Connection, roots: AnswerNode[], { direction = 'upstream', limit = DEFAULT_LIMIT, followed = false }: TraceOptions): Promise<Trace> {
  const way = followed ? `${WAY}|FOLLOWED` : WAY;
  return connection.read(async (query) => {
    const lineage = new Lineage();
    const reached = new Reached(limit);
    const go = async (seeds: Seed[]) => {
      await load(query, lineage, reached, seeds, direction, limit, way);
      follow(lineage, reached, seeds, direction);
    };
    for (const root of roots) {
      const seeds = await seedsOf(query, root, direction);
      for (const { id, label } of seeds) if (label === 'ArtifactVersion') reached.byName.add(id);
      await go(seeds);
    }
    const openEnds = async () => [
      ...(await (direction === 'upstream' ? upstreamEnds : downstreamEnds)(query, lineage, reached)), ...(await batchEnds(query, reached, direction)),
    ];
    for (let ends = await openEnds(); ends.length > 0 && !reached.truncated; ) {
      await go(ends);
      ends = await openEnds();
    }
    await (direction === 'upstream' ? joinMakers : joinSteps)(query, reached);
    return answerOf(query, reached, roots.map(({ id }) => id), direction, limit, followed);
  });
}

/** Where the walk starts for a root. */
async function seedsOf(query: Query, root: AnswerNode, direction: Direction): Promise<Seed[]> {
  const label = root.labels[0] as Label;
  const own = { id: root.id, label };
  const more = async (pattern: string) =>
    (await query(`MATCH (root:${label} {id: $id}) ${pattern} RETURN DISTINCT n.id AS id, labels(n) AS labels`, { id: root.id })).map(seedOf);
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
      throw new BadQuestionError(`'${root.id}' is a ${label}, which surrounds lineage but has none of its own: trace a run, a step, a value or a version`);
  }
}

/**
 * Brings in everything along the way from the seeds, not looking at places yet: a pruning breadth-first search.
 * Paths are never collected.
 */
async function load(query: Query, lineage: Lineage, reached: Reached, seeds: Seed[], direction: Direction, limit: number, way: string): Promise<void> {
  const [left, right] = direction === 'upstream' ? ['-', '->'] : ['<-', '-'];
  const found: Seed[] = [];
  for (const label of WALKED) {
    const ids = seeds.filter((seed) => seed.label === label && !lineage.labels.has(seed.id)).map(({ id }) => id);
    if (ids.length === 0) continue;
    const rows = await query(
      `UNWIND $ids AS id MATCH (root:${label} {id: id})
       MATCH (root)${left}[way:${way}*0..]${right}(n) WHERE all(r IN way WHERE r.walk)
       RETURN DISTINCT n.id AS id, labels(n) AS labels LIMIT $most`,
      { ids, most: neo4j.int(limit + 1) },
    );
    if (rows.length > limit) reached.truncated = true;
    for (const seed of rows.map(seedOf)) {
      if (lineage.labels.has(seed.id)) continue;
      lineage.labels.set(seed.id, seed.label);
      found.push(seed);
    }
  }
  for (const label of WALKED) {
    const ids = found.filter((each) => each.label === label).map(({ id }) => id);
    if (ids.length === 0) continue;
    const edges = await query(`UNWIND $ids AS id MATCH (n:${label} {id: id})-[r:${way}]->(m) WHERE r.walk OR NOT r:HAD_MEMBER RETURN ${EDGE} AS edge, r.walk AS walk`, { ids });
    for (const { edge, walk } of edges) lineage.addEdge({ ...edgeOf(edge), walk: walk === true });
  }
}

/**
 * A use that arrived through a Value is followed through that Value, and its version is an end. What the version itself was
 * derived from or consists of belongs to it all the same; and if none of its makers was reached through Values (somebody
 * outside named it, or an opaque step was on the way), its name is the best that is known.
 */
async function upstreamEnds(query: Query, lineage: Lineage, reached: Reached): Promise<Seed[]> {
  const ends = new Set<string>();
  for (const attempt of reached.idsOf('Attempt')) {
    for (const edge of lineage.earlier(attempt)) {
      if (edge.type !== 'USED' || edge.walk || !reached.addEnd({ id: edge.to, label: 'ArtifactVersion' })) continue;
      reached.edges.add(edge);
      if (!reached.byName.has(edge.to)) ends.add(edge.to);
    }
  }
  const rows = await query(
    `UNWIND $ends AS id MATCH (v:ArtifactVersion {id: id})
     RETURN id, [(v)-[:WAS_GENERATED_BY]->(g) | g.id] AS makers, [(v)-[r:WAS_DERIVED_FROM|HAD_MEMBER]->(part) WHERE r.walk | part.id] AS parts`,
    { ends: [...ends] },
  );
  const seeds: Seed[] = [];
  for (const { id, makers, parts } of rows as { id: string; makers: string[]; parts: string[] }[]) {
    const isKnown = makers.some((maker) => reached.labels.has(maker));
    if (!isKnown) reached.byName.add(id);
    for (const next of isKnown ? parts : [id]) if (!reached.byName.has(next) || next === id) seeds.push({ id: next, label: 'ArtifactVersion' });
    if (isKnown) for (const part of parts) reached.byName.add(part);
  }
  // A name that nobody made anything under: the same bytes may have been made under their other name.
  return [...seeds, ...(await alternates(query, reached, 'NOT (n)-[:WAS_GENERATED_BY]->() AND (m)-[:WAS_GENERATED_BY]->()'))];
}

/** Versions of the same bytes at the same URI that are to be gone on from, one step away and never from one to the next. */
async function alternates(query: Query, reached: Reached, where: string): Promise<Seed[]> {
  const ids = reached.idsOf('ArtifactVersion').filter((id) => !reached.alternates.has(id));
  const rows = await query(
    `UNWIND $ids AS id MATCH (n:ArtifactVersion {id: id})-[r:ALTERNATE_OF]->(m:ArtifactVersion) WHERE ${where} RETURN ${EDGE} AS edge`,
    { ids, named: [...reached.byName] },
  );
  const seeds: Seed[] = [];
  for (const edge of rows.map((row) => edgeOf(row.edge)).filter(({ to }) => !reached.labels.has(to))) {
    reached.alternates.add(edge.to);
    reached.byName.add(edge.to);
    reached.edges.add({ ...edge, walk: false });
    seeds.push({ id: edge.to, label: 'ArtifactVersion' });
  }
  return seeds;
}

/** A version that is an end was made by the one maker of it that its Value led to: both are in the answer, so is the edge. */
async function joinMakers(query: Query, reached: Reached): Promise<void> {
  const ends = reached.idsOf('ArtifactVersion').filter((id) => !reached.byName.has(id));
  const rows = await query(
    `UNWIND $ends AS id MATCH (n:ArtifactVersion {id: id})-[r:WAS_GENERATED_BY]->(m:Attempt) RETURN ${EDGE} AS edge`,
    { ends },
  );
  for (const edge of rows.map((row) => edgeOf(row.edge))) if (reached.labels.has(edge.to)) reached.edges.add({ ...edge, walk: true });
}

/** What used a version by its name is an attempt. What it did, and in which run, is said by its step, which no walk down leads to. */
async function joinSteps(query: Query, reached: Reached): Promise<void> {
  const rows = await query(
    `UNWIND $attempts AS id MATCH (n:Attempt {id: id})-[r:ATTEMPT_OF]->(m:Step) RETURN ${EDGE} AS edge`,
    { attempts: reached.idsOf('Attempt') },
  );
  const walked = new Set(reached.idsOf('Step'));
  for (const edge of rows.map((row) => edgeOf(row.edge))) {
    if (!walked.has(edge.to) && reached.addEnd({ id: edge.to, label: 'Step' })) reached.edges.add({ ...edge, walk: true });
  }
}

/**
 * Users that got a version through a Value are reached through the Value. Of the root every user counts; and where a version
 * has one maker alone, its users can only have got it from there, also when the way of the Value is not known.
 */
async function downstreamEnds(query: Query, lineage: Lineage, reached: Reached): Promise<Seed[]> {
  const rows = await query(
    `UNWIND $versions AS id MATCH (v:ArtifactVersion {id: id})
     WHERE id IN $roots OR COUNT { MATCH (v)-[:WAS_GENERATED_BY]->(:Attempt)-[:ATTEMPT_OF]->(s) RETURN DISTINCT s } <= 1
     MATCH (n:Attempt)-[r:USED]->(v) WHERE NOT r.walk
     WITH n, r, v AS m RETURN ${EDGE} AS edge`,
    { versions: reached.idsOf('ArtifactVersion'), roots: [...reached.byName] },
  );
  const seeds: Seed[] = [];
  for (const edge of rows.map((row) => edgeOf(row.edge))) {
    const known = lineage.earlier(edge.from).find(({ to, type, walk }) => to === edge.to && type === 'USED' && !walk);
    reached.edges.add(known ?? { ...edge, walk: false });
    if (!known) lineage.addEdge({ ...edge, walk: false });
    if (!reached.labels.has(edge.from)) seeds.push({ id: edge.from, label: 'Attempt' });
  }
  // Who named the bytes by their digest may have meant this version; who named a version of its own did not, unless nobody made it.
  const meant = "(r.via = 'digest' OR id IN $named OR NOT (m)-[:WAS_GENERATED_BY]->())";
  return [...seeds, ...(await alternates(query, reached, `${meant} AND (m)<-[:USED|HAD_MEMBER]-()`))];
}

function seedOf(row: Row): Seed {
  const labels = row.labels as string[];
  return { id: row.id as string, label: WALKED.find((label) => labels.includes(label))! };
}
