// Runs in: worker (tests). A worker of its own process, to be killed in the midst of an attempt. Its first argument is all it is told, as JSON.
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { ProvenancePlugin } from '../../dist/plugin/index.js';

const { address, namespace, taskQueue, outbox, neo4j } = JSON.parse(process.argv[2]);
Runtime.install({ logger: new DefaultLogger('ERROR') });
const worker = await Worker.create({
  connection: await NativeConnection.connect({ address }), namespace, taskQueue, plugins: [new ProvenancePlugin({ outbox, neo4j })],
  activities: {
    async dies() {
      process.stdout.write('started\n');
      await new Promise((resolve) => setTimeout(resolve, 60_000));
    },
  },
});
await worker.run();
