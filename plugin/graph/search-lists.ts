// Runs in: server, CLI. Lists of what the index of words finds, and of what the runs that it finds have made.
import neo4j from 'neo4j-driver';
import type { AnswerNode } from './answers.ts';
import type { Connection, Row } from './connection.ts';
import { nodeFor, nodesAsOf } from './rows.ts';
import { WORDS_INDEX } from './schema.ts';
import { hasEvidence } from './search-evidence.ts';
import { type Asked, hasMarks, isKnown, luceneQuery, runFits } from './search-query.ts';
import { mark } from './search-text.ts';

/** Which part of what is found is given. A list is looked at block by block. */
export interface Page {
  block: number;
  /** So many of the block are left out, and so many given. */
  skip: number;
  each: number;
  /** So much is in a block, which is looked at, sorted and counted as one: in the first the best, which are the newest. */
  looked: number;
}

export interface List {
  kind: string;
  /** Marks of what is in it; `-` before one that is not. */
  marks: string[];
}

export interface FoundList {
  kind: string;
  /** The page. */
  nodes: AnswerNode[];
  /** All that was found in the block. */
  count: number;
  /** True when there may be more in blocks after it. */
  more: boolean;
}

const NAMED = ['prediction', 'model', 'dataset'];
export const LISTS: List[] = [
  ...NAMED.map((kind) => ({ kind, marks: [mark('kind', kind)] })),
  { kind: 'artifact', marks: [mark('kind', 'version'), ...NAMED.map((kind) => `-${mark('kind', kind)}`)] },
  { kind: 'run', marks: [mark('kind', 'Run')] },
  { kind: 'code', marks: [mark('kind', 'CodeVersion')] },
];
/** What is newest; predictions that are served one by one would hide all others. */
export const NEWEST: List[] = LISTS.filter(({ kind }) => kind !== 'artifact' && kind !== 'code')
  .map((list) => (list.kind === 'prediction' ? { ...list, marks: [...list.marks, `-${mark('kind', 'served')}`] } : list));

/** So many versions that a block of runs generated are looked at. */
const MOST_MADE = 5_000;
const TIME = 'coalesce(n.startedAt, n.servedAt, n.recordedAt)';

/** @throws GraphUnavailableError */
export async function listed(connection: Connection, lists: List[], asked: Asked, agents: string[] | undefined, page: Page): Promise<FoundList[]> {
  const rows = await connection.read((run) => run(
    `UNWIND range(0, size($queries) - 1) AS i
     CALL (i) { CALL db.index.fulltext.queryNodes('${WORDS_INDEX}', $queries[i], {skip: $from, limit: $looked + 1}) YIELD node RETURN collect(node) AS best }
     WITH i, best, size(best) > $looked AS more UNWIND best[..$looked] AS n
     WITH i, more, n, ${TIME} AS at
     WITH i, more, n, at, at >= $since AND at < $before AND CASE WHEN NOT $isNarrowed THEN true WHEN n:Run THEN ${runFits('n')}
       ELSE EXISTS { MATCH (n)-[made:WAS_GENERATED_BY]->(:Attempt)-[:ATTEMPT_OF]->(:Step)-[:PART_OF]->(r:Run) WHERE ${isKnown('made')} AND ${runFits('r')} } END AND ${hasEvidence('n')} AS fits
     ORDER BY i, toLower(coalesce(n.name, n.workflowId, '')) = $text DESC, at DESC, n.id
     WITH i, more, collect(CASE WHEN fits THEN n END) AS found
     ${pageOf(asked)}, more`,
    {
      queries: lists.map(({ kind, marks }) => luceneQuery(asked, kind === 'run' ? [...marks, ...asked.runMarks] : marks)),
      ...conditions(asked, agents), isNarrowed: isNarrowed(asked, agents), text: asked.text.toLowerCase(), ...inPage(page),
    },
  ));
  return rows.map(({ i, ...row }) => foundList(lists[i as number]!.kind, row, asked));
}

/** The newest runs that these agents started. @throws GraphUnavailableError */
export async function runsStartedBy(connection: Connection, asked: Asked, agents: string[], page: Page): Promise<FoundList> {
  const [row] = await connection.read((run) => run(
    `MATCH (agent:Agent)<-[by:STARTED_BY]-(n:Run) WHERE agent.id IN $agents AND ${isKnown('by')}
     WITH DISTINCT n, ${TIME} AS at WHERE at >= $since AND at < $before AND ${runFits('n')}
     WITH n ORDER BY at DESC, n.id SKIP $from LIMIT $looked + 1
     WITH 0 AS i, count(*) AS seen, collect(n)[..$looked] AS found ${pageOf(asked)}, seen > $looked AS more`,
    { ...conditions(asked, agents), ...inPage(page) },
  ));
  return foundList('run', row!, asked);
}

/** What the attempts of these runs generated. @throws GraphUnavailableError */
export async function madeBy(connection: Connection, runs: AnswerNode[], lists: List[], asked: Asked, page: Page): Promise<FoundList[]> {
  const rows = await connection.read((run) => run(
    `MATCH (r:Run)<-[:PART_OF]-(:Step)<-[:ATTEMPT_OF]-(:Attempt)<-[made:WAS_GENERATED_BY]-(n:ArtifactVersion) WHERE r.id IN $runs AND ${isKnown('made')}
     WITH DISTINCT n LIMIT $most
     WITH collect(n) AS them CALL (them) {
       UNWIND them AS n WITH n, [i IN range(0, size($lists) - 1) WHERE ${hasMarks('n', '$lists[i]')}][0] AS i
       WITH i, n WHERE i IS NOT NULL ORDER BY i, ${TIME} DESC, n.id RETURN i, collect(n) AS found
     }
     WITH i, found, size(them) AS seen ${pageOf(asked)}, seen = $most AS more`,
    { runs: runs.map(({ id }) => id), lists: lists.map(({ marks }) => marks), most: neo4j.int(MOST_MADE), asOf: asked.asOf ?? null, ...inPage(page) },
  ));
  return rows.map(({ i, ...row }) => foundList(lists[i as number]!.kind, row, asked));
}

const pageOf = (asked: Asked): string => `RETURN i, size(found) AS count, [n IN found[$skip..$skip + $each] | ${nodeFor(asked)}] AS nodes`;

export function inPage({ block, skip, each, looked }: Page): Row {
  return { from: neo4j.int(block * looked), skip: neo4j.int(skip), each: neo4j.int(each), looked: neo4j.int(looked) };
}

export function conditions({ runMarks, since, before, evidence, asOf }: Asked, agents: string[] | undefined): Row {
  return { marks: runMarks, agents: agents ?? null, since: since ?? '', before: before ?? '~', evidence: evidence ?? null, asOf: asOf ?? null };
}

export function isNarrowed({ runMarks, pastMarks }: Asked, agents: string[] | undefined): boolean {
  return runMarks.length + pastMarks.length > 0 || agents !== undefined;
}

function foundList(kind: string, { nodes, count, more }: Row, asked: Asked): FoundList {
  return { kind, nodes: nodesAsOf(nodes, asked), count: count as number, more: more as boolean };
}
