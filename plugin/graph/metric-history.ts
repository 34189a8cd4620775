// Runs in: server, CLI. How metrics went: over the versions of an artifact, or over the steps of one activity in one pipeline.
import neo4j from 'neo4j-driver';
import type { AnswerNode, MetricHistory, MetricPoint, MetricSeries } from './answers.ts';
import { namedValues } from './card.ts';
import type { Connection, Row } from './connection.ts';
import { BadQuestionError, NothingFoundError } from './errors.ts';
import { nodeById, orWasBy } from './resolve.ts';
import { type AsOf, nodeAsOf, nodeFor } from './rows.ts';

/** Versions or steps that are looked at: the one that is asked about, those before it, and half as many after it. */
const MOST = 100;
/** Attempts that used one version and measured something. */
const MOST_USES = 50;

/** @throws NothingFoundError, BadQuestionError, GraphUnavailableError */
export async function metricHistory(connection: Connection, id: string, way: AsOf = {}): Promise<MetricHistory> {
  const node = await nodeById(connection, id, way);
  if (!node) throw new NothingFoundError(`nothing is recorded under the id '${id}'${orWasBy(way)}`);
  if (node.labels[0] === 'ArtifactVersion') return historyOf([...(await statisticsOf(connection, node, way)), ...(await ofVersions(connection, node, way))], way);
  if (node.labels[0] === 'Step' || node.labels[0] === 'Attempt') return historyOf(await ofSteps(connection, node, way), way);
  throw new BadQuestionError(`'${id}' is of the kind ${node.labels[0]}: metrics are of versions of artifacts, steps and attempts`);
}

const timeOf = ({ asOf }: AsOf): string => asOf ?? '~';

/** Cypher: gives `n` those that it matches around `self`. @param order by which an index hands them out */
function around(match: string, order: (direction: string) => string): string {
  return `CALL (self) { ${match} AND n.recordedAt > self.recordedAt AND n.recordedAt <= $before WITH n ORDER BY ${order('')} LIMIT $half RETURN collect(n) AS later }
     CALL (self, later) {
       ${match} AND n.recordedAt <= self.recordedAt AND n.recordedAt <= $before WITH n ORDER BY ${order(' DESC')} LIMIT $most
       WITH self, later, collect(n) AS sooner RETURN [self] + [n IN sooner WHERE n <> self][..$most - 1 - size(later)] AS sooner
     }
     UNWIND sooner + later AS n`;
}

const bounds = { most: neo4j.int(MOST), half: neo4j.int(MOST / 2) };

const VERSIONS = `MATCH (self:ArtifactVersion {id: $id}) ${around('MATCH (n:ArtifactVersion) WHERE n.uri = self.uri', (direction) => `n.recordedAt${direction}`)} WITH n AS v`;

/** What each version states of itself. */
function statisticsOf(connection: Connection, { id }: AnswerNode, way: AsOf): Promise<Row[]> {
  return connection.read((run) => run(
    `${VERSIONS} WITH v WHERE v.statistics IS NOT NULL RETURN v.id AS id, v.version AS name, v.recordedAt AS at, null AS activity, 'statistics' AS property, ${nodeFor(way, 'v')} AS by ORDER BY at, id`,
    { id, before: timeOf(way), ...bounds },
  ));
}

/** Of a model also what those measured that used it. */
function ofVersions(connection: Connection, { id, labels }: AnswerNode, way: AsOf): Promise<Row[]> {
  const uses = `UNION
       MATCH (v)-[:ALTERNATE_OF*0..1]->(:ArtifactVersion)<-[:USED]-(a:Attempt) WHERE a.metrics IS NOT NULL RETURN DISTINCT a LIMIT $uses`;
  return connection.read((run) => run(
    `${VERSIONS}
     CALL (v) {
       MATCH (v)-[:WAS_GENERATED_BY]->(a:Attempt) WHERE a.metrics IS NOT NULL RETURN a
       ${labels.includes('Model') ? uses : ''}
     }
     WITH v, a WHERE a.recordedAt <= $before MATCH (a)-[:ATTEMPT_OF]->(s:Step)
     RETURN v.id AS id, v.version AS name, v.recordedAt AS at, s.activityType AS activity, 'metrics' AS property, ${nodeFor(way, 'a')} AS by, coalesce(a.workerEndedAt, a.recordedAt) AS told ORDER BY at, id, told`,
    { id, before: timeOf(way), uses: neo4j.int(MOST_USES), ...bounds },
  ));
}

async function ofSteps(connection: Connection, { id, labels }: AnswerNode, way: AsOf): Promise<Row[]> {
  return connection.read((run) => run(
    `MATCH ${labels[0] === 'Step' ? '(self:Step {id: $id})' : '(:Attempt {id: $id})-[:ATTEMPT_OF]->(self:Step)'} WHERE self.activityType IS NOT NULL
     ${around('MATCH (n:Step) WHERE n.activityType = self.activityType', (direction) => `n.activityType${direction}, n.recordedAt${direction}`)}
     WITH self, n AS s MATCH (self)-[:PART_OF]->(own:Run) MATCH (s)-[:PART_OF]->(r:Run) WHERE r.workflowType = own.workflowType
     MATCH (s)<-[:ATTEMPT_OF]-(a:Attempt) WHERE a.metrics IS NOT NULL AND a.recordedAt <= $before
     RETURN s.id AS id, r.workflowId AS name, s.recordedAt AS at, s.activityType AS activity, 'metrics' AS property, ${nodeFor(way, 'a')} AS by, coalesce(a.workerEndedAt, a.recordedAt) AS told ORDER BY at, id, told`,
    { id, before: timeOf(way), ...bounds },
  ));
}

/** Of each version and step the last that was told of a metric. */
function historyOf(rows: Row[], way: AsOf): MetricHistory {
  const series = new Map<string, MetricSeries & { at: Map<string, MetricPoint> }>();
  for (const { id, name, at, activity, property, by } of rows as { id: string; name: string | null; at: string; activity: string | null; property: 'metrics' | 'statistics'; by: unknown }[]) {
    for (const [metric, value] of Object.entries(namedValues(nodeAsOf(by, way)?.properties[property]))) {
      if (typeof value !== 'number') continue;
      const key = JSON.stringify([activity, metric]);
      const found = series.get(key) ?? { activity, metric, points: [], at: new Map<string, MetricPoint>() };
      series.set(key, found);
      found.at.set(id, { id, name: name ?? '', at, value });
    }
  }
  return { series: [...series.values()].map(({ at, ...each }) => ({ ...each, points: [...at.values()] })), most: MOST };
}
