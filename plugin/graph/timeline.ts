// Runs in: server, CLI. The versions of an artifact over time, who made them and how often they were used.
import { artifactUri } from '../model/artifact-name.ts';
import { BadUriError } from '../model/uri.ts';
import type { Timeline, TimelineVersion } from './answers.ts';
import type { Connection } from './connection.ts';
import { BadQuestionError, NothingFoundError } from './errors.ts';
import { orWasBy } from './resolve.ts';
import { type AsOf, asOfOrNow, nodeFor, runSummary, saidPast, VERSION, versionSummary } from './rows.ts';

/** @throws NothingFoundError, BadQuestionError, GraphUnavailableError */
export async function timeline(connection: Connection, given: string, { asOf }: AsOf = {}): Promise<Timeline> {
  const uri = normal(given);
  const known = asOf === undefined ? 'true' : 'r.recordedAt <= $asOf';
  const rows = await connection.read((run) => run(
    `MATCH (v:ArtifactVersion {uri: $uri}) WHERE v.recordedAt IS NOT NULL AND ($asOf IS NULL OR v.recordedAt <= $asOf)
     CALL (v) {
       OPTIONAL MATCH (v)-[r:WAS_GENERATED_BY]->()-[:ATTEMPT_OF*0..1]->(:Step)-[:PART_OF]->(n:Run) WHERE ${known}
       WITH DISTINCT n WHERE n IS NOT NULL ORDER BY n.startedAt, n.id RETURN collect(${nodeFor({ asOf })}) AS madeBy
     }
     CALL (v) {
       MATCH (v)-[:ALTERNATE_OF*0..1]->(:ArtifactVersion)<-[r:USED]-(:Attempt)-[:ATTEMPT_OF]->(:Step)-[:PART_OF]->(run:Run) WHERE ${known}
       WITH DISTINCT run RETURN {runs: count(run), first: min(run.startedAt), last: max(run.startedAt)} AS usedBy
     }
     RETURN ${VERSION} AS version, v.statistics AS statistics, madeBy, usedBy ORDER BY v.recordedAt, v.id`,
    { uri, asOf: asOf ?? null },
  ));
  if (rows.length === 0) throw new NothingFoundError(`no version of '${given}' is recorded${orWasBy({ asOf })}`);
  const versions = rows.map(({ version, statistics, madeBy, usedBy }): TimelineVersion => ({
    ...versionSummary(version, { asOf }),
    statistics: typeof statistics === 'string' ? statistics : null,
    madeBy: (madeBy as unknown[]).map((run) => runSummary(asOfOrNow(run, { asOf }))),
    usedBy: usedBy as TimelineVersion['usedBy'],
  }));
  return { uri, ...saidPast({ asOf }), versions };
}

function normal(uri: string): string {
  try {
    return artifactUri(uri);
  } catch (error) {
    throw error instanceof BadUriError ? new BadQuestionError(error.message) : error;
  }
}
