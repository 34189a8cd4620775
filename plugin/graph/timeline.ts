// Runs in: server, CLI. The versions of an artifact over time, who made them and how often they were used.
import neo4j from 'neo4j-driver';
import type { PageOption, Timeline, TimelineVersion } from './answers.ts';
import type { Connection } from './connection.ts';
import { cursorFrom, cursorOf } from './cursor.ts';
import { NothingFoundError } from './errors.ts';
import { normalUri, orWasBy, VERSIONS_PAGE } from './resolve.ts';
import { type AsOf, asOfOrNow, nodeFor, runSummary, saidPast, VERSION, versionSummary } from './rows.ts';

/** @throws NothingFoundError, BadQuestionError, GraphUnavailableError */
export async function timeline(connection: Connection, given: string, { after, limit = VERSIONS_PAGE, ...way }: PageOption & AsOf = {}): Promise<Timeline> {
  const uri = normalUri(given);
  const { asOf } = way;
  const [afterTime, afterId] = after === undefined ? ['', ''] : cursorFrom(after);
  const known = asOf === undefined ? 'true' : 'r.recordedAt <= $asOf';
  const rows = await connection.read((run) => run(
    `MATCH (v:ArtifactVersion {uri: $uri}) WHERE ($asOf IS NULL OR v.recordedAt <= $asOf) AND (v.recordedAt > $afterTime OR (v.recordedAt = $afterTime AND v.id > $afterId))
     WITH v ORDER BY v.recordedAt, v.id LIMIT $limit
     CALL (v) {
       OPTIONAL MATCH (v)-[r:WAS_GENERATED_BY]->()-[:ATTEMPT_OF*0..1]->(:Step)-[:PART_OF]->(n:Run) WHERE ${known}
       WITH DISTINCT n WHERE n IS NOT NULL ORDER BY n.startedAt, n.id RETURN collect(${nodeFor(way)}) AS madeBy
     }
     CALL (v) {
       MATCH (v)-[:ALTERNATE_OF*0..1]->(:ArtifactVersion)<-[r:USED]-(:Attempt)-[:ATTEMPT_OF]->(:Step)-[:PART_OF]->(run:Run) WHERE ${known}
       WITH DISTINCT run RETURN {runs: count(run), first: min(run.startedAt), last: max(run.startedAt)} AS usedBy
     }
     RETURN ${VERSION} AS version, ${nodeFor(way, 'v')} AS node, madeBy, usedBy ORDER BY v.recordedAt, v.id`,
    { uri, asOf: asOf ?? null, afterTime, afterId, limit: neo4j.int(limit + 1) },
  ));
  if (rows.length === 0 && after === undefined) throw new NothingFoundError(`no version of '${given}' is recorded${orWasBy(way)}`);
  const versions = rows.slice(0, limit).map(({ version, node, madeBy, usedBy }): TimelineVersion => {
    const { statistics } = asOfOrNow(node, way).properties;
    return {
      ...versionSummary(version, way),
      statistics: typeof statistics === 'string' ? statistics : null,
      madeBy: (madeBy as unknown[]).map((run) => runSummary(asOfOrNow(run, way))),
      usedBy: usedBy as TimelineVersion['usedBy'],
    };
  });
  const last = versions.at(-1);
  return { uri, ...saidPast(way), versions, next: rows.length > limit && last ? cursorOf(last.recordedAt, last.id) : null };
}
