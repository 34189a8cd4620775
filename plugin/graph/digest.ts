// Runs in: CLI. The canonical digest of the whole graph: two graphs that hold the same have the same.
import { createHash, type Hash } from 'node:crypto';
import { edgeText, nodeText } from '../model/record-digest.ts';
import { EDGE_TYPES, type EdgeType, type Label, LABELS } from '../model/record.ts';
import type { Connection } from './connection.ts';
import { recordedNode } from './run-record.ts';
import { sourcesStored } from './write-edges.ts';

export interface GraphDigest {
  /** SHA-256, hexadecimal. */
  digest: string;
  nodes: number;
  edges: number;
  byLabel: { [label: string]: number };
  byType: { [type: string]: number };
}

const PAGE = 5_000;

/**
 * Over the canonical texts of all nodes and relationships, in the order of their kinds and ids. Left out are certificates, times of record, and
 * whatever Neo4j itself knows: where a thing lies.
 *
 * @param progress told how much has been read
 * @throws GraphUnavailableError
 */
export async function graphDigest(connection: Connection, progress: (done: number) => void = () => undefined): Promise<GraphDigest> {
  const hash = createHash('sha256');
  const answer: GraphDigest = { digest: '', nodes: 0, edges: 0, byLabel: {}, byType: {} };
  const said = () => progress(answer.nodes + answer.edges);
  for (const label of [...LABELS].sort()) {
    const count = await addNodes(connection, label, hash, (more) => {
      answer.nodes += more;
      said();
    });
    if (count > 0) answer.byLabel[label] = count;
  }
  for (const type of [...EDGE_TYPES].sort()) {
    const count = await addEdges(connection, type, hash, (more) => {
      answer.edges += more;
      said();
    });
    if (count > 0) answer.byType[type] = count;
  }
  answer.digest = hash.digest('hex');
  return answer;
}

/** Page by page along the index of ids. */
async function addNodes(connection: Connection, label: Label, hash: Hash, progress: (more: number) => void): Promise<number> {
  let count = 0;
  for (let after: string | undefined = ''; after !== undefined; ) {
    const rows = await connection.read((run) => run(`MATCH (n:${label}) WHERE n.id > $after RETURN properties(n) AS node, labels(n) AS labels ORDER BY n.id LIMIT ${PAGE}`, { after }));
    const nodes = rows.map(({ node, labels }) => recordedNode(node, labels as string[]));
    for (const node of nodes) hash.update(`${nodeText(node)}\n`);
    count += nodes.length;
    progress(nodes.length);
    after = nodes.length < PAGE ? undefined : nodes.at(-1)!.id;
  }
  return count;
}

async function addEdges(connection: Connection, type: EdgeType, hash: Hash, progress: (more: number) => void): Promise<number> {
  let count = 0;
  for (let after: string | undefined = ''; after !== undefined; ) {
    const rows = await connection.read((run) => run(`MATCH ()-[r:${type}]->() WHERE r.id > $after RETURN r.id AS id, r.sources AS sources ORDER BY r.id LIMIT ${PAGE}`, { after }));
    for (const { id, sources } of rows) hash.update(`${edgeText({ id: String(id), type, sources: sourcesStored(sources) })}\n`);
    count += rows.length;
    progress(rows.length);
    after = rows.length < PAGE ? undefined : String(rows.at(-1)!.id);
  }
  return count;
}
