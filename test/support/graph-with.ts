// Runs in: tests. Writes records into the real graph, opens it for questions, and takes the records out again.
import { Connection } from '../../plugin/graph/connection.ts';
import { openGraph, type OpenGraph } from '../../plugin/graph/open.ts';
import { GraphWriter } from '../../plugin/graph/writer.ts';
import type { ProvenanceRecord } from '../../plugin/model/record.ts';
import { neo4j } from './engines.ts';
import { openDriver, removeScope } from './graph-content.ts';

export interface GraphWith {
  graph: OpenGraph;
  write(records: ProvenanceRecord[]): Promise<void>;
  close(): Promise<void>;
}

/** @param scope is in the id of all that the records tell of */
export async function graphWith(scope: string, records: ProvenanceRecord[]): Promise<GraphWith> {
  const connection = new Connection(neo4j);
  const write = (more: ProvenanceRecord[]) => new GraphWriter(connection).write(more);
  await write(records);
  const graph = openGraph(neo4j);
  return {
    graph,
    write,
    close: async () => {
      const driver = openDriver();
      await removeScope(driver, scope);
      await Promise.all([graph.close(), connection.close(), driver.close()]);
    },
  };
}
