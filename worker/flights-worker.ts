// Runs in: worker. The demo's worker: the flight pipelines, recorded by the plugin.
import { fileURLToPath } from 'node:url';
import { NativeConnection, Worker } from '@temporalio/worker';
import { ProvenancePlugin, type ProvenanceOptions } from '../plugin/index.ts';
import * as activities from './pipelines/activities.ts';

export const TASK_QUEUE = 'flights';

const here = import.meta.url;
const workflowsPath = fileURLToPath(new URL(`./pipelines/index.${here.endsWith('.ts') ? 'ts' : 'js'}`, here));

/** A worker that is ready to run, and its connection, which its owner closes after it. */
export async function createFlightsWorker(options: {
  address: string;
  namespace: string;
  taskQueue?: string;
  plugin?: ProvenanceOptions;
}): Promise<{ worker: Worker; connection: NativeConnection }> {
  const connection = await NativeConnection.connect({ address: options.address });
  const worker = await Worker.create({
    connection,
    namespace: options.namespace,
    taskQueue: options.taskQueue ?? TASK_QUEUE,
    workflowsPath,
    activities,
    plugins: [new ProvenancePlugin(options.plugin)],
  });
  return { worker, connection };
}
