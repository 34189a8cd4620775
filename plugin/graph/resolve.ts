// Runs in: server, CLI. What a question names: an id, URI@VERSION or sha256:DIGEST. Never a guess, never "the latest".
import neo4j from 'neo4j-driver';
import { artifactUri } from '../model/artifact-name.ts';
import { artifactId, artifactVersionId, contentId } from '../model/id.ts';
import { type Label, LABELS } from '../model/record.ts';
import { versionInUri } from '../model/stores.ts';
import { nameWithoutSecrets } from '../model/secrets.ts';
import { BadUriError } from '../model/uri.ts';
import type { AnswerNode, PageOption, Versions, VersionSummary } from './answers.ts';
import type { Connection } from './connection.ts';
import { cursorFrom, cursorOf } from './cursor.ts';
import { AmbiguousQuestionError, BadQuestionError, NothingFoundError } from './errors.ts';
import { type AsOf, nodeAsOf, nodeFor, saidPast, summaryOf, VERSION, versionSummary } from './rows.ts';

const ID = /^(run|step|artifact|artifact-version|content|code|env|agent|detail)\//;
const DIGEST = /^sha256:(.*)$/is;
/** So many versions are in a page, unless asked otherwise. */
export const VERSIONS_PAGE = 1_000;
const MOST_CHOICES = 100;

/**
 * The nodes that a question names.
 * @param way of a past time: those that were known by then, and what was known of them
 * @throws NothingFoundError, BadQuestionError, AmbiguousQuestionError, GraphUnavailableError
 */
export async function resolve(connection: Connection, subject: string, way: AsOf = {}): Promise<AnswerNode[]> {
  const text = subject.trim();
  if (ID.test(text)) {
    const node = await nodeById(connection, text, way);
    // A relative path may look like an id.
    if (!node && !text.includes('@')) throw new NothingFoundError(`nothing is recorded under the id '${text}'${orWasBy(way)}`);
    if (node && node.labels[0] !== 'Artifact') return [node];
    if (node) throw await versionsToChoose(connection, String(node.properties.uri ?? ''), way);
  }
  const versions = await resolveVersions(connection, text, way);
  const nodes = await Promise.all(versions.map(({ id }) => nodeById(connection, id, way)));
  return nodes.filter((node) => node !== undefined);
}

/** The versions that a question names. @throws as `resolve` */
export async function resolveVersions(connection: Connection, subject: string, way: AsOf = {}): Promise<VersionSummary[]> {
  return knownBy(connection, await namedVersions(connection, subject, way), way);
}

async function namedVersions(connection: Connection, subject: string, way: AsOf): Promise<VersionSummary[]> {
  const text = subject.trim();
  if (text === '') throw new BadQuestionError('the question is empty: give an id, URI@VERSION or sha256:DIGEST');
  if (text.startsWith('artifact-version/') || text.startsWith('content/') || text.startsWith('artifact/')) return byId(connection, text, way);
  if (ID.test(text) && !text.includes('@')) throw new BadQuestionError(`'${text}' is not a version of an artifact: give URI@VERSION, sha256:DIGEST or the id of a version`);
  const digest = DIGEST.exec(text)?.[1];
  if (digest !== undefined) return byDigest(connection, digest);
  const at = text.lastIndexOf('@');
  if (at === text.length - 1) throw new BadQuestionError(`'${text}' ends with '@': the version is missing, as in s3://bucket/key@v1`);
  if (at === 0) throw new BadQuestionError(`'${text}' starts with '@': the uri is missing, as in s3://bucket/key@v1`);
  const found = await byNameAndVersion(connection, text);
  if (found.length === 1) return found;
  if (found.length > 1) throw new AmbiguousQuestionError(`'${text}' can be read as ${found.length} versions: give the id of one`, found);
  const predicted = await byPrediction(connection, text);
  if (predicted.length === 1) return predicted;
  if (predicted.length > 1) throw new AmbiguousQuestionError(`'${text}' is the id of ${predicted.length} predictions: give the id of one`, predicted);
  // Perhaps a URI without a version.
  throw await versionsToChoose(connection, text, way);
}

