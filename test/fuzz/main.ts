// Runs in: CLI (fuzz). `npm run fuzz:api`: asks the API whatever its own description allows, and what it does not.
import { spawn } from 'node:child_process';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { readAccess } from '../../graph-ui/server/access/settings.ts';
import { listen } from '../../graph-ui/server/listen.ts';
import { Connection } from '../../plugin/graph/connection.ts';
import { openGraph } from '../../plugin/graph/open.ts';
import { GraphWriter } from '../../plugin/graph/writer.ts';
import { createProgress, EngineError } from '../../worker/engines/index.ts';
import { type Flights, flightDelays } from '../graph-ui/flights.ts';
import { ownEngines } from '../support/own-engines.ts';
import { pythonWith } from '../support/python-venv.ts';
import { hostileRecords } from './hostile.ts';

const HELP = `Usage: npm run fuzz:api -- [options]

Starts engines of its own, puts a real pipeline's lineage and things with hostile names into the graph, serves the API, and has Schemathesis
(from PyPI) ask it all that /api/openapi.json allows and forbids, as an auditor. Ends with 0 only when no answer is a server's error, and each
is as described.

Options
  --seconds <n>  how long it asks (default 180)
  --seed <n>     the same questions again (default: 1)
  --help         show this
`;

const SCHEMATHESIS = 'schemathesis==4.32.5';
const TOKEN = 'fuzzing-token-0123456789';
/** No schema says that `after` belongs to the same question, that two things are of one kind, or that a text is a digest: that 400 answers such questions, too, is as it should be. */
const CONFIGURATION = `[checks.positive_data_acceptance]
expected-statuses = ["2xx", "3xx", "400", "401", "403", "404", "409", "429"]
`;
/** Beyond its own bound Schemathesis is ended. */
const PATIENCE_SECONDS = 120;

interface Parameter { name: string; example?: string; examples?: { [name: string]: { value: string } } }
interface Description { paths: { [path: string]: { get: { parameters: Parameter[] } } } }

async function main(): Promise<number> {
  const options = parsed();
  if (typeof options === 'number') return options;
  const progress = createProgress();
  const installing = progress.step('Installing Schemathesis');
  const python = await pythonWith([SCHEMATHESIS], 'The API is fuzzed').catch((error: unknown) => {
    installing.fail('Schemathesis could not be installed');
    throw error;
  });
  installing.done('Schemathesis is installed');
  const directory = join('.provenance', `fuzz-${process.pid}`);
  const engines = await ownEngines(directory, progress);
  const errors: unknown[] = [];
  try {
    const flights = flightDelays();
    const connection = new Connection(engines.neo4j);
    await new GraphWriter(connection).write([...flights.records, ...hostileRecords()]);
    await connection.close();
    const graph = openGraph(engines.neo4j);
    const server = await listen(graph, {
      port: 0, access: readAccess({ PROVENANCE_UI_TOKENS: `fuzzer:auditor:${TOKEN}` }), requestsPerMinute: 1_000_000, onContentRead: () => undefined, onError: (error) => void errors.push(error),
    });
    try {
      return await fuzz(python, server.url, directory, flights, options);
    } finally {
      for (const error of errors) process.stderr.write(`fuzz: nobody foresaw ${error instanceof Error ? error.stack : String(error)}\n`);
      await server.close();
      await graph.close();
    }
  } finally {
    await engines.stop();
    await rm(directory, { recursive: true, force: true });
  }
}

function parsed(): { seconds: number; seed: number } | number {
  const refused = (why: string) => {
    process.stderr.write(`fuzz: ${why}\n\n${HELP}`);
    return 2;
  };
  try {
    const { values } = parseArgs({ options: { seconds: { type: 'string', default: '180' }, seed: { type: 'string', default: '1' }, help: { type: 'boolean', short: 'h', default: false } } });
    if (values.help) {
      process.stdout.write(HELP);
      return 0;
    }
    const [seconds, seed] = [Number(values.seconds), Number(values.seed)];
    if (!Number.isSafeInteger(seconds) || seconds < 1) return refused('--seconds must be a whole number from 1');
    if (!Number.isSafeInteger(seed) || seed < 0) return refused('--seed must be a whole number from 0');
    return { seconds, seed };
  } catch (error) {
    return refused((error as Error).message);
  }
}

/** Schemathesis' own exit code; 124 when it had to be ended. */
async function fuzz(python: string, url: string, directory: string, flights: Flights, { seconds, seed }: { seconds: number; seed: number }): Promise<number> {
  const description = await describe(url, flights);
  await mkdir(directory, { recursive: true });
  await writeFile(join(directory, 'openapi.json'), JSON.stringify(description));
  await writeFile(join(directory, 'schemathesis.toml'), CONFIGURATION);
  const args = [
    '-m', 'schemathesis.cli', 'run', 'openapi.json', '--url', url, '--header', `Authorization: Bearer ${TOKEN}`, '--checks', 'all',
    '--phases', 'examples,coverage,fuzzing', '--workers', '2', '--max-time', String(seconds), '--seed', String(seed),
    // The server's own bound is 30 seconds, and the machine may be busy.
    '--max-response-time', '40', '--request-timeout', '60', '--continue-on-failure', '--no-color',
  ];
  return new Promise((resolve, reject) => {
    const child = spawn(python, args, { cwd: directory, stdio: ['ignore', 'inherit', 'inherit'] });
    let ended = false;
    const end = () => {
      ended = true;
      child.kill('SIGKILL');
    };
    const timer = setTimeout(end, (seconds + PATIENCE_SECONDS) * 1_000);
    for (const signal of ['SIGINT', 'SIGTERM', 'disconnect']) process.on(signal, end);
    child.once('error', reject);
    child.once('exit', (code) => {
      clearTimeout(timer);
      resolve(ended ? 124 : (code ?? 1));
    });
  });
}

/** The server's own description, with things that are there as examples: else hardly a question would find anything. */
async function describe(url: string, { ids, rawFlights }: Flights): Promise<Description> {
  const response = await fetch(`${url}/api/openapi.json`, { headers: { authorization: `Bearer ${TOKEN}` } });
  const description = (await response.json()) as Description;
  const subjects = [ids.rawFlights, ids.model, ids.predictions[0]!, ids.prepareRun, ids.cleanStep, `${rawFlights.uri}@${rawFlights.version}`, `sha256:${rawFlights.sha256}`];
  const known: { [name: string]: string[] } = { subject: subjects, id: subjects, from: subjects, to: subjects.toReversed(), uri: [rawFlights.uri], q: ['flights', ids.model] };
  for (const { get } of Object.values(description.paths)) {
    for (const parameter of get.parameters) {
      const values = known[parameter.name];
      if (values) parameter.examples = Object.fromEntries(values.map((value, index) => [`${index}`, { value }]));
    }
  }
  return description;
}

try {
  // The channel to the process that started this one would keep it alive.
  process.exit(await main());
} catch (error) {
  process.stderr.write(`fuzz: ${error instanceof EngineError ? error.message : error instanceof Error ? error.stack : String(error)}\n`);
  process.exit(1);
}
