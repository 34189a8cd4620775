// Runs in: worker, CLI. All that the graph holds of one run, to be compared with Temporal's history.
import type { NodeState } from '../model/merge.ts';
import { resultId } from '../model/id.ts';
import { type Label, LABELS, type Properties } from '../model/record.ts';
import type { Connection, Query, Row } from './connection.ts';
import { factsOf } from './facts.ts';

/** A node as it is: its facts, and what they amount to. */
export interface RecordedNode extends NodeState {
  properties: Properties;
}

export interface RecordedEdge {
  id: string;
  type: string;
  from: string;
  to: string;
  via?: string;
}

export interface RunRecord {
  /** The run, its steps, their attempts, and its values and those of its steps, by id. Steps that it has of a run that was reset are not its own. */
  nodes: Map<string, RecordedNode>;
  /** All edges from these, by id. */
  edges: Map<string, RecordedEdge>;
  /** Ids of edges from other runs' values that are there: see `addElsewhere`. */
  elsewhere: Set<string>;
}

/**
 * @param run the Run's id
 * @throws GraphUnavailableError
 */
export function runRecord(connection: Connection, run: string): Promise<RunRecord> {
  return connection.read(async (query) => {
    const nodes = new Map<string, RecordedNode>();
    const add = (rows: Row[]) => addRows(nodes, rows);
    add(await query('MATCH (n:Run {id: $run}) RETURN properties(n) AS node, labels(n) AS labels', { run }));
    add(await query("MATCH (:Run {id: $run})<-[p:PART_OF]-(n) WHERE coalesce(p.via, '') <> 'reset' RETURN properties(n) AS node, labels(n) AS labels", { run }));
    const steps = idsOf(nodes, 'Step');
    add(await query('UNWIND $steps AS id MATCH (:Step {id: id})<-[:ATTEMPT_OF]-(n:Attempt) RETURN properties(n) AS node, labels(n) AS labels', { steps }));
    add(await query(VALUES, { values: steps.map(resultId) }));
    const edges = new Map<string, RecordedEdge>();
    for (const label of ['Run', 'Step', 'Attempt', 'Value'] as Label[]) for (const edge of await edgesFrom(query, label, idsOf(nodes, label))) edges.set(edge.id, edge);
    return { nodes, edges, elsewhere: new Set() };
  });
}

const VALUES = 'UNWIND $values AS id MATCH (n:Value {id: id}) RETURN properties(n) AS node, labels(n) AS labels';

/** Adds those of these Values that are there and not in the record yet, with their edges. @throws GraphUnavailableError */
export async function addValues(connection: Connection, { nodes, edges }: RunRecord, ids: string[]): Promise<void> {
  const values = ids.filter((id) => !nodes.has(id));
  if (values.length === 0) return;
  await connection.read(async (query) => {
    addRows(nodes, await query(VALUES, { values }));
    for (const edge of await edgesFrom(query, 'Value', values)) edges.set(edge.id, edge);
  });
}

/** Adds which of these derivations of other runs' values are there. @throws GraphUnavailableError */
export async function addElsewhere(connection: Connection, { elsewhere }: RunRecord, ids: string[]): Promise<void> {
  if (ids.length === 0) return;
  const rows = await connection.read((query) => query('UNWIND $ids AS id MATCH ()-[r:WAS_DERIVED_FROM {id: id}]->() RETURN r.id AS id', { ids }));
  for (const { id } of rows) elsewhere.add(String(id));
}

function addRows(nodes: Map<string, RecordedNode>, rows: Row[]): void {
  for (const { node, labels } of rows) {
    const found = recordedNode(node, labels as string[]);
    nodes.set(found.id, found);
  }
}

async function edgesFrom(query: Query, label: Label, ids: string[]): Promise<RecordedEdge[]> {
  if (ids.length === 0) return [];
  const rows = await query(`UNWIND $ids AS id MATCH (n:${label} {id: id})-[r]->(m) RETURN r.id AS id, type(r) AS type, n.id AS from, m.id AS to, r.via AS via`, { ids });
  return rows.map(({ id, type, from, to, via }) => ({ id: String(id), type: String(type), from: String(from), to: String(to), ...(typeof via === 'string' && { via }) }));
}

/** @param node all of its properties */
export function recordedNode(node: unknown, labels: string[]): RecordedNode {
  const { facts = [], searchText: _, ...properties } = node as { facts?: string[] } & Properties;
  const label = LABELS.find((each) => labels.includes(each))!;
  return { label, id: String(properties.id), kinds: labels.filter((each) => each !== label).sort(), facts: factsOf(facts, properties), properties };
}

function idsOf(nodes: Map<string, RecordedNode>, label: Label): string[] {
  return [...nodes.values()].flatMap((node) => (node.label === label ? [node.id] : []));
}
