// Runs in: server, CLI. The search box: exact names first, then words.
import neo4j from 'neo4j-driver';
import { lastPart } from '../model/uri.ts';
import type { AnswerNode, SearchAnswer, SearchHit } from './answers.ts';
import type { Connection } from './connection.ts';
import { AmbiguousQuestionError, BadQuestionError, NothingFoundError } from './errors.ts';
import { resolve } from './resolve.ts';
import { NODE, nodeOf } from './rows.ts';
import { SEARCH_INDEX } from './schema.ts';
import { wordsOf } from './search-text.ts';

const DEFAULT_HITS = 20;
/** In characters. Lucene refuses prefixes of more than 1,000 bytes, and keeps no word of more than 255 characters. */
const LONGEST_WORD = 200;
/** What an empty page shows of each. */
const NEWEST = ['v:Prediction', 'v:Model', 'v:Dataset'];

export async function search(connection: Connection, text: string, limit: number = DEFAULT_HITS): Promise<SearchAnswer> {
  const words = text.trim();
  const nodes = words === '' ? await newest(connection, limit) : await matching(connection, words, limit + 1);
  return { hits: nodes.slice(0, words === '' ? undefined : limit).map(hitOf), truncated: words !== '' && nodes.length > limit };
}

async function newest(connection: Connection, each: number): Promise<AnswerNode[]> {
  const parts = NEWEST.map((kind) =>
    `MATCH (v:ArtifactVersion) WHERE v.recordedAt IS NOT NULL AND v.predictionId IS NULL AND ${kind} WITH v AS n ORDER BY n.recordedAt DESC, n.id LIMIT $each RETURN n`);
  parts.push('MATCH (r:Run) WHERE r.recordedAt IS NOT NULL WITH r AS n ORDER BY n.recordedAt DESC, n.id LIMIT $each RETURN n');
  const rows = await connection.read((run) => run(`CALL () { ${parts.join(' UNION ')} } RETURN ${NODE} AS node`, { each: neo4j.int(each) }));
  return rows.map(({ node }) => nodeOf(node));
}

async function matching(connection: Connection, text: string, limit: number): Promise<AnswerNode[]> {
  const exact = await named(connection, text);
  const query = luceneQuery(text);
  const rows = query === '' ? [] : await connection.read((run) =>
    run(`CALL db.index.fulltext.queryNodes('${SEARCH_INDEX}', $query, {limit: $limit}) YIELD node AS n RETURN ${NODE} AS node`, { query, limit: neo4j.int(limit) }));
  const found = new Map(exact.map((node) => [node.id, node]));
  for (const { node } of rows.map((row) => ({ node: nodeOf(row.node) }))) if (!found.has(node.id)) found.set(node.id, node);
  return [...found.values()];
}

/** What the text names exactly; nothing when it names nothing. */
async function named(connection: Connection, text: string): Promise<AnswerNode[]> {
  const runs = await connection.read((run) =>
    run(
      `CALL () { MATCH (n:Run {workflowId: $text}) RETURN n UNION MATCH (n:Run {runId: $text}) RETURN n }
       RETURN ${NODE} AS node ORDER BY n.startedAt DESC, n.id LIMIT $most`,
      { text, most: neo4j.int(DEFAULT_HITS) },
    ));
  if (runs.length > 0) return runs.map(({ node }) => nodeOf(node));
  try {
    return await resolve(connection, /^[0-9a-f]{64}$/i.test(text) ? `sha256:${text}` : text);
  } catch (error) {
    if (error instanceof NothingFoundError || error instanceof BadQuestionError || error instanceof AmbiguousQuestionError) return [];
    throw error;
  }
}

/** Every word must be there, its last characters may be missing. What Lucene would read as syntax is in no word. */
function luceneQuery(text: string): string {
  return wordsOf(text).slice(0, 12).map((word) => `+${[...word].slice(0, LONGEST_WORD).join('')}*`).join(' ');
}

function hitOf(node: AnswerNode): SearchHit {
  const p = node.properties as { [name: string]: string | undefined };
  const label = node.labels[0]!;
  const base = { id: node.id, label, recordedAt: p.recordedAt ?? null };
  if (label === 'Run') return { ...base, kind: p.workflowType ?? null, title: p.workflowId ?? node.id, subtitle: `${p.workflowType ?? 'workflow'} · ${p.status ?? 'unknown'}` };
  if (label === 'ArtifactVersion') return { ...base, kind: p.kind ?? null, title: p.name ?? lastPart(p.uri ?? node.id), subtitle: `${p.uri ?? ''}@${p.version ?? ''}` };
  if (label === 'Step') return { ...base, kind: p.activityType ?? null, title: p.activityType ?? node.id, subtitle: node.id };
  return { ...base, kind: null, title: p.name ?? p.gitCommit ?? p.identity ?? node.id, subtitle: node.id };
}
