// Runs in: CLI, tests (chaos). Pipelines under random kills of workers, Neo4j and Temporal; then what happened is held against what is on record.
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Connection as TemporalConnection } from '@temporalio/client';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import { Connection } from '../../plugin/graph/connection.ts';
import type { AuditReport } from '../../plugin/history/audit-report.ts';
import { ProvenancePlugin } from '../../plugin/index.ts';
import { Outbox } from '../../plugin/outbox/outbox.ts';
import type { Engines, Progress } from '../../worker/engines/index.ts';
import { ownEngines } from '../support/own-engines.ts';
import { audited } from './audited.ts';
import { Faults, type Kills } from './faults.ts';
import { readHistories } from './histories.ts';
import { readJournals } from './journal.ts';
import { Load } from './load.ts';
import { readRecorded } from './recorded-runs.ts';
import { judge, type Verdict } from './verdict.ts';
import { Workers } from './workers.ts';

export interface ChaosOptions {
  seed: string;
  /** How long things are killed, in milliseconds. */
  ms: number;
  /** Folder for engines, outbox and journals; removed unless something is at fault. */
  directory: string;
  progress: Progress;
  /** Ends it before its time. */
  signal?: AbortSignal;
}

export interface ChaosResult {
  seed: string;
  runs: number;
  /** Tries of activities, as journaled by themselves. */
  attempts: number;
  kills: Kills;
  /** Where workers were killed. */
  places: Faults['places'];
  verdict: Verdict;
  audit: AuditReport;
  /** Records that the graph refused, or that were still in the outbox at the end. */
  undrained: number;
}

const WORKERS = 3;
const PIPELINES_AT_ONCE = 20;
const NAMESPACE = 'default';
const TASK_QUEUE = 'chaos';
/** After the last fault: what is still open then never ends. */
const RECOVERY_MS = 120_000;

/** @throws what `signal` gives as its reason, and EngineError */
export async function chaos(options: ChaosOptions): Promise<ChaosResult> {
  const { seed, progress, signal } = options;
  const directory = resolve(options.directory);
  await mkdir(directory, { recursive: true });
  const engines = await ownEngines(directory, progress);
  let isKept = true;
  try {
    const result = await underFire({ ...options, directory }, engines);
    isKept = !isSound(result);
    return result;
  } catch (error) {
    isKept = signal?.aborted !== true;
    throw error;
  } finally {
    await engines.stop();
    if (!isKept) await rm(directory, { recursive: true, force: true });
    else progress.step('Engines stopped').done(`What was recorded of seed '${seed}', and the logs, are in ${directory}`);
  }
}

/** Whether all that happened is on record, once, and nothing else. */
export function isSound({ verdict, audit, undrained }: ChaosResult): boolean {
  return [verdict.missing, verdict.duplicate, verdict.falseCommitted, verdict.failedByPlugin].every(({ length }) => length === 0) && audit.complete && undrained === 0;
}

async function underFire({ seed, ms, directory, progress, signal }: ChaosOptions, engines: Engines): Promise<ChaosResult> {
  const { temporal: { address }, neo4j } = engines;
  const place = { outbox: join(directory, 'outbox'), journal: join(directory, 'journal'), bundle: join(directory, 'workflows.js') };
  await bundle(place.bundle);
  // It connects again by itself.
  const connection = await TemporalConnection.connect({ address });
  const outbox = new Outbox(place.outbox);
  const graph = new Connection(neo4j);
  const workers = new Workers(WORKERS, { address, namespace: NAMESPACE, taskQueue: TASK_QUEUE, neo4j, ...place }, directory);
  const load = new Load({ connection, namespace: NAMESPACE, taskQueue: TASK_QUEUE, seed, atOnce: PIPELINES_AT_ONCE });
  const faults = new Faults(seed, workers, engines.neo4jControl!, engines.temporalControl!);
  try {
    await step(progress, 'Killing', async (say) => {
      for (const until = Date.now() + ms; Date.now() < until; await sleep(500, undefined, { signal })) {
        faults.check();
        say(`${load.started.length} pipelines begun; killed: ${faults.kills.worker} workers, Neo4j ${faults.kills.neo4j} times, Temporal ${faults.kills.temporal} times`);
      }
    });
    await step(progress, 'Letting all come to its end', async (say) => {
      await faults.end();
      say('waiting for pipelines');
      await load.end(RECOVERY_MS);
      for (const until = Date.now() + RECOVERY_MS; outbox.depth > 0 && Date.now() < until; await sleep(100, undefined, { signal })) say(`${outbox.depth} records to drain`);
      say('stopping the workers');
      await workers.stop();
    });
    const histories = await readHistories(connection, NAMESPACE, load.started);
    const audit = await step(progress, 'Auditing', () => audited({ address, namespace: NAMESPACE, neo4j, directory, runs: histories.length, connection }));
    const journal = readJournals(place.journal);
    const verdict = judge(journal, histories, await readRecorded(graph));
    return { seed, runs: histories.length, attempts: journal.length, kills: faults.kills, places: faults.places, verdict, audit, undrained: outbox.depth + outbox.quarantined().length };
  } finally {
    load.abandon();
    await faults.end().catch(() => undefined);
    await workers.stop();
    await Promise.allSettled([outbox.close(), graph.close(), connection.close()]);
  }
}

/** Once, and not by each worker: they come up often. */
async function bundle(file: string): Promise<void> {
  const workflowsPath = fileURLToPath(new URL(import.meta.url.endsWith('.ts') ? './workflows.ts' : './workflows.js', import.meta.url));
  const { code } = await bundleWorkflowCode({ workflowsPath, plugins: [new ProvenancePlugin()], logger: new DefaultLogger('ERROR') });
  await writeFile(file, code);
}

async function step<T>(progress: Progress, text: string, work: (say: (detail: string) => void) => Promise<T>): Promise<T> {
  const shown = progress.step(text);
  try {
    const answer = await work((detail) => shown.update(detail));
    shown.done();
    return answer;
  } catch (error) {
    shown.fail();
    throw error;
  }
}