/** The versions of the artifact at a URI, oldest first. @throws NothingFoundError, BadQuestionError */
export async function versionsAt(connection: Connection, given: string, { after, limit = VERSIONS_PAGE, ...way }: PageOption & AsOf = {}): Promise<Versions> {
  const uri = normalUri(given);
  const [afterTime, afterId] = after === undefined ? ['', ''] : cursorFrom(after);
  const rows = await connection.read((run) => run(
    `MATCH (v:ArtifactVersion {uri: $uri}) WHERE $asOf IS NULL OR v.recordedAt <= $asOf
     WITH v, coalesce(v.recordedAt, '~') AS time WHERE time > $afterTime OR (time = $afterTime AND v.id > $afterId)
     RETURN ${VERSION} AS version, time ORDER BY time, v.id LIMIT $limit`,
    { uri, asOf: way.asOf ?? null, afterTime, afterId, limit: neo4j.int(limit + 1) },
  ));
  if (rows.length === 0 && after === undefined) throw new NothingFoundError(`no version of '${given}' is recorded${orWasBy(way)}`);
  const versions = rows.slice(0, limit).map(({ version }) => versionSummary(version, way));
  return { uri, ...saidPast(way), versions, next: rows.length > limit ? cursorOf(String(rows[limit - 1]!.time), versions.at(-1)!.id) : null };
}

/** A node as its id alone tells it, without asking whether it is there; undefined where the id does not tell. */
export function likelyNode(subject: string): AnswerNode | undefined {
  const id = subject.trim();
  const label: Label | undefined = id.startsWith('artifact-version/') ? 'ArtifactVersion'
    : !/^(step|run)\//.test(id) || id.endsWith('/detail') ? undefined
    : /\/attempt\/[^/]+$/.test(id) ? 'Attempt'
    : /\/(input|result|memo|last-result|continuation)$|\/(signal|heartbeat)\//.test(id) ? 'Value' : undefined;
  return label && { id, labels: [label], properties: {} };
}

// Content is asked for by what it belongs to, where it can be kept from readers.
const ASKED = LABELS.filter((label) => label !== 'Detail');

export async function nodeById(connection: Connection, id: string, way: AsOf = {}): Promise<AnswerNode | undefined> {
  const query = ASKED.map((label) => `MATCH (n:${label} {id: $id}) RETURN ${nodeFor(way)} AS node`).join(' UNION ALL ');
  const rows = await connection.read((run) => run(query, { id }));
  return rows[0] && nodeAsOf(rows[0].node, way);
}

/** To say of what is not found. */
export function orWasBy({ asOf }: AsOf): string {
  return asOf === undefined ? '' : `, or was by ${asOf}`;
}

/** Those of the versions that were known by then, as they were. @throws NothingFoundError where none was */
async function knownBy(connection: Connection, named: VersionSummary[], way: AsOf): Promise<VersionSummary[]> {
  if (way.asOf === undefined || named.length === 0) return named;
  const then = await Promise.all(named.map(async ({ id, sha256 }) => {
    const node = await nodeById(connection, id, way);
    return node && summaryOf(node, sha256);
  }));
  const known = then.filter((version) => version !== undefined);
  if (known.length === 0) throw new NothingFoundError(`nothing was recorded under '${named[0]!.id}' by ${way.asOf}`);
  return known;
}

async function byId(connection: Connection, id: string, way: AsOf): Promise<VersionSummary[]> {
  const rows = await connection.read((run) => run(`MATCH (v:ArtifactVersion {id: $id}) RETURN ${VERSION} AS version`, { id }));
  if (rows.length > 0) return rows.map(({ version }) => versionSummary(version));
  const node = await nodeById(connection, id);
  if (!node) throw new NothingFoundError(`nothing is recorded under the id '${id}'`);
  if (node.labels[0] === 'Artifact') throw await versionsToChoose(connection, String(node.properties.uri ?? ''), way);
  if (node.labels[0] === 'Content') return byDigest(connection, String(node.properties.sha256));
  return [];
}

async function byDigest(connection: Connection, text: string): Promise<VersionSummary[]> {
  const digest = text.toLowerCase();
  if (!/^[0-9a-f]{64}$/.test(digest)) {
    throw new BadQuestionError(`'sha256:${text}' is not a SHA-256: it needs 64 hex digits, and has ${text.length} characters`);
  }
  const rows = await connection.read((run) =>
    run(`MATCH (:Content {id: $id})<-[:HAS_CONTENT]-(v:ArtifactVersion) RETURN ${VERSION} AS version ORDER BY v.recordedAt, v.id`, { id: contentId(digest) }));
  if (rows.length === 0) throw new NothingFoundError(`no artifact with the digest sha256:${digest} is recorded`);
  return rows.map(({ version }) => versionSummary(version));
}

