// Runs in: CLI (bench). What it does to a worker that Neo4j is away for a minute.
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { colors as pc } from '../../plugin/cli/colors.ts';
import { createProgress, type ProgressStep } from '../../worker/engines/index.ts';
import { ownEngines } from '../support/own-engines.ts';
import { median, type Ratio, ratio, rounded } from './ratios.ts';
import type { Done, SteadyOptions } from './steady.ts';

const WORKFLOWS = 6;
const STEPS = 150;
const WARM_UP_MS = 20_000;
const MINUTE_MS = 60_000;

export interface Away {
  /** Activities/s, medians of the rounds: in the minute before Neo4j was killed, in that without it, and in the one after it was there again. */
  before: number;
  during: number;
  after: number;
  during_vs_before: Ratio;
  /** What has waited is written in that time, by a Neo4j on the same machine. */
  after_vs_before: Ratio;
  rounds: number;
}

type Rates = Pick<Away, 'before' | 'during' | 'after'>;

/** @param dataDir folder for engines of this run's own */
export async function away(rounds: number, dataDir: string): Promise<Away> {
  const progress = createProgress();
  const engines = await ownEngines(dataDir, progress);
  const { temporal: { address, namespace }, neo4j } = engines;
  const graph = engines.neo4jControl!;
  const worker = start({ address, namespace, neo4j, outbox: join(dataDir, 'outbox'), workflows: WORKFLOWS, steps: STEPS });
  try {
    const measured: Rates[] = [];
    for (let number = 0; number < rounds; number++) {
      const step = progress.step(`Round ${number + 1} of ${rounds}`);
      step.update('warming up');
      await sleep(WARM_UP_MS);
      const before = await rate(worker, step, 'with Neo4j');
      await graph.kill();
      const during = await rate(worker, step, 'without Neo4j');
      await graph.start();
      measured.push({ before, during, after: await rate(worker, step, 'with Neo4j again') });
      step.done();
    }
    const of = (phase: keyof Rates) => rounded(median(measured.map((rates) => rates[phase])));
    return {
      before: of('before'), during: of('during'), after: of('after'),
      during_vs_before: ratio(measured.map(({ during }) => during), measured.map(({ before }) => before), (each) => each),
      after_vs_before: ratio(measured.map(({ after }) => after), measured.map(({ before }) => before), (each) => each),
      rounds,
    };
  } finally {
    worker.kill('SIGKILL');
    await engines.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}

function start(options: SteadyOptions): ChildProcess {
  return fork(fileURLToPath(new URL('./steady.js', import.meta.url)), [JSON.stringify(options)], { stdio: ['ignore', 2, 2, 'ipc'] });
}

/** Activities/s in the next minute. */
async function rate(worker: ChildProcess, step: ProgressStep, what: string): Promise<number> {
  step.update(what);
  const from = await done(worker);
  await sleep(MINUTE_MS);
  const to = await done(worker);
  return ((to.activities - from.activities) / (to.at - from.at)) * 1_000;
}

async function done(worker: ChildProcess): Promise<Done> {
  if (!worker.connected) throw new Error('the worker ended: what it said stands above');
  const answer = once(worker, 'message');
  worker.send('how much?');
  return ((await answer) as [Done])[0];
}

/** For people. */
export function awayText({ before, during, after, during_vs_before: without, after_vs_before: again, rounds }: Away): string {
  const line = (what: string, perSecond: number, of: Ratio) =>
    `${what.padEnd(22)}${perSecond.toFixed(1).padStart(7)} activities/s  ${pc.bold(of.median.toFixed(3))}  ${pc.dim(`${of.min.toFixed(3)} … ${of.max.toFixed(3)}`)}`;
  return [
    `Neo4j away for a minute: medians of ${rounds} rounds, and how much they are of what it was before`, '', `${'before'.padEnd(22)}${before.toFixed(1).padStart(7)} activities/s`,
    `${line('while it is away', during, without)}${without.median >= 0.95 ? pc.green('  ✔ at least 0.95') : pc.red('  ✖ not at least 0.95')}`,
    line('when it is there again', after, again), '',
  ].join('\n');
}
