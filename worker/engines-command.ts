// Runs in: CLI.
import { relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { createColors } from 'picocolors';
import { createProgress, EngineError, passwordFile, SAID, silentProgress, startEngines, type Engines } from './engines/index.ts';

const HELP = `Usage: npm run engines [-- options]

Finds or builds a local Temporal and Neo4j, starts them, and keeps them until Ctrl-C.
Their data stays in .provenance and is there again the next time.

Options
  --data-dir <folder>  where data, logs and the Neo4j password are kept   (default: .provenance)
  --fresh              throw away the data of earlier starts
  --json               print the addresses as one line of JSON on stdout
  --help               show this

Engines of your own are used instead where these are set:
  TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE
  NEO4J_URI, NEO4J_USERNAME, NEO4J_PASSWORD, NEO4J_DATABASE
`;

interface Options {
  dataDir: string;
  fresh: boolean;
  json: boolean;
}

process.exitCode = await main();

async function main(): Promise<number> {
  let options: Options;
  try {
    const { values } = parseArgs({
      options: {
        'data-dir': { type: 'string', default: '.provenance' },
        fresh: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    if (values.help) {
      process.stdout.write(HELP);
      return 0;
    }
    options = { dataDir: resolve(values['data-dir']), fresh: values.fresh, json: values.json };
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n\n${HELP}`);
    return 2;
  }
  return run(options);
}

async function run({ dataDir, fresh, json }: Options): Promise<number> {
  const progress = createProgress();
  let fault: Error | undefined;
  let crash: () => void = () => undefined;
  const crashed = new Promise<void>((done) => void (crash = done));
  let engines: Engines;
  try {
    engines = await startEngines({
      dataDir,
      fresh,
      progress,
      onUnexpectedExit(error) {
        fault = error;
        crash();
      },
    });
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    process.stderr.write(`\n${error.message}\n`);
    return 1;
  }
  process.stdout.write(json ? `${JSON.stringify(machineReadable(engines, dataDir))}\n` : summary(engines, dataDir));
  const code = await Promise.race([signalled(), crashed.then(() => 1)]);
  if (fault) process.stderr.write(`\n${fault.message}\n`);
  const step = (engines.temporalControl || engines.neo4jControl ? progress : silentProgress).step('Stopping the engines');
  await engines.stop();
  step.done('Engines stopped, the data is kept');
  return code;
}

/** Resolves with the exit code to end with. Before this is called a signal simply ends us, and the engines with us. */
function signalled(): Promise<number> {
  return new Promise((done) => {
    const alive = setInterval(() => undefined, 2 ** 30);
    let asked = 0;
    const end = (code: number) => {
      clearInterval(alive);
      // Ctrl-C may come from the terminal and from npm at once; one that comes later means: at once.
      if (asked > 0 && Date.now() - asked > 1_000) process.exit(code);
      asked ||= Date.now();
      done(code);
    };
    process.on('SIGINT', () => end(0));
    process.on('SIGTERM', () => end(0));
    process.on('SIGHUP', () => end(0));
    // Whoever started us is gone without a signal.
    process.on('disconnect', () => end(0));
    process.channel?.unref();
  });
}

function machineReadable({ temporal, neo4j }: Engines, dataDir: string) {
  const { password: _, ...shown } = neo4j;
  return { temporal, neo4j: { ...shown, passwordFile: neo4j.source === 'environment' ? null : passwordFile(dataDir) }, dataDir };
}

function summary(engines: Engines, dataDir: string): string {
  const { temporal, neo4j } = engines;
  const { bold, cyan, dim } = createColors(process.stdout.isTTY === true && process.env['NO_COLOR'] === undefined);
  const show = (path: string) => {
    const short = relative(process.cwd(), path);
    return short.startsWith('..') ? path : short;
  };
  const row = (name: string, value: string, note = '') => `  ${name.padEnd(10)}${cyan(value)}${note ? dim(`  ${note}`) : ''}`;
  const local = neo4j.source !== 'environment';
  const secret = show(passwordFile(dataDir));
  const lines = [
    '',
    bold('Temporal'),
    row('address', temporal.address, `namespace ${temporal.namespace}, ${temporal.version}, ${SAID[temporal.source]}`),
    ...(temporal.ui ? [row('web UI', temporal.ui)] : []),
    '',
    bold('Neo4j'),
    row('address', neo4j.uri, `database ${neo4j.database}, ${neo4j.version}, ${SAID[neo4j.source]}`),
    row('user', neo4j.username),
    ...(local ? [row('password', secret, 'in this file')] : []),
    '',
    ...(local || temporal.source !== 'environment' ? [row('data', show(dataDir), 'kept for the next start'), ''] : []),
    dim('For another terminal:'),
    `  export TEMPORAL_ADDRESS=${temporal.address} TEMPORAL_NAMESPACE=${temporal.namespace}`,
    `  export NEO4J_URI=${neo4j.uri} NEO4J_USERNAME=${neo4j.username} NEO4J_DATABASE=${neo4j.database}`,
    ...(local ? [`  export NEO4J_PASSWORD="$(cat ${secret})"`] : []),
    '',
    closing(engines).replace('Ctrl-C', bold('Ctrl-C')),
    '',
  ];
  return `${lines.join('\n')}\n`;
}

function closing({ temporal, temporalControl, neo4j, neo4jControl }: Engines): string {
  if (temporalControl && neo4jControl) return 'Ctrl-C stops them.';
  const [mine, other] = temporalControl ? ['Temporal', neo4j] : ['Neo4j', temporal];
  const whose = other.source === 'environment' ? 'is not ours' : 'was started by another command, which stops it';
  if (temporalControl || neo4jControl) return `Ctrl-C stops ${mine}; the other one ${whose}.`;
  return 'Ctrl-C ends this command. The engines stay: it did not start them.';
}
