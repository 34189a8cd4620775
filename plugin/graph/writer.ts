// Runs in: worker, CLI. Writes records into the graph: idempotent, in batches.
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
  const all = [...nodes.values()];
  const places: Places = new Map();
  await findNodes(run, all, places);
  const found = new Set(places.keys());
  const isNew = (id: string) => !found.has(id);
  // Always in the same order, so that two writers can't wait for each other.
  await mergeFound(run, all.filter(({ id, facts }) => facts.length > 0 && found.has(id)), places);
  await createNodes(run, all.filter(({ id }) => isNew(id)), places);
  // At a node that is new there is no relationship yet.
  const [fresh, others] = [new Array<EdgeState>(), new Array<EdgeState>()];
  for (const edge of edges.values()) (isNew(edge.from.id) || isNew(edge.to.id) ? fresh : others).push(edge);
  await Promise.all([createEdges(run, fresh, places), mergeEdges(run, others, places)]);
}

function isMadeMeanwhile(error: unknown): boolean {
  return error instanceof Neo4jError && error.code === 'Neo.ClientError.Schema.ConstraintValidationFailed';
}
