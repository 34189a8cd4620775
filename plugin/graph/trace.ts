// Runs in: server, CLI. What something is made of, or what came of it.
import type { Label } from '../model/record.ts';
import type { AnswerNode, Trace, TraceOptions } from './answers.ts';
import type { Connection, Query } from './connection.ts';
import { BadQuestionError } from './errors.ts';
import { type Direction, follow, Lineage, type LineageEdge, Reached, type Seed } from './lineage.ts';
import { answerOf } from './trace-answer.ts';
import { load, seedsOf, WALKED, type Way } from './walk.ts';

/** Reached on graphs of a size that no one reads: the answer then says so. There is no limit on hops. */
export const DEFAULT_LIMIT = 100_000;

/**
 * @returns undefined where one of the roots is not there
 * @throws BadQuestionError for roots that have no lineage (code, environments, agents), GraphUnavailableError
 */
export function trace(connection: Connection, roots: AnswerNode[], { direction = 'upstream', limit = DEFAULT_LIMIT, followed = false, asOf }: TraceOptions): Promise<Trace | undefined> {
  const way: Way = { direction, followed, asOf };
  return connection.read(async (query) => {
    const lineage = new Lineage();
    const reached = new Reached(limit);
    const go = async (seeds: Seed[]) => {
      await loadAll(query, lineage, reached, seeds, way, limit);
      follow(lineage, reached, seeds, direction);
    };
    for (const root of roots) {
      const seeds = await seedsOf(query, root, way);
      if (!seeds) throw new BadQuestionError(`'${root.id}' is a ${root.labels[0]}, which surrounds lineage but has none of its own: trace a run, a step, a value or a version`);
      for (const { id, label } of seeds) if (label === 'ArtifactVersion') reached.byName.add(id);
      await loadAll(query, lineage, reached, seeds, way, limit);
      if (seeds.some(({ id }) => id === root.id) && !lineage.nodes.has(root.id)) return undefined;
      // Of a run, what history does not confirm is left out; what is asked for by itself is shown.
      follow(lineage, reached, seeds.filter(({ id, label }) => id === root.id || label !== 'Value' || !lineage.isUnconfirmed(id)), direction);
    }
    const openEnds = () => [...(direction === 'upstream' ? upstreamEnds : downstreamEnds)(lineage, reached), ...batchEnds(lineage, reached, direction)];
    for (let ends = openEnds(); ends.length > 0 && !reached.truncated; ends = openEnds()) await go(ends);
    (direction === 'upstream' ? joinMakers : joinSteps)(lineage, reached);
    return answerOf(query, lineage, reached, roots.map(({ id }) => id), way, limit);
  });
}

/** One seed often leads to the others: first that one is gone on from, then twice as many of those that are left, and so on. */
async function loadAll(query: Query, lineage: Lineage, reached: Reached, seeds: Seed[], way: Way, limit: number): Promise<void> {
  let open = seeds;
  for (let size = 1; !reached.truncated; size *= 2) {
    open = open.filter(({ id }) => !lineage.labels.has(id));
    if (open.length === 0) return;
    const next = open.slice(0, size);
    open = open.slice(size);
    for (const label of WALKED) {
      const ids = next.filter((seed) => seed.label === label).map(({ id }) => id);
      if (ids.length > 0 && (await load(query, lineage, label, ids, way, limit))) reached.truncated = true;
    }
  }
}

/**
 * A use that arrived through a Value is followed through that Value, and its version is an end. What the version itself was
 * derived from or consists of belongs to it all the same; and if none of its makers was reached through Values (somebody
 * outside named it, or an opaque step was on the way), its name is the best that is known.
 */
function upstreamEnds(lineage: Lineage, reached: Reached): Seed[] {
  const ends = new Set<string>();
  for (const attempt of reached.idsOf('Attempt')) {
    for (const edge of lineage.earlier(attempt)) {
      if (edge.type !== 'USED' || edge.walk || !reached.addEnd({ id: edge.to, label: 'ArtifactVersion' })) continue;
      reached.edges.add(edge);
      if (!reached.byName.has(edge.to)) ends.add(edge.to);
    }
  }
  const seeds: Seed[] = [];
  for (const id of ends) {
    const parts = lineage.ties.get(id)?.parts ?? [];
    const isKnown = lineage.earlier(id).some(({ type, to }) => type === 'WAS_GENERATED_BY' && reached.labels.has(to));
    if (!isKnown) reached.byName.add(id);
    for (const next of isKnown ? parts : [id]) if (!reached.byName.has(next) || next === id) seeds.push(version(next));
    if (isKnown) for (const part of parts) reached.byName.add(part);
  }
  // A name that nobody made anything under: the same bytes may have been made under their other name.
  return [...seeds, ...alternates(lineage, reached, ({ edge, isMade }) => isMade && !lineage.made.has(edge.from))];
}

