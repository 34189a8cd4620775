// Runs in: worker (bench). One round: a worker of its own process, the same load whatever watches it.
import { rm } from 'node:fs/promises';
import { performance } from 'node:perf_hooks';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { OpenTelemetryPlugin } from '@temporalio/interceptors-opentelemetry';
import { DefaultLogger, NativeConnection, Runtime, Worker, type WorkerPlugin } from '@temporalio/worker';
import { Resource } from '@opentelemetry/resources';
import { BatchSpanProcessor, type SpanExporter } from '@opentelemetry/sdk-trace-base';
import { type GraphAddress, ProvenancePlugin } from '../../plugin/index.ts';

export interface Table {
  name: string;
  revision: number;
  rows: number[];
}

export const WATCHERS = ['none', 'plugin', 'otel'] as const;
/** What watches the worker: nothing, this plugin, or the SDK's OpenTelemetry interceptors. */
export type Watcher = (typeof WATCHERS)[number];

export interface RoundOptions {
  watcher: Watcher;
  address: string;
  namespace: string;
  neo4j: GraphAddress;
  /** Folder of the plugin's outbox; removed at the end. */
  outbox: string;
  workflows: number;
  /** Of each workflow. */
  steps: number;
}

export interface Round {
  activities: number;
  /** From the first activity of the load to the last workflow's end. */
  activitiesPerSecond: number;
  /** Milliseconds of processor time of the whole worker process, what it does in the background and at its end included. */
  cpuPerActivity: number;
  /** Milliseconds from the start of one activity to that of the next in its workflow. */
  stepP50: number;
  stepP99: number;
  /** Bytes. */
  peakMemory: number;
  /** Bytes, by what the server says of the workflows' histories. */
  historyPerActivity: number;
}

/** Enough for V8 to compile most of what is run often. */
export const WARM_UP_STEPS = 150;
/** For what is done in the background after the warm-up, which is not the load's. */
const SETTLE_MS = 4_000;

export async function round(options: RoundOptions): Promise<Round> {
  Runtime.install({ logger: new DefaultLogger('ERROR') });
  const { address, namespace, workflows, steps } = options;
  const native = await NativeConnection.connect({ address });
  const connection = await Connection.connect({ address });
  const taskQueue = `bench-${process.pid}-${Date.now()}`;
  const starts = new Map<string, number[]>();
  const plugins = pluginsOf(options);
  const worker = await Worker.create({
    connection: native, namespace, taskQueue, plugins,
    workflowsPath: fileURLToPath(new URL('./workflows.js', import.meta.url)),
    activities: {
      async step(table: Table): Promise<Table> {
        return { ...table, revision: table.revision + 1 };
      },
    },
    interceptors: { activity: [({ info }) => ({ inbound: { execute: (input, next) => {
      const { workflowId } = info.workflowExecution!;
      starts.set(workflowId, [...(starts.get(workflowId) ?? []), performance.now()]);
      return next(input);
    } } })] },
  });
  const client = new Client({ connection, namespace });
  const run = (name: string, count: number) => Promise.all(Array.from({ length: workflows }, (_, index) =>
    client.workflow.execute('chain', { taskQueue, workflowId: `${taskQueue}-${name}-${index}`, args: [count] })));
  let seconds = 0;
  let cpu = process.cpuUsage();
  let history = 0;
  await worker.runUntil(async () => {
    await run('warm-up', WARM_UP_STEPS);
    await setTimeout(SETTLE_MS);
    cpu = process.cpuUsage();
    const began = performance.now();
    await run('load', steps);
    seconds = (performance.now() - began) / 1_000;
    const sizes = await Promise.all(Array.from({ length: workflows }, (_, index) => client.workflow.getHandle(`${taskQueue}-load-${index}`).describe()));
    history = sizes.reduce((sum, { raw }) => sum + Number(raw.workflowExecutionInfo?.historySizeBytes ?? 0), 0);
  });
  const used = process.cpuUsage(cpu);
  await connection.close();
  await native.close();
  await rm(options.outbox, { recursive: true, force: true });
  const activities = workflows * steps;
  const latencies = [...starts].filter(([id]) => id.includes('-load-')).flatMap(([, times]) => times.slice(1).map((time, index) => time - times[index]!)).sort((a, b) => a - b);
  return {
    activities,
    activitiesPerSecond: activities / seconds,
    cpuPerActivity: (used.user + used.system) / 1_000 / activities,
    stepP50: latencies[Math.floor(latencies.length * 0.5)]!,
    stepP99: latencies[Math.floor(latencies.length * 0.99)]!,
    peakMemory: process.resourceUsage().maxRSS * 1_024,
    historyPerActivity: history / activities,
  };
}

function pluginsOf({ watcher, neo4j, outbox }: RoundOptions): WorkerPlugin[] {
  if (watcher === 'plugin') return [new ProvenancePlugin({ neo4j, outbox, shutdownMs: 120_000 })];
  if (watcher === 'otel') return [new OpenTelemetryPlugin({ resource: new Resource({ 'service.name': 'bench' }), spanProcessor: new BatchSpanProcessor(discarding) })];
  return [];
}

const discarding: SpanExporter = {
  export: (_, done) => done({ code: 0 }),
  shutdown: () => Promise.resolve(),
};
