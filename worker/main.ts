// Runs in: worker. The demo's worker as a program of its own: `node dist/worker/main.js [--run]`.
import { parseArgs } from 'node:util';
import { Client, Connection } from '@temporalio/client';
import { ProvenancePlugin } from '../plugin/index.ts';
import { landFlights, runFlights } from './flights-run.ts';
import { createFlightsWorker, TASK_QUEUE } from './flights-worker.ts';

const HELP = `Usage: node dist/worker/main.js [--run]

Runs the flight pipelines' worker, recorded by temporal-provenance, until it is told to stop.

Options
  --run   run the pipelines once as well, so that there is something to look at
  --help  show this

Environment
  TEMPORAL_ADDRESS (127.0.0.1:7233), TEMPORAL_NAMESPACE (default)
  NEO4J_URI, NEO4J_USERNAME, NEO4J_PASSWORD, NEO4J_DATABASE
  PROVENANCE_DATA (.provenance/demo): the pipelines' files · PROVENANCE_OUTBOX (.provenance/outbox)
`;

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { run: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } } });
  if (values.help) {
    process.stdout.write(HELP);
    return;
  }
  const address = process.env.TEMPORAL_ADDRESS ?? '127.0.0.1:7233';
  const namespace = process.env.TEMPORAL_NAMESPACE ?? 'default';
  const outbox = process.env.PROVENANCE_OUTBOX;
  const { worker, connection } = await createFlightsWorker({ address, namespace, ...(outbox !== undefined && { plugin: { outbox } }) });
  const running = worker.run();
  console.error(`worker: serving the task queue '${TASK_QUEUE}' of ${address}`);
  try {
    // A failing round ends the worker too: whoever started it then sees that something is wrong.
    if (values.run) await Promise.race([runOnce(address, namespace), running]);
    await running;
  } finally {
    if (worker.getState() === 'RUNNING') worker.shutdown();
    await running.finally(() => connection.close());
  }
}

async function runOnce(address: string, namespace: string): Promise<void> {
  const connection = await Connection.connect({ address });
  try {
    const directory = process.env.PROVENANCE_DATA ?? '.provenance/demo';
    const client = new Client({ connection, namespace, plugins: [new ProvenancePlugin()] });
    const { workflowIds } = await runFlights(client, directory, await landFlights(directory), { say: (what) => console.error(`worker: ${what}`) });
    console.error(`worker: ran ${Object.values(workflowIds).join(', ')}`);
  } finally {
    await connection.close();
  }
}

try {
  await main();
} catch (error) {
  console.error(`worker: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
