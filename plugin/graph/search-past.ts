// Runs in: server, CLI. Of what a search finds by what is known now: what was so already at the past time that is asked about.
import type { AnswerNode } from './answers.ts';
import type { Connection } from './connection.ts';
import { nodeFor, nodesAsOf } from './rows.ts';
import type { FoundList, Page } from './search-lists.ts';
import { type Asked, isKnown } from './search-query.ts';
import { searchText } from './search-text.ts';

/** @param lists all that was found, each node as it was @throws GraphUnavailableError */
export async function asTheyWere(connection: Connection, lists: FoundList[], asked: Asked, { skip, each }: Page): Promise<FoundList[]> {
  const runs = asked.pastMarks.length === 0 ? undefined : await runsOf(connection, lists.flatMap(({ nodes }) => nodes), asked);
  return lists.map(({ kind, nodes, more }) => {
    const were = nodes.filter((node) => hadWords(node, asked.words) && (!runs || !isOfRuns(node) || runs.get(node.id)?.some((run) => hadMarks(run, asked.pastMarks)) === true));
    return { kind, nodes: were.slice(skip, skip + each), count: were.length, more };
  });
}

/** Those that were known, by what is theirs: steps, versions, the runs themselves. */
async function runsOf(connection: Connection, nodes: AnswerNode[], asked: Asked): Promise<Map<string, AnswerNode[]>> {
  const ids = (label: string) => nodes.flatMap(({ id, labels }) => (labels[0] === label ? [id] : []));
  const rows = await connection.read((query) => query(
    `CALL () {
       MATCH (m:Step)-[:PART_OF]->(n:Run) WHERE m.id IN $steps RETURN m, n
       UNION
       MATCH (m:ArtifactVersion)-[made:WAS_GENERATED_BY]->(:Attempt)-[:ATTEMPT_OF]->(:Step)-[:PART_OF]->(n:Run) WHERE m.id IN $versions AND ${isKnown('made')} RETURN DISTINCT m, n
     }
     RETURN m.id AS id, collect(${nodeFor(asked)}) AS runs`,
    { steps: ids('Step'), versions: ids('ArtifactVersion'), asOf: asked.asOf ?? null },
  ));
  const runs = new Map(rows.map((row) => [String(row.id), nodesAsOf(row.runs, asked)]));
  for (const node of nodes) if (node.labels[0] === 'Run') runs.set(node.id, [node]);
  return runs;
}

function isOfRuns({ labels }: AnswerNode): boolean {
  return labels[0] === 'Run' || labels[0] === 'Step' || labels[0] === 'ArtifactVersion';
}

/** What has no search text was found by what never changes. */
function hadWords({ labels: [label, ...kinds], properties }: AnswerNode, words: string[]): boolean {
  const text = label === 'Agent' ? undefined : searchText(label as 'Run', properties as { [name: string]: string }, kinds);
  return text === undefined || words.every((word) => text.startsWith(word) || text.includes(` ${word}`));
}

function hadMarks({ labels: [, ...kinds], properties }: AnswerNode, marks: string[]): boolean {
  const had = new Set(searchText('Run', properties as { [name: string]: string }, kinds)!.split(' '));
  return marks.every((each) => (each.startsWith('-') ? !had.has(each.slice(1)) : had.has(each)));
}
