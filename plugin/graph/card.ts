// Runs in: server, CLI. How one version came to be, from the raw data on, and what it is used for.
import neo4j from 'neo4j-driver';
import type { Json } from '../model/json.ts';
import type { AnswerNode, Card, CardStep, RunSummary, VersionSummary } from './answers.ts';
import type { Connection, Query, Row } from './connection.ts';
import { type AsOf, asOfOrNow, nodeFor, runSummary, saidPast, VERSION, versionSummary } from './rows.ts';
import { trace } from './trace.ts';
import { originsOf, TraceLookup } from './trace-lookup.ts';

/** So many of what came out of its uses are named; all are counted. */
const MOST_USES = 100;

/** @returns undefined where the version is not there; throws as `trace` */
export async function card(connection: Connection, asked: AnswerNode, { asOf }: AsOf = {}): Promise<Card | undefined> {
  const up = await trace(connection, [asked], { direction: 'upstream', asOf });
  if (!up) return undefined;
  const lookup = new TraceLookup(up);
  const version = lookup.version(lookup.node(asked.id)!);
  const makers = new Set(lookup.makers(asked.id).map(({ id }) => id));
  const madeBy = lookup.all('Step').filter(({ id }) => makers.has(id)).map((step) => stepIn(lookup, step));
  const origins = originsOf(lookup);
  const others = lookup.all('ArtifactVersion').filter(({ id }) => id !== asked.id);
  const isOtherName = ({ id }: AnswerNode) => lookup.earlier(asked.id, 'ALTERNATE_OF').some((other) => other.id === id);
  const uses = await connection.read((query) => usesOf(query, asked.id, asOf));
  const runs = [...new Map([...madeBy.flatMap(({ run }) => run ?? []), ...uses.runs].map((run) => [run.id, run])).values()];
  const messages = await connection.read((query) => messagesOf(query, runs, asOf));
  return {
    version,
    ...saidPast({ asOf }),
    alternates: others.filter(isOtherName).map((node) => lookup.version(node)),
    madeBy,
    origins: others.filter((node) => origins.has(node.id) && !isOtherName(node)).map((node) => lookup.version(node)),
    intermediate: others.filter((node) => !origins.has(node.id) && !isOtherName(node)).map((node) => lookup.version(node)),
    steps: lookup.all('Step').filter(({ id }) => !makers.has(id)).map((step) => stepIn(lookup, step)),
    measuredBy: uses.measuredBy,
    messages,
    uses: { byKind: uses.byKind, versions: uses.versions, runs: uses.runs.length },
    nodes: [...new Map([...up.context.nodes.filter(({ labels }) => labels[0] === 'CodeVersion' || labels[0] === 'Environment'), ...uses.nodes].map((node) => [node.id, node])).values()],
    truncated: up.truncated,
    ...(up.limit && { limit: up.limit }),
    trust: up.trust,
  };
}

/** A step by that of its attempts in the trace which ended well, else by the last. */
function stepIn(lookup: TraceLookup, step: AnswerNode): CardStep {
  const attempts = lookup.later(step.id, 'ATTEMPT_OF').sort((a, b) => Number(a.properties.number) - Number(b.properties.number));
  const attempt = attempts.findLast(({ properties }) => properties.status === 'completed') ?? attempts.at(-1);
  const around = (type: string) => (attempt && lookup.earlier(attempt.id, type)[0]?.id) ?? null;
  return cardStep(step, lookup.runOf(step.id), attempt, around('RAN_CODE'), around('RAN_IN'));
}

function cardStep(step: AnswerNode, run: RunSummary | null, attempt: AnswerNode | undefined, code: string | null, environment: string | null): CardStep {
  const p = attempt?.properties ?? {};
  return {
    id: step.id, type: typeof step.properties.activityType === 'string' ? step.properties.activityType : null, run, attempt: attempt?.id ?? null,
    startedAt: typeof p.workerStartedAt === 'string' ? p.workerStartedAt : null, durationMs: typeof p.durationMs === 'number' ? p.durationMs : null,
    params: namedValues(p.params), metrics: namedValues(p.metrics), code, environment,
  };
}

/** Parameters and metrics are kept as JSON text. */
export function namedValues(text: Json | undefined): { [name: string]: Json } {
  if (typeof text !== 'string') return {};
  try {
    const value = JSON.parse(text) as Json;
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};
  } catch {
    return {};
  }
}

interface Uses {
  measuredBy: CardStep[];
  runs: RunSummary[];
  byKind: { [kind: string]: number };
  versions: VersionSummary[];
  nodes: AnswerNode[];
}

