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

interface RecordingOptions {
  plugin?: ProvenanceOptions | null;
  worker?: Partial<WorkerOptions>;
  clientPlugin?: boolean;
  morePlugins?: WorkerPlugin[];
}

/** The sample workflows, bundled already unless something else is to be bundled with them. */
function samplesFor({ plugin, worker, morePlugins }: RecordingOptions): Pick<WorkerOptions, 'workflowBundle' | 'workflowsPath'> {
  if (worker?.workflowBundle || worker?.workflowsPath !== undefined) return {};
  const { payloadCodecs = [], payloadConverterPath } = worker?.dataConverter ?? {};
  if (plugin === null || morePlugins || worker?.bundlerOptions || worker?.interceptors?.workflowModules || payloadConverterPath) return { workflowsPath: sampleWorkflows };
  const paths = plugin?.paths ?? (payloadCodecs.length > 0 ? 'positions' : 'names');
  return { workflowBundle: { codePath: engines.bundles[paths] } };
}

/**
 * Runs a worker with the plugin while `work` runs. When this resolves, the worker has stopped, and with it the plugin has
 * drained: the graph holds everything.
 */
export async function recorded<T>(
  work: (recording: Recording) => Promise<T>,
  options: RecordingOptions = {},
): Promise<T> {
  const directory = await temporaryDirectory();
  const nativeConnection = await NativeConnection.connect({ address: engines.temporalAddress });
  const connection = await Connection.connect({ address: engines.temporalAddress });
  const taskQueue = unique('queue');
  try {
    const plugin = new ProvenancePlugin({ neo4j, outbox: join(directory.path, 'outbox'), shutdownMs: 120_000, ...options.plugin });
    const worker = await Worker.create({
      connection: nativeConnection, taskQueue, activities, namespace: engines.namespace, ...samplesFor(options),
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
