// Runs in: server, CLI. What something is made of, or what came of it: the walk over Steps, Attempts, Values and versions.
import type { Label } from '../model/record.ts';
import type { AnswerNode, Trace } from './answers.ts';
import type { Connection, Row } from './connection.ts';
import { BadQuestionError } from './errors.ts';
import { answerOf } from './trace-answer.ts';

type Query = (query: string, parameters?: Row) => Promise<Row[]>;
export type Direction = 'upstream' | 'downstream';

/** Reached on graphs of a size that no one reads: the answer then says so. There is no limit on hops. */
export const DEFAULT_LIMIT = 100_000;

// An attempt takes its arguments from its step, so ATTEMPT_OF is a way up from it; PART_OF, RAN_IN and the like never are:
// two steps of one run, or of one commit, are not thereby related.
const WAY = 'WAS_GENERATED_BY|USED|WAS_DERIVED_FROM|ATTEMPT_OF|HAD_MEMBER|CARRIED';

/** What a walk has reached. */
export class Reached {
  readonly labels = new Map<string, Label>();
  /** From here the walk went on. What is reached but not in here was left as an end, since a more exact way exists. */
  readonly walked = new Set<string>();
  truncated = false;
  readonly #limit: number;
  constructor(limit: number) {
    this.#limit = limit;
  }
  add(id: string, label: Label): void {
    if (!this.labels.has(id) && this.labels.size >= this.#limit) this.truncated = true;
    else this.labels.set(id, label);
  }
  idsOf(label: Label): string[] {
    return [...this.labels].flatMap(([id, of]) => (of === label ? [id] : []));
  }
}

/** @throws BadQuestionError for roots that have no lineage (code, environments, agents), GraphUnavailableError */
export function trace(connection: Connection, roots: AnswerNode[], direction: Direction, limit: number = DEFAULT_LIMIT): Promise<Trace> {
  return connection.read(async (query) => {
    const reached = new Reached(limit);
    for (const root of roots) await walk(query, reached, await seedsOf(query, root, direction), direction);
    const rootIds = roots.map(({ id }) => id);
    for (let ends = await openEnds(query, reached, rootIds, direction); ends.length > 0 && !reached.truncated; ) {
      await walk(query, reached, ends, direction);
      ends = await openEnds(query, reached, rootIds, direction);
    }
    return answerOf(query, reached, rootIds, direction, limit);
  });
}

interface Seed {
  id: string;
  label: Label;
}

/** Where the walk starts for a root. */
async function seedsOf(query: Query, root: AnswerNode, direction: Direction): Promise<Seed[]> {
  const label = root.labels[0] as Label;
  const own = { id: root.id, label };
  const more = async (pattern: string) =>
    (await query(`MATCH (root:${label} {id: $id}) ${pattern} RETURN DISTINCT n.id AS id, labels(n) AS labels`, { id: root.id })).map(seedOf);
  switch (label) {
    case 'ArtifactVersion':
      // Of the version itself, every user counts, also one that it reached through a Value.
      return direction === 'upstream' ? [own] : [own, ...(await more('MATCH (root)<-[:USED]-(n:Attempt)'))];
    case 'Content':
      return more('MATCH (root)<-[:HAS_CONTENT]-(n:ArtifactVersion)');
    case 'Step':
      return direction === 'upstream' ? [own, ...(await more('MATCH (root)<-[:ATTEMPT_OF]-(n:Attempt)'))] : [own];
    case 'Run':
      return more('MATCH (root)<-[:PART_OF]-(m) MATCH (m)<-[:ATTEMPT_OF*0..1]-(n) WHERE n:Step OR n:Attempt OR n:Value');
    case 'Attempt':
    case 'Value':
      return [own];
    default:
      throw new BadQuestionError(`'${root.id}' is a ${label}, which surrounds lineage but has none of its own: trace a run, a step, a value or a version`);
  }
}

/** Everything along the way from the seeds. One pruning breadth-first search a seed; paths are never collected. */
async function walk(query: Query, reached: Reached, seeds: Seed[], direction: Direction): Promise<void> {
  const [left, right] = direction === 'upstream' ? ['-', '->'] : ['<-', '-'];
  for (const seed of seeds) {
    if (reached.walked.has(seed.id)) continue;
    const rows = await query(
      `MATCH (root:${seed.label} {id: $id})
       MATCH (root)${left}[way:${WAY}*0..]${right}(n) WHERE all(r IN way WHERE r.walk)
       RETURN DISTINCT n.id AS id, labels(n) AS labels`,
      { id: seed.id },
    );
    for (const row of rows) {
      const { id, label } = seedOf(row);
      reached.add(id, label);
      reached.walked.add(id);
    }
    if (reached.truncated) return;
  }
}

/**
 * Where the walk has to go on although no walked edge leads there.
 *
 * Up: a use that arrived through a Value is followed through that Value. Its version is an end, but what the version itself
 * was derived from or consists of belongs to it; and if none of its makers was reached through Values (an opaque step
 * was on the way), the version's name is the best that is known.
 *
 * Down: users that got a version through a Value are reached through the Value. Where the version has one maker alone, they
 * can only have got it from there, also when the way of the Value is not known.
 */
async function openEnds(query: Query, reached: Reached, roots: string[], direction: Direction): Promise<Seed[]> {
  const seeds: Seed[] = [];
  if (direction === 'upstream') {
    const rows = await query(
      `MATCH (a:Attempt)-[r:USED]->(v:ArtifactVersion) WHERE a.id IN $attempts AND NOT r.walk
       WITH DISTINCT v RETURN v.id AS id, [(v)-[:WAS_GENERATED_BY]->(g) | g.id] AS makers,
         [(v)-[:WAS_DERIVED_FROM|HAD_MEMBER]->(part) | part.id] AS parts`,
      { attempts: reached.idsOf('Attempt') },
    );
    for (const { id, makers, parts } of rows as { id: string; makers: string[]; parts: string[] }[]) {
      reached.add(id, 'ArtifactVersion');
      const known = makers.length === 0 || makers.some((maker) => reached.labels.has(maker));
      for (const next of known ? parts : [id]) seeds.push({ id: next, label: 'ArtifactVersion' });
    }
  } else {
    const rows = await query(
      `MATCH (v:ArtifactVersion) WHERE v.id IN $versions AND NOT v.id IN $roots
         AND COUNT { MATCH (v)-[:WAS_GENERATED_BY]->(:Attempt)-[:ATTEMPT_OF]->(s) RETURN DISTINCT s } <= 1
       MATCH (a:Attempt)-[r:USED]->(v) WHERE NOT r.walk RETURN DISTINCT a.id AS id, labels(a) AS labels`,
      { versions: reached.idsOf('ArtifactVersion'), roots },
    );
    seeds.push(...rows.map(seedOf));
  }
  return seeds.filter(({ id }) => !reached.walked.has(id));
}

const WALKED_LABELS: Label[] = ['Step', 'Attempt', 'Value', 'ArtifactVersion'];

function seedOf(row: Row): Seed {
  const labels = row.labels as string[];
  return { id: row.id as string, label: WALKED_LABELS.find((label) => labels.includes(label))! };
}
