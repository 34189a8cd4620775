// Runs in: worker, CLI. The writer's statements about relationships, all of one type.
import neo4j from 'neo4j-driver';
import type { EdgeState } from '../model/merge.ts';
import { SOURCES } from '../model/record.ts';
import type { Query, Row } from './connection.ts';
import { GraphUnavailableError } from './errors.ts';
import { ToldOnce } from './told-once.ts';
import type { Places } from './write-nodes.ts';

const ENDS = 'UNWIND $rows AS row MATCH (a) WHERE id(a) = row[0] MATCH (b) WHERE id(b) = row[1]';

/** @param states of one type; none of them is there */
export async function createEdges(run: Query, states: EdgeState[], places: Places): Promise<void> {
  const [answer] = await run(
    `${ENDS} CREATE (a)-[r:${states[0]!.type} {id: row[2], recordedAt: row[4]}]->(b) SET r += $shapes[row[3]] RETURN count(r) AS made`,
    rowsOf(states, places),
  );
  checkAll(states, answer);
}

/** @param states of one type */
export async function mergeEdges(run: Query, states: EdgeState[], places: Places): Promise<void> {
  const [answer] = await run(
    `${ENDS} MERGE (a)-[r:${states[0]!.type} {id: row[2]}]->(b)
     ON CREATE SET r += $shapes[row[3]], r.recordedAt = row[4]
     ON MATCH SET r.sources = [s IN $order WHERE s IN r.sources OR s IN $shapes[row[3]].sources],
       r.recordedAt = CASE WHEN row[4] < r.recordedAt THEN row[4] ELSE r.recordedAt END
     RETURN count(r) AS made`,
    { ...rowsOf(states, places), order: [...SOURCES] },
  );
  checkAll(states, answer);
}

/** Nothing of ours deletes a node; somebody else may, between our look and our writing. */
function checkAll(states: EdgeState[], answer: Row | undefined): void {
  if (answer?.made !== states.length) throw new GraphUnavailableError('nodes were deleted from Neo4j while records about them were written: they are written again');
}

/** As parameters: rows of `[from, to, id, shape, recordedAt]`. */
function rowsOf(states: EdgeState[], places: Places): Row {
  const shapes = new ToldOnce<Row>();
  const place = (id: string) => neo4j.int(places.get(id)!);
  const rows = states.map(({ id, from, to, properties, sources, recordedAt }) =>
    [place(from.id), place(to.id), id, shapes.keyOf(JSON.stringify([properties, sources]), { ...properties, sources }), recordedAt]);
  return { rows, shapes: shapes.all };
}
