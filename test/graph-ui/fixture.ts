// Runs in: tests. The lineage of a flight-delay pipeline in the real graph.
import { Connection } from '../../plugin/graph/connection.ts';
import { openGraph, type OpenGraph } from '../../plugin/graph/open.ts';
import { GraphWriter } from '../../plugin/graph/writer.ts';
import { graphOf } from '../../plugin/model/merge.ts';
import { LABELS, type ProvenanceRecord } from '../../plugin/model/record.ts';
import { neo4j } from '../support/engines.ts';
import { type Flights, flightDelays } from './flights.ts';

export { type Flights, flightDelays };

export interface LoadedRecords {
  graph: OpenGraph;
  /** Takes the records out of the graph again. */
  close(): Promise<void>;
}

export interface LoadedFlights extends LoadedRecords {
  flights: Flights;
}

/** Writes the fixture into the real graph, and opens that for questions. Others' things are in there as well. */
export async function loadFlights(flights = flightDelays()): Promise<LoadedFlights> {
  return { flights, ...(await loadRecords(flights.records)) };
}

/** As `loadFlights`, of any records. */
export async function loadRecords(records: ProvenanceRecord[]): Promise<LoadedRecords> {
  const connection = new Connection(neo4j);
  await new GraphWriter(connection).write(records);
  const graph = openGraph(neo4j);
  return {
    graph,
    close: async () => {
      const ids = [...graphOf(records).nodes.keys()];
      for (const label of LABELS) await connection.write((run) => run(`MATCH (n:${label}) WHERE n.id IN $ids DETACH DELETE n`, { ids }));
      await graph.close();
      await connection.close();
    },
  };
}
