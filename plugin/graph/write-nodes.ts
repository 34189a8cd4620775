// Runs in: worker, CLI. The writer's statements about nodes, all of one label: which are there, what becomes of those, and the new ones.
import neo4j from 'neo4j-driver';
import { mergeNodes, type NodeState, propertiesOf } from '../model/merge.ts';
import type { Label, Properties } from '../model/record.ts';
import type { Query, Row } from './connection.ts';
import { factsOf, textsOf } from './facts.ts';
import { searchText } from './search-text.ts';
import { splitId, ToldOnce } from './told-once.ts';

/**
 * Neo4j's own numbers of the nodes, by id: within a transaction a node is at hand by them without a look into an index. (`id()` is deprecated
 * because numbers may be used again, which they are not while the transaction lasts.)
 */
export type Places = Map<string, number>;

/** Adds the places of those that are there. */
export async function findNodes(run: Query, label: Label, states: NodeState[], places: Places): Promise<void> {
  const heads = new ToldOnce<string>();
  const rows = states.map(({ id }) => splitId(id, heads));
  const [answer] = await run(
    `UNWIND range(0, size($rows) - 1) AS i WITH i, $rows[i] AS row MATCH (n:${label} {id: $heads[row[0]] + row[1]})
     RETURN collect(i) AS which, collect(id(n)) AS places`,
    { rows, heads: heads.all },
  );
  put(places, states, answer);
}

/** Adds the places of the new ones. */
export async function createNodes(run: Query, label: Label, states: NodeState[], places: Places): Promise<void> {
  if (states.length === 0) return;
  const [answer] = await run(
    `UNWIND range(0, size($rows) - 1) AS i WITH i, $rows[i] AS row
     CREATE (n:${label} {id: $heads[row[0]] + row[1]}) SET n += $shapes[row[2]], n += row[3]${kindsOf(label)}
     RETURN collect(i) AS which, collect(id(n)) AS places`,
    rowsOf(states),
  );
  put(places, states, answer);
}

/** Merges what is told of nodes that are there. Writing a property locks them until the end, so that what is read is what is merged with. */
export async function mergeFound(run: Query, label: Label, states: NodeState[], places: Places): Promise<void> {
  if (states.length === 0) return;
  const said = new Map(states.map((state) => [state.id, state]));
  const met = await run(
    `UNWIND $places AS place MATCH (n:${label}) WHERE id(n) = place SET n.merging = true
     RETURN properties(n) AS properties, [l IN labels(n) WHERE l <> $label] AS kinds`,
    { places: states.map(({ id }) => neo4j.int(places.get(id)!)), label },
  );
  const merged = met.map((row) => {
    const { id, facts = [], merging: _, ...properties } = row.properties as { id: string; facts?: string[]; merging: true; [name: string]: unknown };
    return mergeNodes({ label, id, kinds: row.kinds as string[], facts: factsOf(facts, properties) }, said.get(id)!);
  });
  await run(
    `UNWIND range(0, size($rows) - 1) AS i WITH $rows[i] AS row, $places[i] AS place MATCH (n:${label}) WHERE id(n) = place
     WITH n, row, n.id AS id SET n = row[3], n += $shapes[row[2]], n.id = id${kindsOf(label)}`,
    { ...rowsOf(merged), places: merged.map(({ id }) => neo4j.int(places.get(id)!)) },
  );
}

function put(places: Places, states: NodeState[], answer: Row | undefined): void {
  const { which, places: found } = answer as { which: number[]; places: number[] };
  which.forEach((index, at) => places.set(states[index]!.id, found[at]!));
}

/** Only artifacts have second labels, and setting labels that are not known ahead is slow. */
function kindsOf(label: Label): string {
  return label === 'Artifact' || label === 'ArtifactVersion' ? ', n:$(row[4])' : '';
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

/** What is stored of a node: all but the id. */
export function propertiesToStore(state: NodeState): Properties {
  const { id: _, ...known } = propertiesOf(state)!;
  const properties: Properties = known;
  const facts = textsOf(state.facts, known);
  // A node that is only named has nothing to be found by.
  const text = state.facts.length > 0 ? searchText(state.label, known, state.kinds) : undefined;
  if (text !== undefined) properties.searchText = text;
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
