// Runs in: server, CLI. Which runs used a version, failed attempts included, by itself or as a member of a collection.
import neo4j from 'neo4j-driver';
import type { RunsUsing, Seal, RunUse, UseHow, VersionSummary } from './answers.ts';
import type { Connection } from './connection.ts';
import { BadQuestionError } from './errors.ts';

const DEFAULT_PAGE = 100;
const HOW: UseHow[] = ['declared', 'argument', 'carried', 'mentioned'];

/** @param options.carried also steps that were given the version and only handed it on, or in whose values a URI mentions it */
export async function runsUsing(
  connection: Connection,
  versions: VersionSummary[],
  options: { carried?: boolean; after?: string; limit?: number } = {},
): Promise<RunsUsing> {
  const limit = options.limit ?? DEFAULT_PAGE;
  const [afterTime, afterId] = options.after === undefined ? ['', ''] : cursorFrom(options.after);
  const rows = await connection.read((run) =>
    run(
      `MATCH (v:ArtifactVersion) WHERE v.id IN $ids
       MATCH (v)-[:ALTERNATE_OF*0..1]->(same:ArtifactVersion)
       MATCH (same)<-[:HAD_MEMBER*0..]-(c:ArtifactVersion)
       WITH c, min(CASE WHEN c = same THEN 0 ELSE 1 END) AS member
       WITH c, CASE member WHEN 0 THEN null ELSE c.id END AS collection
       CALL (c) {
         MATCH (c)<-[u:USED]-(:Attempt)-[:ATTEMPT_OF]->(s:Step)
         RETURN s, CASE u.evidence WHEN 'declared' THEN 0 ELSE 1 END AS how
         UNION
         MATCH (c)<-[:CARRIED]-(:Value)-[:WAS_GENERATED_BY]->(a:Attempt)-[:ATTEMPT_OF]->(s:Step)
         WHERE $carried AND NOT (c)-[:WAS_GENERATED_BY]->(:Attempt)-[:ATTEMPT_OF]->(s)
         RETURN s, 2 AS how
         UNION
         MATCH (c)<-[:MENTIONED]-(n) WHERE $carried
         MATCH (n)-[:WAS_GENERATED_BY]->(:Attempt)-[:ATTEMPT_OF]->(s:Step)
         RETURN s, 3 AS how
         UNION
         MATCH (c)<-[:MENTIONED]-(s:Step) WHERE $carried
         RETURN s, 3 AS how
       }
       MATCH (s)-[:PART_OF]->(r:Run)
       WITH r, s, min(how) AS how, min(collection) AS collection, min(CASE WHEN collection IS NULL THEN 0 ELSE 1 END) AS indirect
       ORDER BY s.scheduledAt, s.id
       WITH r, collect({id: s.id, type: s.activityType, how: how, collection: CASE indirect WHEN 1 THEN collection END}) AS steps,
         coalesce(r.startedAt, '') AS startedAt
       WHERE startedAt > $afterTime OR (startedAt = $afterTime AND r.id > $afterId)
       RETURN properties(r) AS run, steps, startedAt ORDER BY startedAt, r.id LIMIT $limit`,
      { ids: versions.map(({ id }) => id), carried: options.carried ?? false, afterTime, afterId, limit: neo4j.int(limit + 1) },
    ));
  const runs = rows.slice(0, limit).map(({ run, steps }) => runUse(run as Properties, steps as StepRow[]));
  const last = runs.at(-1);
  return { versions, runs, next: rows.length > limit && last ? cursorOf(last) : null };
}

type Properties = { [name: string]: string | undefined };
interface StepRow {
  id: string;
  type: string | null;
  how: number;
  collection: string | null;
}

function runUse(run: Properties, steps: StepRow[]): RunUse {
  return {
    id: run.id!,
    workflowId: run.workflowId ?? '',
    runId: run.runId ?? '',
    workflowType: run.workflowType ?? null,
    status: run.status ?? 'unknown',
    startedAt: run.startedAt ?? null,
    seal: (run.seal as Seal | undefined) ?? 'unsealed',
    steps: steps.map(({ id, type, how, collection }) => ({ id, type, how: HOW[how]!, ...(collection !== null && { member: collection }) })),
  };
}

function cursorOf({ startedAt, id }: RunUse): string {
  return Buffer.from(JSON.stringify([startedAt ?? '', id])).toString('base64url');
}

function cursorFrom(text: string): [string, string] {
  try {
    const [time, id] = JSON.parse(Buffer.from(text, 'base64url').toString()) as unknown[];
    if (typeof time === 'string' && typeof id === 'string') return [time, id];
  } catch {
    // Said below.
  }
  throw new BadQuestionError("'after' must be what an earlier answer gave as 'next'");
}
