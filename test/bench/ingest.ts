// Runs in: CLI (bench). How fast records become a graph: our writer, and a loader that only creates the same, in turns.
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import neo4j, { type Driver } from 'neo4j-driver';
import { colors as pc } from '../../plugin/cli/colors.ts';
import { Connection } from '../../plugin/graph/connection.ts';
import { GraphWriter } from '../../plugin/graph/writer.ts';
import type { ProvenanceRecord } from '../../plugin/model/record.ts';
import { createProgress, type EngineControl, startEngines } from '../../worker/engines/index.ts';
import { create, loadsOf } from './create-only.ts';
import { confidence, median, type Ratio, ratio, rounded } from './ratios.ts';
import { type RecordedRuns, recordRuns } from './recorded-runs.ts';
import { sizeOf } from './store-size.ts';

const SIDES = ['writer', 'create_only'] as const;
type Side = (typeof SIDES)[number];
/** As many records as a worker takes out of its outbox at once. */
const BATCH = 1_000;

type InTurn = (text: string, sides: readonly Side[], round: (side: Side) => Promise<void>) => Promise<void>;

interface Round {
  steps: number;
  stepsPerSecond: number;
  /** Milliseconds of this process' processor time; what Neo4j takes is on top. */
  clientCpuPerStep: number;
  rowsPerStep: number;
}

export interface Ingest {
  /** Steps per second, of the same steps by the loader. */
  writer_vs_create_only: Ratio;
  /** Medians of the rounds, in themselves: they depend on the machine. */
  steps_per_s: number;
  /** Growth of Neo4j's stores, its indexes included; null where these are not ours to look at. */
  bytes_per_step: number | null;
  client_cpu_ms_per_step: number;
  create_only: { steps_per_s: number; bytes_per_step: number | null; client_cpu_ms_per_step: number };
  /** Nodes and relationships. */
  rows_per_step: number;
  steps: number;
  rounds: number;
  /** Of finding the true median between `min` and `max`. */
  confidence: number;
}

/**
 * @param steps of each side in each round
 * @param dataDir folder for engines of this run's own
 */
