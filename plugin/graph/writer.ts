// Runs in: worker, CLI. Writes records into the graph: idempotent, in batches, one statement per kind of node and relationship.
import neo4j from 'neo4j-driver';
import { canonicalizeFlat } from '../model/canonicalize.ts';
import { type EdgeState, type Fact, graphOf, mergeNodes, type NodeState, propertiesOf } from '../model/merge.ts';
import { type Label, type ProvenanceRecord, SOURCES } from '../model/record.ts';
import type { RecordSink } from '../outbox/drain.ts';
import type { Connection, Query, Row } from './connection.ts';
import { GraphUnavailableError } from './errors.ts';
import { ensureSchema } from './schema.ts';
import { searchText } from './search-text.ts';

export class GraphWriter implements RecordSink {
  readonly #connection: Connection;
  #ready = false;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  async write(records: ProvenanceRecord[]): Promise<void> {
    if (!this.#ready) {
      await ensureSchema(this.#connection);
      this.#ready = true;
    }
    const { nodes, edges } = graphOf(records);
    await this.#connection.write(async (run) => {
      // Always in the same order, so that two writers can't wait for each other.
      for (const [label, states] of grouped([...nodes.values()], (node) => node.label)) await writeNodes(run, label, states);
      for (const states of grouped([...edges.values()], groupOf).values()) await writeEdges(run, states);
    });
  }

  isTransient(error: unknown): boolean {
    return error instanceof GraphUnavailableError;
  }
}

async function writeNodes(run: Query, label: Label, states: NodeState[]): Promise<void> {
  // Only artifacts have second labels, and setting labels that are not known ahead is slow.
  const setKinds = label === 'Artifact' || label === 'ArtifactVersion' ? ', n:$(row.kinds)' : '';
  // Most nodes are new, and complete in one go. Those that were there with other facts come back to be merged.
  const met = await run(
    `UNWIND $rows AS row
     MERGE (n:${label} {id: row.id}) ON CREATE SET n = row.properties${setKinds}
     WITH n, row WHERE row.facts > 0 AND (n.facts IS NULL OR n.facts <> row.properties.facts)
     RETURN n.id AS id`,
    { rows: states.map((state) => ({ ...rowOf(state), facts: neo4j.int(state.facts.length) })) },
  );
  if (met.length === 0) return;
  // Writing a property locks the node until the end of the transaction, so that what is read then is what is merged with.
  const stored = await run(
    `UNWIND $ids AS id MATCH (n:${label} {id: id}) SET n.merging = true
     WITH n REMOVE n.merging RETURN n.id AS id, n.facts AS facts, [l IN labels(n) WHERE l <> $label] AS kinds`,
    { ids: met.map((row) => row.id), label },
  );
  const said = new Map(states.map((state) => [state.id, state]));
  const merged = stored.map(({ id, facts, kinds }) =>
    mergeNodes({ label, id: id as string, kinds: kinds as string[], facts: factsFrom(facts as string[] | null) }, said.get(id as string)!));
  await run(`UNWIND $rows AS row MATCH (n:${label} {id: row.id}) SET n = row.properties${setKinds}`, { rows: merged.map(rowOf) });
}

async function writeEdges(run: Query, states: EdgeState[]): Promise<void> {
  const [{ type, from, to }] = states as [EdgeState];
  await run(
    `UNWIND $rows AS row
     MATCH (a:${from.label} {id: row.from}) MATCH (b:${to.label} {id: row.to})
     MERGE (a)-[r:${type} {id: row.id}]->(b)
     ON CREATE SET r = row.properties
     ON MATCH SET r.sources = [s IN $order WHERE s IN r.sources OR s IN row.properties.sources],
       r.recordedAt = CASE WHEN row.properties.recordedAt < r.recordedAt THEN row.properties.recordedAt ELSE r.recordedAt END`,
    {
      order: [...SOURCES],
      rows: states.map((edge) => ({
        id: edge.id,
        from: edge.from.id,
        to: edge.to.id,
        properties: { ...edge.properties, id: edge.id, recordedAt: edge.recordedAt, sources: edge.sources },
      })),
    },
  );
}

function rowOf(state: NodeState): { id: string; properties: Row; kinds: string[] } {
  const known = propertiesOf(state)!;
  const properties: Row = {};
  for (const [name, value] of Object.entries(known)) {
    properties[name] = typeof value === 'number' && Number.isSafeInteger(value) ? neo4j.int(value) : value;
  }
  if (state.label === 'Run' || state.label === 'ArtifactVersion') properties.searchText = searchText(known);
  if (state.facts.length > 0) properties.facts = state.facts.map(textOf);
  return { id: state.id, properties, kinds: state.kinds };
}

/** Canonical: the same fact is the same text. */
function textOf({ aspect, at, recordedAt, set, source }: Fact): string {
  return `{"aspect":${JSON.stringify(aspect)},"at":${JSON.stringify(at)},"recordedAt":${JSON.stringify(recordedAt)},"set":${canonicalizeFlat(set)},"source":${JSON.stringify(source)}}`;
}

function factsFrom(stored: string[] | null): Fact[] {
  return (stored ?? []).map((text) => JSON.parse(text) as Fact);
}

const groupOf = (edge: EdgeState): string => `${edge.type} ${edge.from.label} ${edge.to.label}`;

function grouped<T, K extends string>(items: T[], keyOf: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group) group.push(item);
    else groups.set(keyOf(item), [item]);
  }
  return new Map([...groups.entries()].sort(([a], [b]) => (a < b ? -1 : 1)));
}
