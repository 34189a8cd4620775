// Runs in: worker (chaos). A worker of its own process, to be killed. Its argument is all it is told, as JSON; its channel tells it where to die.
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { activityInfo, ApplicationFailure, heartbeat } from '@temporalio/activity';
import { DefaultLogger, type InjectedSinks, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { type GraphAddress, ProvenancePlugin } from '../../plugin/index.ts';
import { Outbox } from '../../plugin/outbox/outbox.ts';
import { Journal } from './journal.ts';
import type { Place } from './places.ts';
import type { ChaosSinks, StepActivities } from './workflows.ts';

export interface WorkerOptions {
  address: string;
  namespace: string;
  taskQueue: string;
  neo4j: GraphAddress;
  outbox: string;
  journal: string;
  bundle: string;
}

const options = JSON.parse(process.argv[2]!) as WorkerOptions;
let trap: Place | undefined;
process.on('message', (place: Place) => void (trap = place));
// Whoever started it is gone.
process.on('disconnect', () => process.exit(1));

function reached(place: Place): void {
  if (trap === place) process.kill(process.pid, 'SIGKILL');
}

const journal = await Journal.open(options.journal);
/** By what the SDK knows of a try. */
const ids = new Map<string, string>();
const nameOf = ({ workflowExecution, activityId, attempt, currentAttemptScheduledTimestampMs: at }: ReturnType<typeof activityInfo>) =>
  `${workflowExecution?.runId} ${activityId} ${attempt} ${at}`;

const activities: StepActivities = {
  async step({ ms, fails, beats }, table) {
    const info = activityInfo();
    const { workflowExecution, activityId, isLocal, attempt, currentAttemptScheduledTimestampMs } = info;
    const id = randomUUID();
    ids.set(nameOf(info), id);
    await journal.write({ what: 'started', of: { id, ...workflowExecution!, activityId, isLocal, number: attempt, scheduledAt: currentAttemptScheduledTimestampMs, process: process.pid } });
    for (let part = 0; part < 4; part++) {
      if (beats) heartbeat({ part });
      await sleep(ms / 4);
      if (part === 1) reached('activity');
    }
    const outcome = attempt <= fails ? 'failed' : 'completed';
    await journal.write({ what: 'ended', id, outcome });
    if (outcome === 'failed') throw ApplicationFailure.create({ message: `attempt ${attempt} of ${fails} that fail`, type: 'Flaky' });
    return { ...table, revision: table.revision + 1, parts: [...table.parts, { label: `${activityId} of ${workflowExecution?.workflowId}`, rows: ms }] };
  },
};

const { batch: take, remove: forget } = Outbox.prototype;
Outbox.prototype.batch = async function batch(held) {
  const taken = await take.call(this, held);
  // By then Neo4j is at it.
  if (taken) setTimeout(() => reached('write'), 20);
  return taken;
};

Outbox.prototype.remove = function remove(batch) {
  reached('drain');
  return forget.call(this, batch);
};

const sinks: InjectedSinks<ChaosSinks> = { chaos: { reached: { fn: () => reached('task'), callDuringReplay: false } } };

Runtime.install({ logger: new DefaultLogger('WARN') });
const worker = await Worker.create({
  connection: await NativeConnection.connect({ address: options.address }),
  namespace: options.namespace, taskQueue: options.taskQueue, workflowBundle: { codePath: options.bundle }, activities, sinks,
  plugins: [new ProvenancePlugin({ neo4j: options.neo4j, outbox: options.outbox, shutdownMs: 5_000 })],
  interceptors: {
    // Outside of the plugin's.
    activity: [({ info }) => ({ inbound: { execute: async (input, next) => {
      try {
        return await next(input);
      } finally {
        const id = ids.get(nameOf(info));
        if (id !== undefined) await journal.write({ what: 'handed over', id });
        reached('report');
      }
    } } })],
  },
});
process.send!('running');
await worker.run();
process.exit(0);
