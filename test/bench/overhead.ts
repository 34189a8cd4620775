// Runs in: CLI (bench). What the plugin costs: the same worker and load without it, with it, and with OpenTelemetry, in turns.
import { fork } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createProgress, startEngines } from '../../worker/engines/index.ts';
import { type Round, type RoundOptions, WARM_UP_STEPS, WATCHERS, type Watcher } from './load.ts';
import { confidence, median, type Ratio, ratio, rounded } from './ratios.ts';
import { sizeOf } from './store-size.ts';

const WORKFLOWS = 6;
const STEPS = 150;

export interface Overhead {
  plugin_vs_none: { activities_per_s: Ratio; cpu_per_activity: Ratio; step_p50_ms: Ratio };
  plugin_vs_otel: { activities_per_s: Ratio; cpu_per_activity: Ratio };
  rounds: number;
  /** Of finding the true median between `min` and `max`. */
  confidence: number;
  /** Medians of the rounds, in themselves: they depend on the machine. */
  medians: { [watcher in Watcher]: { activities_per_s: number; cpu_ms_per_activity: number; step_p50_ms: number; step_p99_ms: number; peak_memory_mib: number; history_bytes_per_activity: number } };
  /** Growth of Neo4j's stores by each step that was recorded, its indexes included; null where these are not ours to look at. */
  neo4j_bytes_per_step: number | null;
}

/** @param dataDir folder for engines of this run's own */
export async function overhead(rounds: number, dataDir: string): Promise<Overhead> {
  const progress = createProgress();
  const engines = await startEngines({ dataDir, fresh: true, progress });
  const outboxes = await mkdtemp(join(tmpdir(), 'provenance-bench-'));
  try {
    const measured: { [watcher in Watcher]: Round[] } = { none: [], plugin: [], otel: [] };
    const options = (watcher: Watcher, name: string): RoundOptions => ({
      watcher, address: engines.temporal.address, namespace: engines.temporal.namespace, neo4j: engines.neo4j,
      outbox: join(outboxes, name), workflows: WORKFLOWS, steps: STEPS,
    });
    const before = await sizeOf(dataDir);
    // The engines plan and fill their caches in a round that does not count.
    await side(progress, 'Warming up', WATCHERS, (watcher) => inProcess(options(watcher, 'warm-up')));
    for (let number = 0; number < rounds; number++) {
      // Each takes each place in turn.
      const order = WATCHERS.map((_, index) => WATCHERS[(index + number) % WATCHERS.length]!);
      await side(progress, `Round ${number + 1} of ${rounds}`, order, async (watcher) => {
        measured[watcher].push(await inProcess(options(watcher, String(number))));
      });
    }
    // At its end Neo4j writes all that is in its log into its stores.
    await engines.stop();
    const after = await sizeOf(dataDir);
    const steps = (rounds + 1) * WORKFLOWS * (WARM_UP_STEPS + STEPS);
    return summary(measured, rounds, before === undefined || after === undefined ? null : Math.round((after - before) / steps));
  } finally {
    await engines.stop();
    await rm(outboxes, { recursive: true, force: true });
    await rm(dataDir, { recursive: true, force: true });
  }
}

async function side(progress: ReturnType<typeof createProgress>, text: string, order: readonly Watcher[], work: (watcher: Watcher) => Promise<unknown>): Promise<void> {
  const step = progress.step(text);
  try {
    for (const watcher of order) {
      step.update(watcher);
      await work(watcher);
    }
    step.done();
  } catch (error) {
    step.fail();
    throw error;
  }
}

function inProcess(options: RoundOptions): Promise<Round> {
  return new Promise((resolve, reject) => {
    const child = fork(fileURLToPath(new URL('./round.js', import.meta.url)), [JSON.stringify(options)], { stdio: ['ignore', 2, 2, 'ipc'] });
    child.once('message', (answer) => resolve(answer as Round));
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`the round with ${options.watcher} ended with ${code}: what it said stands above`)));
  });
}

function summary(measured: { [watcher in Watcher]: Round[] }, rounds: number, bytesPerStep: number | null): Overhead {
  const { none, plugin, otel } = measured;
  const of = (figure: (round: Round) => number, watcher: Watcher) => rounded(median(measured[watcher].map(figure)));
  const medians = Object.fromEntries(WATCHERS.map((watcher) => [watcher, {
    activities_per_s: of((round) => round.activitiesPerSecond, watcher), cpu_ms_per_activity: of((round) => round.cpuPerActivity, watcher),
    step_p50_ms: of((round) => round.stepP50, watcher), step_p99_ms: of((round) => round.stepP99, watcher),
    peak_memory_mib: of((round) => round.peakMemory / 2 ** 20, watcher), history_bytes_per_activity: of((round) => round.historyPerActivity, watcher),
  }])) as Overhead['medians'];
  return {
    plugin_vs_none: {
      activities_per_s: ratio(plugin, none, (round) => round.activitiesPerSecond),
      cpu_per_activity: ratio(plugin, none, (round) => round.cpuPerActivity),
      step_p50_ms: ratio(plugin, none, (round) => round.stepP50),
    },
    plugin_vs_otel: {
      activities_per_s: ratio(plugin, otel, (round) => round.activitiesPerSecond),
      cpu_per_activity: ratio(plugin, otel, (round) => round.cpuPerActivity),
    },
    rounds, confidence: confidence(rounds), medians,
    neo4j_bytes_per_step: bytesPerStep,
  };
}
