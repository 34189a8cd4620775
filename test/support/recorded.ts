// Runs in: worker (tests). Runs sample workflows for real, with the plugin, and waits until the graph has it all.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client, Connection, type WorkflowHandleWithFirstExecutionRunId, type WorkflowStartOptions } from '@temporalio/client';
import { DefaultLogger, NativeConnection, Runtime, Worker, type WorkerOptions, type WorkerPlugin } from '@temporalio/worker';
import { ProvenancePlugin, type ProvenanceOptions } from '../../plugin/index.ts';
import { engines, neo4j, unique } from './engines.ts';
import * as activities from './sample/activities.ts';

export { engines, neo4j, unique };

// Failures on purpose are no news.
Runtime.install({ logger: new DefaultLogger('ERROR') });

export const sampleWorkflows = fileURLToPath(new URL('./sample/workflows.ts', import.meta.url));

export async function temporaryDirectory(): Promise<{ path: string; remove(): Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'provenance-test-'));
  return { path, remove: () => rm(path, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 }) };
}

export interface Recording {
  client: Client;
  taskQueue: string;
  directory: string;
  start(workflowType: string, args: unknown[], options?: Partial<WorkflowStartOptions>): Promise<WorkflowHandleWithFirstExecutionRunId>;
}

/**
 * Runs a worker with the plugin while `work` runs. When this resolves, the worker has stopped, and with it the plugin has
 * drained: the graph holds everything.
 */
export async function recorded<T>(
  work: (recording: Recording) => Promise<T>,
  options: { plugin?: ProvenanceOptions | null; worker?: Partial<WorkerOptions>; clientPlugin?: boolean; morePlugins?: WorkerPlugin[] } = {},
): Promise<T> {
  const directory = await temporaryDirectory();
  const nativeConnection = await NativeConnection.connect({ address: engines.temporalAddress });
  const connection = await Connection.connect({ address: engines.temporalAddress });
  const taskQueue = unique('queue');
  try {
    const plugin = new ProvenancePlugin({ neo4j, outbox: join(directory.path, 'outbox'), shutdownMs: 120_000, ...options.plugin });
    const worker = await Worker.create({
      connection: nativeConnection, taskQueue, activities, workflowsPath: sampleWorkflows, namespace: engines.namespace,
      ...(options.plugin !== null && { plugins: [plugin, ...(options.morePlugins ?? [])] }),
      ...options.worker,
    });
    const client = new Client({ connection, namespace: engines.namespace, ...(options.clientPlugin !== false && { plugins: [new ProvenancePlugin({ neo4j })] }) });
    return await worker.runUntil(() => work({
      client, taskQueue, directory: directory.path,
      start: (workflowType, args, more) => client.workflow.start(workflowType, { taskQueue, args, workflowId: unique(workflowType), ...more }),
    }));
  } finally {
    await connection.close();
    await nativeConnection.close();
    await directory.remove();
  }
}
