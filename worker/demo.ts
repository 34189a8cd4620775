// Runs in: CLI (demo). `npm run demo`: engines, pipelines, answers, page.
import { appendFileSync, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { Client, Connection } from '@temporalio/client';
import { DefaultLogger, Runtime } from '@temporalio/worker';
import { listen } from '../graph-ui/server/listen.ts';
import { colors as pc } from '../plugin/cli/colors.ts';
import { renderRunsUsing } from '../plugin/cli/render-answers.ts';
import { renderTrace } from '../plugin/cli/render-trace.ts';
import { openGraph } from '../plugin/graph/open.ts';
import { ProvenancePlugin } from '../plugin/index.ts';
import { answerFrom, type DemoAnswer, subjectOf } from './demo/answer.ts';
import { createProgress, EngineError, type Engines, startEngines } from './engines/index.ts';
import { type FlightsRound, landFlights, runFlights } from './flights-run.ts';
import { createFlightsWorker } from './flights-worker.ts';

const HELP = `Usage: npm run demo [-- options]

Starts Temporal and Neo4j, runs pipelines on three million real flights, and traces a prediction back to its raw data.
Then it serves the page until Ctrl-C, which stops everything that it started.

Options
  --once  end after printing
  --json  with --once: print one JSON object on stdout, and nothing else there
  --help  show this
`;

const DATA = resolve('.provenance');
const progress = createProgress();
/** All is shown, and the page is there to be looked at: Ctrl-C is then the way to end. */
let serving = false;

async function main(): Promise<number> {
  const options = parsed();
  if (typeof options === 'number') return options;
  mkdirSync(DATA, { recursive: true });
  logToFile(join(DATA, 'worker.log'));
  const began = Date.now();
  const engines = await startEngines({ dataDir: DATA, progress });
  // Whatever happens from here on, what was started is stopped.
  const interrupted = new Promise<'interrupted'>((done) => {
    let asked = 0;
    const end = () => {
      // Ctrl-C may come from the terminal and from npm at once; one that comes later means: at once.
      if (asked > 0 && Date.now() - asked > 1_000) process.exit(130);
      asked ||= Date.now();
      done('interrupted');
    };
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, end);
    // Whoever started us is gone without a signal.
    process.once('disconnect', end);
    process.channel?.unref();
  });
  try {
    const shown = show(engines, options, began, interrupted);
    const end = await Promise.race([shown, interrupted]);
    if (end !== 'interrupted') return end;
    if (serving) return await shown;
    // The pipelines may be under way: nothing of theirs is waited for, and what the engines hold is on disk.
    const step = progress.step('Stopping what was started');
    await engines.stop();
    step.done('Stopped');
    process.exit(130);
  } finally {
    const step = progress.step('Stopping what was started');
    await engines.stop();
    step.done('Stopped');
  }
}

interface Options {
  once: boolean;
  json: boolean;
}

async function show(engines: Engines, { once, json }: Options, began: number, interrupted: Promise<unknown>): Promise<number> {
  const landing = progress.step('Putting three million flights in place');
  const directory = join(DATA, 'demo');
  const sources = await landFlights(directory);
  landing.done('Three million flights are in place');
  const ready = Date.now();
  const round = await record(engines, directory, sources);
  const recorded = Date.now();
  const graph = openGraph(engines.neo4j);
  const page = await listen(graph, {
    temporalUi: engines.temporal.ui,
    // Not among what the demo says.
    onContentRead: (read) => appendFileSync(join(DATA, 'content-reads.log'), `${JSON.stringify(read)}\n`),
  });
  try {
    const tracing = progress.step('Tracing a prediction back to its raw data');
    const answer = await answerFrom(graph, round);
    tracing.done('Traced a prediction back to its raw data');
    const seconds = { setup: ready - began, pipeline: recorded - ready, trace: Date.now() - recorded };
    const ui = `${page.url}/?subject=${encodeURIComponent(answer.prediction.id)}`;
    const whole: DemoAnswer = {
      ...answer, ui,
      engines: { temporal: engines.temporal.address, neo4j: engines.neo4j.uri },
      seconds: { setup: seconds.setup / 1_000, pipeline: seconds.pipeline / 1_000, trace: seconds.trace / 1_000 },
    };
    process.stdout.write(json ? `${JSON.stringify(whole)}\n` : await text(whole, round, graph.runsUsing));
    if (once) return 0;
    process.stdout.write(`\nServing until ${pc.bold('Ctrl-C')}.\n`);
    serving = true;
    await interrupted;
    return 0;
  } finally {
    await page.close();
    await graph.close();
  }
}