/** A version may itself hold an '@', and so may a URI: every reading of the text is tried. */
async function byNameAndVersion(connection: Connection, text: string): Promise<VersionSummary[]> {
  const ids: string[] = [];
  const byContent: { uri: string; content: string }[] = [];
  const { uri: place, version: said } = versionInUri(text);
  // A URI such as s3://bucket/key?versionId=x says its version itself.
  if (said !== undefined) ids.push(...idIfAny(() => artifactVersionId({ uri: place, version: said })));
  for (let at = text.indexOf('@'); at >= 0; at = text.indexOf('@', at + 1)) {
    const [uri, version] = [text.slice(0, at), text.slice(at + 1)];
    if (uri === '' || version === '') continue;
    try {
      ids.push(artifactVersionId({ uri, version }));
      const digest = DIGEST.exec(version)?.[1]?.toLowerCase();
      if (digest !== undefined) byContent.push({ uri: artifactUri(uri), content: contentId(digest) });
    } catch (error) {
      if (!(error instanceof BadUriError)) throw error;
    }
  }
  return connection.read(async (run) => {
    const found = async (match: string) =>
      (await run(`${match} WITH DISTINCT v RETURN ${VERSION} AS version ORDER BY v.recordedAt, v.id`, { ids, byContent })).map(({ version }) => versionSummary(version));
    // A name that only links versions of the same bytes has nothing recorded of its own.
    const named = await found('UNWIND $ids AS id MATCH (v:ArtifactVersion {id: id}) WHERE v.facts IS NOT NULL');
    return named.length > 0 ? named : found('UNWIND $byContent AS row MATCH (:Content {id: row.content})<-[:HAS_CONTENT]-(v:ArtifactVersion {uri: row.uri})');
  });
}

/** The id that its maker gave to one prediction of a batch. */
async function byPrediction(connection: Connection, text: string): Promise<VersionSummary[]> {
  const rows = await connection.read((run) => run(`MATCH (v:ArtifactVersion {predictionId: $text}) RETURN ${VERSION} AS version ORDER BY v.recordedAt, v.id`, { text: nameWithoutSecrets(text) }));
  return rows.map(({ version }) => versionSummary(version));
}

/** No id where the text names no place. */
function idIfAny(make: () => string): string[] {
  try {
    return [make()];
  } catch {
    return [];
  }
}

/** @throws BadQuestionError for what is no URI */
export function normalUri(uri: string): string {
  try {
    return artifactUri(uri);
  } catch (error) {
    throw error instanceof BadUriError ? new BadQuestionError(error.message) : error;
  }
}

/** The newest versions, of which so many are listed to choose from, and how many there are. */
async function listVersions(connection: Connection, given: string, way: AsOf): Promise<{ count: number; newest: VersionSummary[] }> {
  const [row] = await connection.read((run) => run(
    `MATCH (v:ArtifactVersion {uri: $uri}) WHERE $asOf IS NULL OR v.recordedAt <= $asOf
     WITH v ORDER BY coalesce(v.recordedAt, '~') DESC, v.id DESC WITH count(*) AS count, collect(v)[..$most] AS newest
     RETURN count, [v IN newest | ${VERSION}] AS newest`,
    { uri: normalUri(given), asOf: way.asOf ?? null, most: neo4j.int(MOST_CHOICES) },
  ));
  return { count: Number(row!.count), newest: (row!.newest as unknown[]).map((version) => versionSummary(version, way)).toReversed() };
}

async function versionsToChoose(connection: Connection, text: string, way: AsOf): Promise<Error> {
  const at = text.lastIndexOf('@');
  for (const uri of at > 0 ? [text, text.slice(0, at)] : [text]) {
    const { count, newest } = await listVersions(connection, uri, way);
    if (count === 0) continue;
    if (uri === text) {
      const listed = count > newest.length ? ` (the newest ${newest.length} are listed)` : '';
      return new AmbiguousQuestionError(`'${uri}' has ${count} recorded version${count === 1 ? '' : 's'}${listed}: ask for one of them as URI@VERSION`, newest);
    }
    return new NothingFoundError(`'${uri}' has no version '${text.slice(at + 1)}': recorded are ${newest.slice(0, 10).map(({ version }) => version).join(', ')}${count > 10 ? ', …' : ''}`);
  }
  const [mentions] = await connection.read((run) => run('MATCH (a:Artifact) WHERE a.id IN $ids RETURN COUNT { (a)<-[:MENTIONED]-() } AS count', { ids: idIfAny(() => artifactId(text)) }));
  if (Number(mentions?.count ?? 0) > 0) {
    return new NothingFoundError(`'${text}' is mentioned in ${String(mentions!.count)} recorded value(s), none of which says a version of it: a trace needs one`);
  }
  return new NothingFoundError(`nothing is recorded under '${text}'${orWasBy(way)}: give an id, URI@VERSION or sha256:DIGEST`);
}
