// Runs in: worker (bench). A worker with the plugin under a load that does not end, in a process of its own; asked over its channel, it tells how much it has done.
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { type GraphAddress, ProvenancePlugin } from '../../plugin/index.ts';
import type { Table } from './load.ts';

export interface SteadyOptions {
  address: string;
  namespace: string;
  neo4j: GraphAddress;
  outbox: string;
  workflows: number;
  /** Of each workflow; it is then begun again. */
  steps: number;
}

/** How many activities it has done, at a time of its own clock in milliseconds. */
export interface Done {
  activities: number;
  at: number;
}

const { address, namespace, neo4j, outbox, workflows, steps } = JSON.parse(process.argv[2]!) as SteadyOptions;
// That the graph is away is no news here.
Runtime.install({ logger: new DefaultLogger('ERROR') });
const taskQueue = `steady-${process.pid}`;
let activities = 0;
const worker = await Worker.create({
  connection: await NativeConnection.connect({ address }), namespace, taskQueue, workflowsPath: fileURLToPath(new URL('./workflows.js', import.meta.url)),
  plugins: [new ProvenancePlugin({ neo4j, outbox })],
  activities: {
    async step(table: Table): Promise<Table> {
      activities++;
      return { ...table, revision: table.revision + 1 };
    },
  },
});
const client = new Client({ connection: await Connection.connect({ address }), namespace });
process.on('message', () => void process.send!({ activities, at: performance.now() } satisfies Done));
process.on('disconnect', () => process.exit(0));
await worker.runUntil(Promise.all(Array.from({ length: workflows }, async (_, lane) => {
  for (let number = 0; ; number++) await client.workflow.execute('chain', { taskQueue, workflowId: `${taskQueue}-${lane}-${number}`, args: [steps] });
})));
