// Runs in: CLI (bench). `npm run bench`: timings, as ratios within one run.
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { colors as pc } from '../../plugin/cli/colors.ts';
import { EngineError } from '../../worker/engines/index.ts';
import { away, awayText } from './away.ts';
import { ingest, ingestText } from './ingest.ts';
import { type IsolateCost, isolateCost } from './isolate.ts';
import { overhead, type Overhead } from './overhead.ts';
import { pageCost, pageText } from './page.ts';
import type { Ratio } from './ratios.ts';
import { traceCost, traceText } from './trace.ts';

const BENCHMARKS = ['overhead', 'isolate', 'ingest', 'trace', 'away', 'page'] as const;
type Benchmark = (typeof BENCHMARKS)[number];

const HELP = `Usage: npm run bench -- overhead|isolate|ingest|trace|away|page [options]

overhead   what the plugin costs a worker: the same load without it, with it, and with the SDK's OpenTelemetry interceptors, in turns,
           against engines of this run's own. A minute or two for each round.
isolate    what following a value through workflow code costs for each of its properties, by the value's size
ingest     how fast records become a graph: our writer, and a loader that only creates the same nodes and relationships, in turns
trace      traces and runs-using on graphs of 100,000 and 1,000,000 steps against bare Cypher for the same answers. About 15 minutes
           and 12 GB of disk meanwhile; it has its own numbers of rounds
away       what it does to a worker under load that Neo4j is away for a minute: activities/s before, during and after. Three minutes for each round.
page       traces of 500, 2,000 and 5,000 cards in Chromium: from the data's arrival to the first picture, and frames/s while panning; as they open, and
           with everything open

Options
  --rounds <n>  rounds of each (default 7, of away and page 3: with 7 the true median then lies between the least and the greatest with 98%)
  --steps <n>   of ingest: steps that each side writes in each round (default 12,000)
  --json        print one JSON object on stdout, and nothing else there
  --help        show this
`;

/** [what, ratio, bar, whether more is better] */
type Line = [what: string, ratio: Ratio, bar?: number, more?: boolean];

async function main(): Promise<number> {
  const options = parsed();
  if (typeof options === 'number') return options;
  const { benchmark, rounds, steps, json } = options;
  if (benchmark === 'isolate') {
    const cost = isolateCost(rounds);
    process.stdout.write(json ? `${JSON.stringify(cost)}\n` : isolateText(cost));
  } else if (benchmark === 'ingest') {
    const answer = await ingest(steps, rounds, join('.provenance', `bench-${process.pid}`));
    process.stdout.write(json ? `${JSON.stringify(answer)}\n` : ingestText(answer));
  } else if (benchmark === 'trace') {
    const cost = await traceCost(join('.provenance', `bench-${process.pid}`));
    process.stdout.write(json ? `${JSON.stringify(cost)}\n` : traceText(cost));
  } else if (benchmark === 'away') {
    const answer = await away(rounds, join('.provenance', `bench-${process.pid}`));
    process.stdout.write(json ? `${JSON.stringify(answer)}\n` : awayText(answer));
  } else if (benchmark === 'page') {
    const cost = await pageCost(rounds, join('.provenance', `bench-${process.pid}`));
    process.stdout.write(json ? `${JSON.stringify(cost)}\n` : pageText(cost));
  } else {
    const answer = await overhead(rounds, join('.provenance', `bench-${process.pid}`));
    process.stdout.write(json ? `${JSON.stringify(answer)}\n` : text(answer));
  }
  return 0;
}

function parsed(): { benchmark: Benchmark; rounds: number; steps: number; json: boolean } | number {
  const refused = (why: string) => {
    process.stderr.write(`bench: ${why}\n\n${HELP}`);
    return 2;
  };
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: { rounds: { type: 'string' }, steps: { type: 'string', default: '12000' }, json: { type: 'boolean', default: false }, help: { type: 'boolean', short: 'h', default: false } },
    });
    if (values.help) {
      process.stdout.write(HELP);
      return 0;
    }
    const benchmark = BENCHMARKS.find((name) => name === positionals.join(' '));
    if (!benchmark) return refused(positionals.length === 0 ? 'which benchmark?' : `there is no benchmark '${positionals.join(' ')}'`);
    const rounds = Number(values.rounds ?? (benchmark === 'away' || benchmark === 'page' ? 3 : 7));
    if (!Number.isSafeInteger(rounds) || rounds < 1) return refused('--rounds must be a whole number from 1');
    const steps = Number(values.steps);
    if (!Number.isSafeInteger(steps) || steps < 1) return refused('--steps must be a whole number from 1');
    return { benchmark, rounds, steps, json: values.json };
  } catch (error) {
    return refused((error as Error).message);
  }
}

function isolateText({ ns_per_property: times, growth: { min, median, max }, rounds }: IsolateCost): string {
  const lines = Object.entries(times).map(([size, time]) => `${size.padStart(9)} properties${time.toFixed(0).padStart(8)} ns each`);
  return [
    `Following a value through workflow code: medians of ${rounds} rounds`, '', ...lines, '',
    `A property of the largest costs ${pc.bold(median.toFixed(2))} of one of the smallest  ${pc.dim(`${min.toFixed(2)} … ${max.toFixed(2)}`)}`, '',
  ].join('\n');
}

function text({ plugin_vs_none: none, plugin_vs_otel: otel, rounds, confidence, medians, neo4j_bytes_per_step: bytes }: Overhead): string {
  const lines: Line[] = [
    ['activities/s, of without', none.activities_per_s, 0.97, true], ['CPU per activity, of without', none.cpu_per_activity, 1.15], ['step p50, of without', none.step_p50_ms],
    ['activities/s, of OpenTelemetry', otel.activities_per_s], ['CPU per activity, of OpenTelemetry', otel.cpu_per_activity, 1],
  ];
  const table = lines.map(([what, { min, median, max }, bar, more]) => {
    const isMet = bar === undefined || (more ? median >= bar : median <= bar);
    const told = bar === undefined ? '' : isMet ? pc.green(`  ✔ ${more ? 'at least' : 'at most'} ${bar}`) : pc.red(`  ✖ not ${more ? 'at least' : 'at most'} ${bar}`);
    return `${what.padEnd(36)}${pc.bold(median.toFixed(3).padStart(7))}  ${pc.dim(`${min.toFixed(3)} … ${max.toFixed(3)}`)}${told}`;
  });
  const each = Object.entries(medians).map(([watcher, m]) => pc.dim(
    `${watcher.padEnd(8)}${m.activities_per_s.toFixed(1).padStart(7)} activities/s  ${m.cpu_ms_per_activity.toFixed(2)} ms CPU each  p50 ${m.step_p50_ms.toFixed(1)} ms  p99 ${m.step_p99_ms.toFixed(1)} ms  ${m.peak_memory_mib.toFixed(0)} MiB  ${m.history_bytes_per_activity.toFixed(0)} B of history each`));
  return [
    `The plugin's cost: medians of ${rounds} rounds, and the least and greatest (confidence ${confidence})`, '', ...table, '', ...each,
    ...(bytes === null ? [] : [pc.dim(`Neo4j's files grew by ${bytes} bytes a step.`)]), '',
  ].join('\n');
}

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`bench: ${error instanceof EngineError ? error.message : error instanceof Error ? error.stack : String(error)}\n`);
  process.exitCode = 1;
}