export async function ingest(steps: number, rounds: number, dataDir: string): Promise<Ingest> {
  const progress = createProgress();
  const engines = await startEngines({ dataDir, fresh: true, progress });
  const { uri, username, password, database } = engines.neo4j;
  const driver = neo4j.driver(uri, neo4j.auth.basic(username, password));
  const connection = new Connection(engines.neo4j);
  const inTurn: InTurn = async (text, sides, round) => {
    const step = progress.step(text);
    for (const side of sides) {
      step.update(side === 'writer' ? 'the writer' : 'the loader');
      await round(side);
    }
    step.done();
  };
  try {
    const runs = await recordRuns(engines.temporal, join(dataDir, 'outbox'));
    const measured: { [side in Side]: Round[] } = { writer: [], create_only: [] };
    const one = (side: Side) => measure(side, runs, steps, driver, database, new GraphWriter(connection));
    // The first round is for the compilers and the caches. It makes the constraints too.
    await inTurn('Warming up', SIDES, async (side) => void (await one(side)));
    for (let number = 0; number < rounds; number++) {
      const order = number % 2 === 0 ? SIDES : SIDES.toReversed();
      await inTurn(`Round ${number + 1} of ${rounds}`, order, async (side) => void measured[side].push(await one(side)));
    }
    const bytes = engines.neo4jControl && (await growth(engines.neo4jControl, dataDir, inTurn, async (side) => (await one(side)).steps));
    return summary(measured, bytes, rounds);
  } finally {
    await connection.close();
    await driver.close();
    await engines.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}

async function measure(side: Side, runs: RecordedRuns, atLeast: number, driver: Driver, database: string, writer: GraphWriter): Promise<Round> {
  const records = [...runs.copies(atLeast)];
  const steps = Math.ceil(atLeast / runs.steps) * runs.steps;
  const { loads, nodes, edges } = loadsOf(records);
  const rows = async () => {
    const { records: [row] } = await driver.executeQuery('RETURN COUNT { (n) } + COUNT { ()-[]->() } AS rows', {}, { database });
    return Number(row!.get('rows'));
  };
  const before = await rows();
  const cpu = process.cpuUsage();
  const began = performance.now();
  if (side === 'writer') await write(writer, records);
  else await create(driver, database, loads);
  const seconds = (performance.now() - began) / 1_000;
  const { user, system } = process.cpuUsage(cpu);
  const made = (await rows()) - before;
  if (made !== nodes + edges) throw new Error(`${nodes + edges} nodes and relationships were to be made, and ${made} were`);
  return { steps, stepsPerSecond: steps / seconds, clientCpuPerStep: (user + system) / 1_000 / steps, rowsPerStep: made / steps };
}

/** Of Neo4j's stores by each step. What it has in its log alone it writes there when it stops. */
async function growth(engine: EngineControl, dataDir: string, inTurn: InTurn, round: (side: Side) => Promise<number>): Promise<{ [side in Side]: number }> {
  const bytes = { writer: 0, create_only: 0 };
  const settled = async () => {
    await engine.stop();
    const size = await sizeOf(dataDir);
    await engine.start();
    return size ?? NaN;
  };
  let before = await settled();
  await inTurn('Measuring the disk', SIDES, async (side) => {
    const steps = await round(side);
    const after = await settled();
    bytes[side] = (after - before) / steps;
    before = after;
  });
  return bytes;
}

async function write(writer: GraphWriter, records: ProvenanceRecord[]): Promise<void> {
  for (let at = 0; at < records.length; at += BATCH) await writer.write(records.slice(at, at + BATCH));
}

function summary({ writer, create_only: loader }: { [side in Side]: Round[] }, bytes: { [side in Side]: number } | undefined, rounds: number): Ingest {
  const of = (side: Round[], grown: number | undefined) => ({
    steps_per_s: Math.round(median(side.map((round) => round.stepsPerSecond))),
    bytes_per_step: grown === undefined || Number.isNaN(grown) ? null : Math.round(grown),
    client_cpu_ms_per_step: rounded(median(side.map((round) => round.clientCpuPerStep))),
  });
  return {
    writer_vs_create_only: ratio(writer, loader, (round) => round.stepsPerSecond), ...of(writer, bytes?.writer), create_only: of(loader, bytes?.create_only),
    rows_per_step: rounded(writer[0]!.rowsPerStep), steps: writer[0]!.steps, rounds, confidence: confidence(rounds),
  };
}

export function ingestText(answer: Ingest): string {
  const { writer_vs_create_only: { min, median: middle, max }, create_only: loader, rows_per_step: rows, steps, rounds } = answer;
  const told = (met: boolean, bar: string) => (met ? pc.green(`  ✔ at least ${bar}`) : pc.red(`  ✖ not at least ${bar}`));
  const side = (name: string, { steps_per_s: speed, bytes_per_step: bytes, client_cpu_ms_per_step: cpu }: Ingest['create_only']) =>
    pc.dim(`${name.padEnd(20)}${String(speed).padStart(7)} steps/s  ${cpu.toFixed(3)} ms client CPU each${bytes === null ? '' : `  ${bytes} bytes on disk each`}`);
  return [
    `Writing ${steps} steps of ${rows.toFixed(1)} nodes and relationships each: medians of ${rounds} rounds, and the least and greatest (confidence ${answer.confidence})`, '',
    `steps/s                             ${pc.bold(String(answer.steps_per_s).padStart(7))}${told(answer.steps_per_s >= 3_000, '3000')}`,
    `steps/s, of a loader that creates   ${pc.bold(middle.toFixed(3).padStart(7))}  ${pc.dim(`${min.toFixed(3)} … ${max.toFixed(3)}`)}${told(middle >= 0.7, '0.7')}`, '',
    side('the writer', answer), side('the loader', loader), '',
  ].join('\n');
}