/** Runs the pipelines with a worker of our own. When this resolves the graph has everything: a worker that stops drains first. */
async function record({ temporal, neo4j }: Engines, directory: string, sources: Parameters<typeof runFlights>[2]): Promise<FlightsRound> {
  const step = progress.step('Running the pipelines');
  try {
    const { worker, connection: native } = await createFlightsWorker({
      address: temporal.address, namespace: temporal.namespace,
      plugin: { neo4j, outbox: join(DATA, 'outbox'), shutdownMs: 60_000 },
    });
    const connection = await Connection.connect({ address: temporal.address });
    try {
      const client = new Client({ connection, namespace: temporal.namespace, plugins: [new ProvenancePlugin()] });
      const round = await worker.runUntil(async () => {
        const finished = await runFlights(client, directory, sources, { say: step.update });
        step.update('writing the record to the graph');
        return finished;
      });
      step.done('Ran the pipelines: two models trained, 20 flights predicted');
      return round;
    } finally {
      await connection.close();
      await native.close();
    }
  } catch (error) {
    step.fail('The pipelines failed');
    throw error;
  }
}

async function text(answer: DemoAnswer, { sources, trained }: FlightsRound, runsUsing: ReturnType<typeof openGraph>['runsUsing']): Promise<string> {
  const heading = (words: string) => `\n${pc.bold(words)}\n\n`;
  const used = await runsUsing(subjectOf(trained.raw));
  return [
    heading('Where does this prediction come from?'), renderTrace(answer.trace), '\n',
    heading(`Which runs used version ${sources.raw.version} of the raw flights?`), renderRunsUsing(used), '\n',
    heading('Look around'), `  ${pc.cyan(answer.ui)}\n`,
  ].join('');
}

function parsed(): Options | number {
  try {
    const { values } = parseArgs({ options: { once: { type: 'boolean', default: false }, json: { type: 'boolean', default: false }, help: { type: 'boolean', short: 'h' } } });
    if (values.help) {
      process.stdout.write(HELP);
      return 0;
    }
    if (values.json && !values.once) throw new Error('--json goes with --once: it prints one object and ends.');
    return { once: values.once, json: values.json };
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n\n${HELP}`);
    return 2;
  }
}

/** The worker's own log would break the progress lines. */
function logToFile(path: string): void {
  Runtime.install({
    // Ours alone: the SDK would end the process once its workers have stopped, engines or not.
    shutdownSignals: [],
    // The SDK's core would write to stdout, which is for the answer.
    telemetryOptions: { logging: { filter: 'WARN', forward: {} } },
    logger: new DefaultLogger('INFO', ({ level, message, timestampNanos, meta }) => {
      const time = new Date(Number(timestampNanos / 1_000_000n)).toISOString();
      appendFileSync(path, `${time} ${level} ${message} ${JSON.stringify(meta ?? {}, (_, value: unknown) => (value instanceof Error ? value.stack : value))}\n`);
    }),
  });
}

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`\n${error instanceof EngineError || !(error instanceof Error) ? String((error as Error).message ?? error) : `The demo failed: ${error.message}`}\nThe worker's log is ${join(DATA, 'worker.log')}.\n`);
  process.exitCode = 1;
}
