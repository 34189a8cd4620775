// Runs in: tests. What histories alone tell of runs that nobody watched, in the graph.
import type { Client } from '@temporalio/client';
import { loadDataConverter } from '@temporalio/common/lib/internal-non-workflow/index.js';
import type { temporal } from '@temporalio/proto';
import { Privacy } from '../../plugin/capture/privacy.ts';
import { Connection } from '../../plugin/graph/connection.ts';
import { GraphWriter } from '../../plugin/graph/writer.ts';
import { historyRecords } from '../../plugin/history/history-records.ts';
import type { RunKey } from '../../plugin/model/id.ts';
import { neo4j } from './engines.ts';

export interface FetchedRun {
  run: RunKey;
  history: temporal.api.history.v1.IHistory;
}

/** Writes what the histories of all runs tell whose workflow ids begin with `scope`. @returns these histories */
export async function backfilled(client: Client, scope: string): Promise<FetchedRun[]> {
  const runs = await fetchedRuns(client, `WorkflowId STARTS_WITH '${scope}'`);
  const graph = new Connection(neo4j);
  try {
    const writer = new GraphWriter(graph);
    const privacy = new Privacy(loadDataConverter());
    const records = runs.flatMap(({ run, history }) => historyRecords({ privacy, attempts: () => true, infer: () => true }, run, history, new Date().toISOString()));
    for (let at = 0; at < records.length; at += 500) await writer.write(records.slice(at, at + 500));
  } finally {
    await graph.close();
  }
  return runs;
}

export async function fetchedRuns(client: Client, query: string): Promise<FetchedRun[]> {
  const { namespace } = client.options;
  // Visibility is told of a run some time later.
  for (let before = -1, now = 0; before !== now || now === 0;) {
    before = now;
    await new Promise((resolve) => setTimeout(resolve, 500));
    ({ count: now } = await client.workflow.count(query));
  }
  const runs: FetchedRun[] = [];
  for await (const { workflowId, runId } of client.workflow.list({ query })) {
    runs.push({ run: { namespace, workflowId, runId }, history: await client.workflow.getHandle(workflowId, runId).fetchHistory() });
  }
  return runs;
}
