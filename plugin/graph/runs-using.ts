// Runs in: server, CLI. Which runs used a version, failed attempts included, by itself or as a member of a collection.
import neo4j from 'neo4j-driver';
import type { RunsUsing, RunUse, UseHow, VersionSummary } from './answers.ts';
import type { Connection } from './connection.ts';
import { cursorFrom, cursorOf } from './cursor.ts';
import { asOfOrNow, type AsOf, nodeFor, runSummary, saidPast } from './rows.ts';

const DEFAULT_PAGE = 100;
const HOW: UseHow[] = ['declared', 'argument', 'carried', 'mentioned'];

/** @param options.carried also steps that were given the version and only handed it on, or in whose values a URI mentions it */
export async function runsUsing(
  connection: Connection,
  versions: VersionSummary[],
  options: { carried?: boolean; after?: string; limit?: number } & AsOf = {},
): Promise<RunsUsing> {
  const limit = options.limit ?? DEFAULT_PAGE;
  const known = (relationship: string) => (options.asOf === undefined ? 'true' : `${relationship}.recordedAt <= $asOf`);
  const [afterTime, afterId] = options.after === undefined ? ['', ''] : cursorFrom(options.after);
  const rows = await connection.read((run) =>
    run(
      `MATCH (v:ArtifactVersion) WHERE v.id IN $ids
       MATCH (v)-[names:ALTERNATE_OF*0..1]->(same:ArtifactVersion) WHERE all(r IN names WHERE ${known('r')})
       MATCH (same)<-[batches:HAD_MEMBER*0..]-(c:ArtifactVersion) WHERE all(r IN batches WHERE ${known('r')})
       WITH c, min(CASE WHEN c = same THEN 0 ELSE 1 END) AS member
       WITH c, CASE member WHEN 0 THEN null ELSE c.id END AS collection
       CALL (c) {
         MATCH (c)<-[u:USED]-(:Attempt)-[:ATTEMPT_OF]->(s:Step) WHERE ${known('u')}
         RETURN s, CASE u.evidence WHEN 'declared' THEN 0 ELSE 1 END AS how
         UNION
         MATCH (c)<-[u:CARRIED]-(:Value)-[:WAS_GENERATED_BY]->(a:Attempt)-[:ATTEMPT_OF]->(s:Step)
         WHERE $carried AND ${known('u')} AND NOT (c)-[:WAS_GENERATED_BY]->(:Attempt)-[:ATTEMPT_OF]->(s)
         RETURN s, 2 AS how
         UNION
         MATCH (c)<-[u:MENTIONED]-(n) WHERE $carried AND ${known('u')}
         MATCH (n)-[:WAS_GENERATED_BY]->(:Attempt)-[:ATTEMPT_OF]->(s:Step)
         RETURN s, 3 AS how
         UNION
         MATCH (c)<-[u:MENTIONED]-(s:Step) WHERE $carried AND ${known('u')}
         RETURN s, 3 AS how
       }
       MATCH (s)-[:PART_OF]->(r:Run)
       WITH r, s, min(how) AS how, min(collection) AS collection, min(CASE WHEN collection IS NULL THEN 0 ELSE 1 END) AS indirect
       ORDER BY s.scheduledAt, s.id
       WITH r, collect({id: s.id, type: s.activityType, how: how, collection: CASE indirect WHEN 1 THEN collection END}) AS steps,
         coalesce(r.startedAt, '') AS startedAt
       WHERE startedAt > $afterTime OR (startedAt = $afterTime AND r.id > $afterId)
       WITH r AS n, steps, startedAt ORDER BY startedAt, r.id LIMIT $limit
       RETURN ${nodeFor(options)} AS run, steps`,
      { ids: versions.map(({ id }) => id), asOf: options.asOf ?? null, carried: options.carried ?? false, afterTime, afterId, limit: neo4j.int(limit + 1) },
    ));
  const runs = rows.slice(0, limit).map(({ run, steps }) => ({ ...runSummary(asOfOrNow(run, options)), steps: (steps as StepRow[]).map(stepUse) }));
  const last = runs.at(-1);
  return { ...saidPast(options), versions, runs, next: rows.length > limit && last ? cursorOf(last.startedAt ?? '', last.id) : null };
}

interface StepRow {
  id: string;
  type: string | null;
  how: number;
  collection: string | null;
}

function stepUse({ id, type, how, collection }: StepRow): RunUse['steps'][number] {
  return { id, type, how: HOW[how]!, ...(collection !== null && { member: collection }) };
}
