// Runs in: server, CLI. What a text names exactly.
import neo4j from 'neo4j-driver';
import type { AnswerNode } from './answers.ts';
import type { Connection } from './connection.ts';
import { AmbiguousQuestionError, BadQuestionError, NothingFoundError } from './errors.ts';
import { resolve } from './resolve.ts';
import { type AsOf, nodeFor, nodesAsOf } from './rows.ts';
import { SHORTEST_DIGEST } from './search-text.ts';

const MOST = 20;

/** Nothing when it names nothing. @throws GraphUnavailableError */
export async function namedExactly(connection: Connection, text: string, way: AsOf): Promise<AnswerNode[]> {
  if (text === '') return [];
  const runs = await connection.read((run) =>
    run(
      `CALL () { MATCH (n:Run {workflowId: $text}) RETURN n UNION MATCH (n:Run {runId: $text}) RETURN n }
       RETURN ${nodeFor(way)} AS node ORDER BY n.startedAt DESC, n.id LIMIT $most`,
      { text, most: neo4j.int(MOST) },
    ));
  const known = nodesAsOf(runs.map(({ node }) => node), way);
  if (known.length > 0) return known;
  const hex = hexIn(text);
  const begun = hex === undefined ? [] : await beginningWith(connection, hex, way);
  return begun.length > 0 ? begun : resolved(connection, text, way);
}

/** Bytes whose digest begins so; none where the text is no such beginning. @throws GraphUnavailableError */
export async function contentsBeginning(connection: Connection, text: string, looked: number, way: AsOf): Promise<AnswerNode[]> {
  const hex = hexIn(text);
  if (hex === undefined) return [];
  const rows = await connection.read((run) => run(`MATCH (n:Content) WHERE n.id STARTS WITH $content RETURN ${nodeFor(way)} AS node ORDER BY n.id LIMIT $looked`, { content: `content/${hex}`, looked: neo4j.int(looked) }));
  return nodesAsOf(rows.map(({ node }) => node), way);
}

function hexIn(text: string): string | undefined {
  const hex = /^(?:sha256:)?([0-9a-f]+)$/i.exec(text)?.[1]?.toLowerCase();
  return hex === undefined || hex.length < SHORTEST_DIGEST ? undefined : hex;
}

/** A beginning names what is the only one to have it. */
async function beginningWith(connection: Connection, hex: string, way: AsOf): Promise<AnswerNode[]> {
  const rows = await connection.read((run) => run(
    `CALL () {
       MATCH (c:CodeVersion) WHERE c.gitCommit STARTS WITH $hex WITH c.gitCommit AS name, collect(c)[..$most] AS nodes LIMIT 2 RETURN name, nodes
       UNION
       MATCH (c:Content) WHERE c.id STARTS WITH $content WITH c LIMIT 2 RETURN c.id AS name, [(c)<-[:HAS_CONTENT]-(v) | v][..$most] + [c] AS nodes
     }
     RETURN name, [n IN nodes | ${nodeFor(way)}] AS nodes`,
    { hex, content: `content/${hex}`, most: neo4j.int(MOST) },
  ));
  if (rows.length !== 1) return [];
  const nodes = nodesAsOf(rows[0]!.nodes, way);
  // The bytes alone are shown where nothing is known to hold them.
  return nodes.length > 1 ? nodes.filter(({ labels }) => labels[0] !== 'Content') : nodes;
}

async function resolved(connection: Connection, text: string, way: AsOf): Promise<AnswerNode[]> {
  try {
    return await resolve(connection, text, way);
  } catch (error) {
    if (error instanceof AmbiguousQuestionError) return (await Promise.all(error.choices.slice(0, MOST).map(({ id }) => resolve(connection, id, way)))).flat();
    if (error instanceof NothingFoundError || error instanceof BadQuestionError) return [];
    throw error;
  }
}
