// Runs in: tests. What seals runs of this test run's engines, as the CLI does.
import { Connection as TemporalConnection } from '@temporalio/client';
import { loadDataConverter } from '@temporalio/common/lib/internal-non-workflow/index.js';
import { Privacy } from '../../plugin/capture/privacy.ts';
import { Connection } from '../../plugin/graph/connection.ts';
import { runRecord, type RunRecord } from '../../plugin/graph/run-record.ts';
import { GraphWriter } from '../../plugin/graph/writer.ts';
import { Sealer } from '../../plugin/history/seal.ts';
import { runId, type RunKey } from '../../plugin/model/id.ts';
import { engines, neo4j } from './engines.ts';

export interface Sealing {
  temporal: TemporalConnection;
  graph: Connection;
  writer: GraphWriter;
  sealer: Sealer;
  record(run: RunKey): Promise<RunRecord>;
  close(): Promise<void>;
}

export async function openSealing(): Promise<Sealing> {
  const temporal = await TemporalConnection.connect({ address: engines.temporalAddress });
  const graph = new Connection(neo4j);
  const writer = new GraphWriter(graph);
  return {
    temporal, graph, writer,
    sealer: new Sealer({ service: temporal.workflowService, graph, writer, opener: loadDataConverter(), privacy: new Privacy(loadDataConverter()), by: 'tests' }),
    record: (run) => runRecord(graph, runId(run)),
    close: async () => {
      await graph.close();
      await temporal.close();
    },
  };
}