/**
 * Users that got a version through a Value are reached through the Value. Of the root every user counts; and where a version
 * has one maker alone, its users can only have got it from there, also when the way of the Value is not known.
 */
function downstreamEnds(lineage: Lineage, reached: Reached): Seed[] {
  const seeds: Seed[] = [];
  for (const id of reached.idsOf('ArtifactVersion')) {
    const { makers = [], users = [] } = lineage.ties.get(id) ?? {};
    if (makers.length > 1 && !reached.byName.has(id)) continue;
    for (const edge of users) {
      const known = lineage.earlier(edge.from).find(({ to, type, walk, via }) => to === id && type === 'USED' && !walk && via === edge.via);
      reached.edges.add(known ?? edge);
      if (!known) lineage.addEdge(edge);
      if (!reached.labels.has(edge.from)) seeds.push({ id: edge.from, label: 'Attempt' });
    }
  }
  // Who named the bytes by their digest may have meant this version; who named a version of its own did not, unless nobody made it.
  return [...seeds, ...alternates(lineage, reached, ({ edge, isMade, isUsed }) => isUsed && (edge.via === 'digest' || reached.byName.has(edge.from) || !isMade))];
}

/** Versions of the same bytes at the same URI that are to be gone on from, one step away and never from one to the next. */
function alternates(lineage: Lineage, reached: Reached, isMeant: (other: { edge: LineageEdge; isMade: boolean; isUsed: boolean }) => boolean): Seed[] {
  const seeds: Seed[] = [];
  for (const id of reached.idsOf('ArtifactVersion').filter((each) => !reached.alternates.has(each))) {
    for (const other of lineage.ties.get(id)?.others ?? []) {
      if (reached.labels.has(other.edge.to) || !isMeant(other)) continue;
      reached.alternates.add(other.edge.to);
      reached.byName.add(other.edge.to);
      reached.edges.add(other.edge);
      seeds.push(version(other.edge.to));
    }
  }
  return seeds;
}

/** From a prediction to the batch that it is in, and from a batch to those of its predictions that were used. */
function batchEnds(lineage: Lineage, reached: Reached, direction: Direction): Seed[] {
  const seeds: Seed[] = [];
  for (const id of reached.idsOf('ArtifactVersion')) {
    for (const edge of lineage.ties.get(id)?.batches ?? []) {
      const next = direction === 'upstream' ? edge.from : edge.to;
      if (reached.labels.has(next)) continue;
      reached.byName.add(next);
      reached.edges.add(edge);
      seeds.push(version(next));
    }
  }
  return seeds;
}

/** A version that is an end was made by the one maker of it that its Value led to: both are in the answer, so is the edge. */
function joinMakers(lineage: Lineage, reached: Reached): void {
  for (const id of reached.idsOf('ArtifactVersion')) {
    if (reached.byName.has(id)) continue;
    for (const edge of lineage.earlier(id)) if (edge.type === 'WAS_GENERATED_BY' && reached.labels.get(edge.to) === 'Attempt') reached.edges.add(edge);
  }
}

/** What used a version by its name is an attempt. What it did, and in which run, is said by its step, which no walk down leads to. */
function joinSteps(lineage: Lineage, reached: Reached): void {
  const walked = new Set(reached.idsOf('Step'));
  for (const attempt of reached.idsOf('Attempt')) {
    for (const edge of lineage.earlier(attempt)) {
      if (edge.type === 'ATTEMPT_OF' && !walked.has(edge.to) && reached.addEnd({ id: edge.to, label: 'Step' })) reached.edges.add(edge);
    }
  }
}

const version = (id: string): Seed => ({ id, label: 'ArtifactVersion' satisfies Label });
