// Runs in: worker, CLI. The writer's statements about relationships.
import type { EdgeState } from '../model/merge.ts';
import { EDGE_TYPES, type Properties, type Source, SOURCES } from '../model/record.ts';
import type { Query, Row } from './connection.ts';
import { GraphUnavailableError } from './errors.ts';
import { eachLine, forEach, linesOf, ToldOnce } from './statement-rows.ts';
import type { Places } from './write-nodes.ts';

const ENDS = 'MATCH (a) WHERE id(a) = toInteger(row[0]) MATCH (b) WHERE id(b) = toInteger(row[1])';

const CREATE = forEach(EDGE_TYPES, (type) =>
  `${eachLine(type)} ${ENDS} CREATE (a)-[r:${type} {id: row[2], recordedAt: row[4]}]->(b) SET r += $shapes[row[3]] RETURN count(r) AS made`);

const MERGE = forEach(EDGE_TYPES, (type) =>
  `${eachLine(type)} ${ENDS} MERGE (a)-[r:${type} {id: row[2]}]->(b)
   ON CREATE SET r += $shapes[row[3]], r.recordedAt = row[4]
   ON MATCH SET r.sources = reduce(text = '', s IN [s IN $order WHERE s IN split(r.sources, ',') OR s IN split($shapes[row[3]].sources, ',')] |
       text + CASE text WHEN '' THEN '' ELSE ',' END + s),
     r.recordedAt = CASE WHEN row[4] < r.recordedAt THEN row[4] ELSE r.recordedAt END
   RETURN count(r) AS made`);

/** @param states none of them is there */
export async function createEdges(run: Query, states: EdgeState[], places: Places): Promise<void> {
  if (states.length > 0) checkAll(states, await run(CREATE, rowsOf(states, places)));
}

export async function mergeEdges(run: Query, states: EdgeState[], places: Places): Promise<void> {
  if (states.length > 0) checkAll(states, await run(MERGE, { ...rowsOf(states, places), order: [...SOURCES] }));
}

/** Nothing of ours deletes a node; somebody else may, between our look and our writing. */
function checkAll(states: EdgeState[], answer: Row[]): void {
  const made = answer.reduce((sum, row) => sum + Number(row.made), 0);
  if (made !== states.length) throw new GraphUnavailableError('nodes were deleted from Neo4j while records about them were written: they are written again');
}

/** As parameters: lines of `[from, to, id, shape, recordedAt]`. */
function rowsOf(states: EdgeState[], places: Places): Row {
  const shapes = new ToldOnce<Row>();
  // Most edges share what they say.
  const texts = new Map<Properties, string>();
  const textOf = (properties: Properties): string => {
    let text = texts.get(properties);
    if (text === undefined) texts.set(properties, text = JSON.stringify(properties));
    return text;
  };
  const lines = linesOf(states, ({ type }) => type, ({ id, from, to, properties, sources, recordedAt }) => {
    const said = sourcesToStore(sources);
    return [places.get(from.id)!, places.get(to.id)!, id, shapes.keyOf(`${said}${textOf(properties)}`, () => ({ ...properties, sources: said })), recordedAt];
  });
  return { lines, shapes: shapes.all };
}

/** One text: Neo4j keeps a list apart from the relationship, in 128 bytes of its own. */
export const sourcesToStore = (sources: readonly Source[]): string => sources.join();

/** @param stored see `sourcesToStore` */
export const sourcesStored = (stored: unknown): Source[] => String(stored).split(',') as Source[];