/** Under all names of the same bytes. */
async function usesOf(query: Query, id: string, asOf: string | undefined): Promise<Uses> {
  const known = asOf === undefined ? 'true' : 'u.recordedAt <= $asOf';
  const used = `MATCH (:ArtifactVersion {id: $id})-[:ALTERNATE_OF*0..1]->(same:ArtifactVersion) WITH DISTINCT same
    CALL (same) { MATCH (same)<-[u:USED]-(a:Attempt)-[:ATTEMPT_OF]->(s:Step) WHERE ${known} RETURN a, s }`;
  const parameters = { id, asOf: asOf ?? null, most: neo4j.int(MOST_USES) };
  const one = (name: string) => nodeFor({ asOf }, name);
  const measured = await query(
    `${used} WITH a, s WHERE a.metrics IS NOT NULL
     RETURN ${one('s')} AS step, ${one('a')} AS attempt, head([(s)-[:PART_OF]->(run:Run) | ${one('run')}]) AS run,
       head([(a)-[:RAN_CODE]->(code) | ${one('code')}]) AS code, head([(a)-[:RAN_IN]->(env) | ${one('env')}]) AS environment
     ORDER BY a.workerStartedAt, a.id LIMIT $most`,
    parameters,
  );
  const runs = await query(`${used} MATCH (s)-[:PART_OF]->(n:Run) WITH DISTINCT n ORDER BY n.startedAt, n.id RETURN ${nodeFor({ asOf })} AS run`, parameters);
  const made = `CALL {
      ${used} MATCH (a)<-[:WAS_GENERATED_BY]-(v:ArtifactVersion) RETURN v
      UNION ${used} MATCH (a)<-[:WAS_GENERATED_BY]-(:ArtifactVersion)-[b:HAD_MEMBER]->(v:ArtifactVersion) WHERE b.via = 'batch' RETURN v
      UNION MATCH (:ArtifactVersion {id: $id})<-[u:WAS_DERIVED_FROM]-(v:ArtifactVersion) WHERE ${known} RETURN v
    } WITH DISTINCT v WHERE v.id <> $id`;
  const counts = await query(`${made} RETURN coalesce(v.kind, 'artifact') AS kind, count(*) AS versions ORDER BY kind`, parameters);
  const first = await query(`${made} WITH v ORDER BY v.recordedAt, v.id LIMIT $most RETURN ${VERSION} AS version`, parameters);
  const nodeIn = (column: unknown) => (column === null ? undefined : asOfOrNow(column, { asOf }));
  return {
    measuredBy: measured.map((row) => measuredStep(row, nodeIn)),
    runs: runs.map(({ run }) => runSummary(asOfOrNow(run, { asOf }))),
    byKind: Object.fromEntries(counts.map(({ kind, versions }) => [String(kind), Number(versions)])),
    versions: first.map(({ version }) => versionSummary(version, { asOf })),
    nodes: measured.flatMap(({ code, environment }) => [nodeIn(code) ?? [], nodeIn(environment) ?? []].flat()),
  };
}

function measuredStep({ step, attempt, run, code, environment }: Row, nodeIn: (column: unknown) => AnswerNode | undefined): CardStep {
  const of = nodeIn(run);
  return cardStep(nodeIn(step)!, of ? runSummary(of) : null, nodeIn(attempt), nodeIn(code)?.id ?? null, nodeIn(environment)?.id ?? null);
}

async function messagesOf(query: Query, runs: RunSummary[], asOf: string | undefined): Promise<Card['messages']> {
  const rows = await query(
    `UNWIND $ids AS id MATCH (:Run {id: id})<-[r:PART_OF]-(n:Value) WHERE n.role IN ['signal', 'update'] AND ($asOf IS NULL OR r.recordedAt <= $asOf)
     RETURN id, ${nodeFor({ asOf })} AS message, [(n)-[:WAS_ATTRIBUTED_TO]->(who) | who.id] AS from ORDER BY n.receivedAt, n.id`,
    { ids: runs.map(({ id }) => id), asOf: asOf ?? null },
  );
  return rows.map((row) => {
    const { id, properties: p } = asOfOrNow(row.message, { asOf });
    return {
      id, kind: p.role as 'signal' | 'update', name: String(p.name ?? ''), at: typeof p.receivedAt === 'string' ? p.receivedAt : null,
      outcome: typeof p.outcome === 'string' ? p.outcome : null, run: runs.find((run) => run.id === row.id)!, from: (row.from as string[]).toSorted(),
    };
  });
}
