// Runs in: worker, CLI. The writer's statements about nodes: which are there, what becomes of those, and the new ones.
import neo4j from 'neo4j-driver';
import { mergeNodes, type NodeState, propertiesOf } from '../model/merge.ts';
import { type Label, LABELS, type Properties } from '../model/record.ts';
import type { Query, Row } from './connection.ts';
import { factsOf, textsOf } from './facts.ts';
import { searchText } from './search-text.ts';
import { eachLine, forEach, linesOf, splitId, ToldOnce } from './statement-rows.ts';

/**
 * Neo4j's own numbers of the nodes, by id: within a transaction a node is at hand by them without a look into an index. (`id()` is deprecated
 * because numbers may be used again, which they are not while the transaction lasts.)
 */
export type Places = Map<string, number>;

const FIND = forEach(LABELS, (label) =>
  `${eachLine(label)} MATCH (n:${label} {id: $heads[row[1]] + row[2]}) RETURN collect(toInteger(row[0])) AS which, collect(id(n)) AS places`);

const CREATE = forEach(LABELS, (label) =>
  `UNWIND $rows.${label} AS row CREATE (n:${label} {id: $heads[row[1]] + row[2]}) SET n += $shapes[row[3]], n += row[4]${kindsOf(label)}
   RETURN collect(row[0]) AS which, collect(id(n)) AS places`);

/** Writing a property locks them until the end, so that what is read is what is merged with. */
const LOCK = forEach(LABELS, (label) =>
  `UNWIND $places.${label} AS place MATCH (n:${label}) WHERE id(n) = toInteger(place) SET n.merging = true
   RETURN '${label}' AS label, properties(n) AS properties, [l IN labels(n) WHERE l <> '${label}'] AS kinds`);

const REPLACE = forEach(LABELS, (label) =>
  `UNWIND $rows.${label} AS row MATCH (n:${label}) WHERE id(n) = toInteger(row[0])
   WITH n, row, n.id AS id SET n = row[4], n += $shapes[row[3]], n.id = id${kindsOf(label)} RETURN count(n) AS made`);

/** Adds the places of those that are there. */
export async function findNodes(run: Query, states: NodeState[], places: Places): Promise<void> {
  const heads = new ToldOnce<string>();
  const lines = linesOf(states, ({ label }) => label, ({ id }, index) => [index, ...splitId(id, heads)]);
  put(places, states, await run(FIND, { lines, heads: heads.all }));
}

/** Adds the places of the new ones. */
export async function createNodes(run: Query, states: NodeState[], places: Places): Promise<void> {
  if (states.length > 0) put(places, states, await run(CREATE, rowsOf(states, (_, index) => index)));
}

/** Merges what is told of nodes that are there. */
export async function mergeFound(run: Query, states: NodeState[], places: Places): Promise<void> {
  if (states.length === 0) return;
  const said = new Map(states.map((state) => [state.id, state]));
  const byLabel: { [label: string]: number[] } = {};
  for (const { id, label } of states) (byLabel[label] ??= []).push(places.get(id)!);
  const met = await run(LOCK, { places: byLabel });
  const merged = met.map((row) => {
    const { id, facts = [], merging: _, ...properties } = row.properties as { id: string; facts?: string[]; merging: true; [name: string]: unknown };
    return mergeNodes({ label: row.label as Label, id, kinds: row.kinds as string[], facts: factsOf(facts, properties) }, said.get(id)!);
  });
  await run(REPLACE, rowsOf(merged, ({ id }) => places.get(id)!));
}

function put(places: Places, states: NodeState[], answer: Row[]): void {
  for (const { which, places: found } of answer as { which: number[]; places: number[] }[]) which.forEach((index, at) => places.set(states[index]!.id, found[at]!));
}

/** Only artifacts have second labels, and setting labels that are not known ahead is slow. */
function kindsOf(label: Label): string {
  return label === 'Artifact' || label === 'ArtifactVersion' ? ', n:$(row[5])' : '';
}

/** As parameters: by labels, rows of `[number, head, rest of the id, shape, properties, kinds]`. */
function rowsOf(states: NodeState[], numberOf: (state: NodeState, index: number) => number): Row {
  const heads = new ToldOnce<string>();
  const shapes = new ToldOnce<Row>();
  const before: { [label: string]: Properties } = {};
  const rows: { [label: string]: unknown[][] } = {};
  states.forEach((state, index) => {
    const properties = propertiesToStore(state);
    const { common, own } = split(properties, before[state.label] ?? {});
    before[state.label] = properties;
    (rows[state.label] ??= []).push([numberOf(state, index), ...splitId(state.id, heads), shapes.keyOf(JSON.stringify(common), () => common), own, state.kinds]);
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

/** What a node has in common with the one of its kind before it, which most of what is written together has. */
function split(properties: Properties, before: Properties): { common: Row; own: Row } {
  const common: Row = {};
  const own: Row = {};
  for (const name in properties) {
    const value = properties[name]!;
    (value === before[name] ? common : own)[name] = typeof value === 'number' && Number.isSafeInteger(value) ? neo4j.int(value) : value;
  }
  return { common, own };
}
