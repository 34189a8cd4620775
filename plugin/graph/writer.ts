// Runs in: worker, CLI. Writes records into the graph: idempotent, in batches, one statement per kind of node and relationship.
import neo4j from 'neo4j-driver';
import { type EdgeState, graphOf, mergeNodes, type NodeState, propertiesOf } from '../model/merge.ts';
import { type Label, type Properties, type ProvenanceRecord, SOURCES } from '../model/record.ts';
import type { RecordSink } from '../outbox/drain.ts';
import { type Connection, isServersTrouble, type Query, type Row } from './connection.ts';
import { GraphUnavailableError } from './errors.ts';
import { factsOf, textsOf } from './facts.ts';
import { ensureSchema } from './schema.ts';
import { searchText } from './search-text.ts';
import { splitId, ToldOnce } from './told-once.ts';

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

  isUnclear(error: unknown): boolean {
    return isServersTrouble(error);
  }
}

async function writeNodes(run: Query, label: Label, states: NodeState[]): Promise<void> {
  const bare = states.filter(({ facts }) => facts.length === 0);
  const told = states.filter(({ facts }) => facts.length > 0);
  if (bare.length > 0) {
    const heads = new ToldOnce<string>();
    await run(`UNWIND $rows AS row MERGE (:${label} {id: $heads[row[0]] + row[1]})`, { rows: bare.map(({ id }) => splitId(id, heads)), heads: heads.all });
  }
  if (told.length === 0) return;
  // Only artifacts have second labels, and setting labels that are not known ahead is slow.
  const kinds = label === 'Artifact' || label === 'ArtifactVersion' ? ', n:$(row[4])' : '';
  // Most nodes are new, and complete in one go. Those that were there come back to be merged: writing a property has locked them until
  // the end of the transaction, so that what is read is what is merged with.
  const met = await run(
    `UNWIND $rows AS row
     MERGE (n:${label} {id: $heads[row[0]] + row[1]})
     ON CREATE SET n += $shapes[row[2]], n += row[3]${kinds} ON MATCH SET n.merging = true
     WITH n WHERE n.merging RETURN properties(n) AS properties, [l IN labels(n) WHERE l <> $label] AS kinds`,
    { ...rowsOf(told), label },
  );
  if (met.length === 0) return;
  const said = new Map(told.map((state) => [state.id, state]));
  const merged = met.map((row) => {
    const { id, facts = [], merging: _, ...properties } = row.properties as { id: string; facts?: string[]; merging: true; [name: string]: unknown };
    return mergeNodes({ label, id, kinds: row.kinds as string[], facts: factsOf(facts, properties) }, said.get(id)!);
  });
  await run(
    `UNWIND $rows AS row MATCH (n:${label} {id: $heads[row[0]] + row[1]}) WITH n, row, n.id AS id SET n = row[3], n += $shapes[row[2]], n.id = id${kinds}`,
    rowsOf(merged),
  );
}

/** As parameters: rows of `[head, rest of the id, shape, properties, kinds]`. */
function rowsOf(states: NodeState[]): Row {
  const heads = new ToldOnce<string>();
  const shapes = new ToldOnce<Row>();
  let before: Properties = {};
  const rows = states.map((state) => {
    const properties = propertiesToStore(state);
    const { common, own } = split(properties, before);
    before = properties;
    return [...splitId(state.id, heads), shapes.keyOf(JSON.stringify(common), common), own, state.kinds];
  });
  return { rows, heads: heads.all, shapes: shapes.all };
}

async function writeEdges(run: Query, states: EdgeState[]): Promise<void> {
  const [{ type, from, to }] = states as [EdgeState];
  const heads = new ToldOnce<string>();
  const shapes = new ToldOnce<Row>();
  const rows = states.map(({ id, from: { id: later }, to: { id: earlier }, properties, sources, recordedAt }) =>
    [id, ...splitId(later, heads), ...splitId(earlier, heads), shapes.keyOf(JSON.stringify([properties, sources]), { ...properties, sources }), recordedAt]);
  await run(
    `UNWIND $rows AS row
     MATCH (a:${from.label} {id: $heads[row[1]] + row[2]}) MATCH (b:${to.label} {id: $heads[row[3]] + row[4]})
     MERGE (a)-[r:${type} {id: row[0]}]->(b)
     ON CREATE SET r += $shapes[row[5]], r.recordedAt = row[6]
     ON MATCH SET r.sources = [s IN $order WHERE s IN r.sources OR s IN $shapes[row[5]].sources],
       r.recordedAt = CASE WHEN row[6] < r.recordedAt THEN row[6] ELSE r.recordedAt END`,
    { rows, heads: heads.all, shapes: shapes.all, order: [...SOURCES] },
  );
}

/** What is stored of a node: all but the id. */
export function propertiesToStore(state: NodeState): Properties {
  const { id: _, ...known } = propertiesOf(state)!;
  const properties: Properties = known;
  const facts = textsOf(state.facts, known);
  if (state.label === 'Run' || state.label === 'ArtifactVersion') properties.searchText = searchText(known);
  if (facts.length > 0) properties.facts = facts;
  return properties;
}

/** What a node has in common with the one before it, which most of what is written together has. */
function split(properties: Properties, before: Properties): { common: Row; own: Row } {
  const common: Row = {};
  const own: Row = {};
  for (const name in properties) {
    const value = properties[name]!;
    (value === before[name] ? common : own)[name] = typeof value === 'number' && Number.isSafeInteger(value) ? neo4j.int(value) : value;
  }
  return { common, own };
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
