// Runs in: server, CLI. People and clients, by their names: these stand in the Details of Agents, from where an erasure takes them.
import neo4j from 'neo4j-driver';
import type { AnswerNode } from './answers.ts';
import type { Connection } from './connection.ts';
import { type AsOf, nodeAsOf, nodeFor } from './rows.ts';
import { PEOPLE_INDEX, WORDS_INDEX } from './schema.ts';
import { luceneQuery } from './search-query.ts';
import { mark, wordsOf } from './search-text.ts';

/** More could hardly be told apart by their names. */
export const MOST_AGENTS = 200;

/**
 * Agents whose names have a word for each of these that begins with it, with the name among their properties; without words any.
 * @param people false: by what is no name of a person or a client alone
 * @throws GraphUnavailableError
 */
export async function agentsNamed(connection: Connection, words: string[], people: boolean, way: AsOf): Promise<AnswerNode[]> {
  // The index knows letters alone; the digits are looked at afterwards.
  const letters = words.flatMap((word) => word.match(/\p{L}+/gu) ?? []);
  const rows = await connection.read((run) => run(
    `CALL () {
       CALL db.index.fulltext.queryNodes('${PEOPLE_INDEX}', $people, {limit: $limit}) YIELD node WHERE $isAsked MATCH (node)-[:DETAIL_OF]->(n:Agent) RETURN n, ${nodeFor(way, 'node')} AS detail
       UNION
       CALL db.index.fulltext.queryNodes('${WORDS_INDEX}', $others, {limit: $limit}) YIELD node AS n RETURN n, null AS detail
     }
     RETURN ${nodeFor(way)} AS node, detail LIMIT $limit`,
    {
      isAsked: people,
      people: letters.length === 0 ? 'name:* OR identity:*' : letters.map((word) => `+(name:${word}* identity:${word}*)`).join(' '),
      others: luceneQuery({ words, since: undefined, before: undefined }, [mark('kind', 'agent')]),
      limit: neo4j.int(MOST_AGENTS),
    },
  ));
  const found = new Map<string, AnswerNode>();
  for (const { node, detail } of rows) {
    // Found by its name as well as by what else is known of it.
    for (const agent of withName(nodeAsOf(node, way), detail === null ? undefined : nodeAsOf(detail, way))) if (!found.has(agent.id) || agent.properties.name !== undefined) found.set(agent.id, agent);
  }
  return [...found.values()].filter((node) => isNamed(node, words));
}

function withName(node: AnswerNode | undefined, detail: AnswerNode | undefined): AnswerNode[] {
  const name = detail?.properties.name ?? detail?.properties.identity;
  return node === undefined ? [] : [typeof name === 'string' ? { ...node, properties: { ...node.properties, name } } : node];
}

function isNamed({ properties }: AnswerNode, words: string[]): boolean {
  const own = ['name', 'identity', 'host', 'scheduleId'].flatMap((name) => wordsOf(String(properties[name] ?? '')));
  return words.every((word) => own.some((each) => each.startsWith(word)));
}
