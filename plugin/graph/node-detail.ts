// Runs in: server, CLI. Everything that is recorded about one node.
import neo4j from 'neo4j-driver';
import type { Json } from '../model/json.ts';
import type { Neighbour, NodeDetail, PageOption } from './answers.ts';
import type { Connection, Query, Row } from './connection.ts';
import { cursorFrom, cursorOf } from './cursor.ts';
import { NothingFoundError } from './errors.ts';
import { withLostAttempts } from './lost-attempts.ts';
import { nodeById, orWasBy } from './resolve.ts';
import { asOfOrNow, type AsOf, edgeOf, nodeAsOf, nodeFor } from './rows.ts';

const DEFAULT_PAGE = 500;
/** What it leads to is little, and tells most; what leads to it may be a great deal, and so may its members. */
const ORDER = "CASE WHEN type(r) = 'HAD_MEMBER' THEN '2' WHEN startNode(r) = self THEN '0' ELSE '1' END + type(r) + ' ' + coalesce(n.recordedAt, '~')";

/** @throws NothingFoundError, BadQuestionError, GraphUnavailableError */
export async function nodeDetail(connection: Connection, id: string, { after, limit = DEFAULT_PAGE, asOf }: PageOption & AsOf = {}): Promise<NodeDetail> {
  const [afterPlace, afterId] = after === undefined ? ['', ''] : cursorFrom(after);
  const node = await nodeById(connection, id, { asOf });
  if (!node) throw new NothingFoundError(`nothing is recorded under the id '${id}'${orWasBy({ asOf })}`);
  const label = node.labels[0]!;
  const known = '($asOf IS NULL OR r.recordedAt <= $asOf)';
  return connection.read(async (run) => {
    const told = await run(`MATCH (:${label} {id: $id})<-[:DETAIL_OF]-(n:Detail) RETURN ${nodeFor({ asOf })} AS detail`, { id });
    // All attempts are given the same: it is their step's.
    const given = label !== 'Step' ? [] : await run(`MATCH (:Step {id: $id})<-[:ATTEMPT_OF]-()<-[:DETAIL_OF]-(n:Detail) WHERE n.input IS NOT NULL RETURN ${nodeFor({ asOf })} AS detail LIMIT 1`, { id });
    // What a value was, is told with the attempt that gave it, or with the run that took it in or gave it.
    const [, owner = '', role = ''] = label === 'Value' ? (/^(.+)\/(input|result)$/.exec(id) ?? []) : [];
    const held = owner === '' ? [] : await run(
      `MATCH (:Value {id: $id})-[:WAS_GENERATED_BY]->(:Attempt)<-[:DETAIL_OF]-(n:Detail) WHERE n[$role] IS NOT NULL RETURN ${nodeFor({ asOf })} AS detail
       UNION MATCH (:Run {id: $owner})<-[:DETAIL_OF]-(n:Detail) WHERE n[$role] IS NOT NULL RETURN ${nodeFor({ asOf })} AS detail`,
      { id, owner, role },
    );
    const rows = await run(
      `MATCH (self:${label} {id: $id})-[r]-(n) WHERE type(r) <> 'DETAIL_OF' AND ${known}
       WITH r, n, ${ORDER} AS place WHERE place > $afterPlace OR (place = $afterPlace AND r.id > $afterId)
       WITH r, n, place ORDER BY place, r.id LIMIT $limit
       RETURN {from: startNode(r).id, to: endNode(r).id, type: type(r), properties: properties(r)} AS edge, ${nodeFor({ asOf })} AS node, place, r.id AS key,
         CASE WHEN n:Agent THEN [(n)<-[:DETAIL_OF]-(d:Detail) | ${nodeFor({ asOf }, 'd')}] ELSE [] END AS told`,
      { id, asOf: asOf ?? null, afterPlace, afterId, limit: neo4j.int(limit + 1) },
    );
    const last = rows[limit - 1];
    const around = rows.slice(0, limit).map((row) => asOfOrNow(row.node, { asOf }));
    const [self, ...others] = await withLostAttempts(run, [node, ...around], { asOf });
    return {
      node: self!,
      details: {
        ...detailOf(told, (name) => !['id', 'recordedAt'].includes(name)),
        ...detailOf(given, (name) => ['input', 'inputIsPreview'].includes(name)),
        ...detailOf(held, (name) => [role, `${role}IsPreview`].includes(name)),
      },
      neighbours: others.map((other, index) => ({ edge: edgeOf(rows[index]!.edge), node: other, ...namesOf(rows[index]!.told as unknown[]) })),
      next: rows.length > limit ? cursorOf(String(last!.place), String(last!.key)) : null,
      ...(label === 'Run' && { steps: await stepsByStatus(run, id, { asOf }) }),
    };
  });

  function namesOf(told: unknown[]): Pick<Neighbour, 'details'> {
    const details = detailOf(told.map((detail) => ({ detail })), (name) => ['name', 'identity'].includes(name));
    return Object.keys(details).length === 0 ? {} : { details };
  }

  /** What a Detail told by then, without what makes it a node. */
  function detailOf(rows: Row[], isShown: (name: string) => boolean): { [name: string]: Json } {
    return Object.fromEntries(rows.flatMap(({ detail }) => Object.entries(nodeAsOf(detail, { asOf })?.properties ?? {})).filter(([name]) => isShown(name)));
  }
}

async function stepsByStatus(run: Query, id: string, { asOf }: AsOf): Promise<{ [status: string]: number }> {
  const rows = asOf === undefined
    ? await run("MATCH (:Run {id: $id})<-[:PART_OF]-(n:Step) RETURN coalesce(n.status, 'unknown') AS status, count(*) AS steps", { id })
    // Of each it must be worked out what it was then.
    : (await run(`MATCH (:Run {id: $id})<-[r:PART_OF]-(n:Step) WHERE r.recordedAt <= $asOf RETURN ${nodeFor({ asOf })} AS step`, { id, asOf }))
      .map(({ step }) => ({ status: asOfOrNow(step, { asOf }).properties.status ?? 'unknown', steps: 1 }));
  const counts: { [status: string]: number } = {};
  for (const { status, steps } of rows) counts[String(status)] = (counts[String(status)] ?? 0) + Number(steps);
  return counts;
}
