// Runs in: worker, CLI. Writes records into the graph: idempotent, in batches, one statement per kind of node and relationship.
import { Neo4jError } from 'neo4j-driver';
import { type EdgeState, graphOf, type GraphState } from '../model/merge.ts';
import type { ProvenanceRecord } from '../model/record.ts';
import type { RecordSink } from '../outbox/drain.ts';
import { type Connection, isServersTrouble, type Query } from './connection.ts';
import { GraphUnavailableError } from './errors.ts';
import { ensureSchema } from './schema.ts';
import { createEdges, mergeEdges } from './write-edges.ts';
import { createNodes, findNodes, mergeFound, type Places } from './write-nodes.ts';

/** As often as others may make the same things in the moment between our look and our writing. */
const TRIES = 5;

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
    const graph = graphOf(records);
    for (let tried = 1; ; tried++) {
      try {
        return await this.#connection.write((run) => writeGraph(run, graph));
      } catch (error) {
        if (tried === TRIES || !isMadeMeanwhile(error)) throw error;
      }
    }
  }

  isTransient(error: unknown): boolean {
    return error instanceof GraphUnavailableError;
  }

  isUnclear(error: unknown): boolean {
    return isServersTrouble(error);
  }
}

/**
 * Most of what is written is new, and creating it costs Neo4j a third of what merging it does: so it is looked first what is there. Two
 * writers that create the same at once are told apart by the constraints: the later one fails, and looks again.
 */
async function writeGraph(run: Query, { nodes, edges }: GraphState): Promise<void> {
  const labels = grouped(nodes.values(), (node) => node.label);
  const places: Places = new Map();
  await Promise.all(labels.map(([label, states]) => findNodes(run, label, states, places)));
  const found = new Set(places.keys());
  const isNew = (id: string) => !found.has(id);
  // Always in the same order, so that two writers can't wait for each other.
  await Promise.all(labels.map(([label, states]) => mergeFound(run, label, states.filter(({ id, facts }) => facts.length > 0 && found.has(id)), places)));
  await Promise.all(labels.map(([label, states]) => createNodes(run, label, states.filter(({ id }) => isNew(id)), places)));
  // At a node that is new there is no relationship yet.
  const [fresh, others] = [new Array<EdgeState>(), new Array<EdgeState>()];
  for (const edge of edges.values()) (isNew(edge.from.id) || isNew(edge.to.id) ? fresh : others).push(edge);
  const type = (edge: EdgeState) => edge.type;
  await Promise.all([
    ...grouped(fresh, type).map(([, states]) => createEdges(run, states, places)),
    ...grouped(others, type).map(([, states]) => mergeEdges(run, states, places)),
  ]);
}

function isMadeMeanwhile(error: unknown): boolean {
  return error instanceof Neo4jError && error.code === 'Neo.ClientError.Schema.ConstraintValidationFailed';
}

/** In the order of their keys. */
function grouped<T, K extends string>(items: Iterable<T>, keyOf: (item: T) => K): [K, T[]][] {
  const groups = new Map<K, T[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group) group.push(item);
    else groups.set(keyOf(item), [item]);
  }
  return [...groups.entries()].sort(([a], [b]) => (a < b ? -1 : 1));
}
