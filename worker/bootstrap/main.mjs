// Runs in: CLI. Without dependencies: it runs before anything is installed or built.
import { join } from 'node:path';
import { buildWhereNeeded } from './build.mjs';
import { corpus } from './corpus.mjs';
import { installWhereNeeded } from './install.mjs';
import { program, ROOT } from './places.mjs';
import { run, stopCode } from './run.mjs';
import { withLock } from './lock.mjs';

const USAGE = `Usage: node worker/bootstrap.mjs <command> [arguments]

Installs the dependencies and builds dist/ where needed, then runs:
  demo      the demo                       (npm run demo)
  engines   a local Temporal and Neo4j     (npm run engines)
  test      type check, lint, all tests    (npm test)
  corpus    the labelled corpus' report    (npm run corpus)
  bench     what the plugin costs          (npm run bench)
  chaos     kills everything at random   (npm run chaos)
  fuzz:api  what the API answers to anything (npm run fuzz:api)
  build     nothing more
`;

const ENTRIES = { demo: 'worker/demo.js', engines: 'worker/engines-command.js', bench: 'test/bench/main.js', chaos: 'test/chaos/main.js', 'fuzz:api': 'test/fuzz/main.js' };

/** Runs a command. Resolves with the exit code; after a signal, with the one a shell would give. */
export async function main(command, args) {
  if (!['demo', 'engines', 'test', 'corpus', 'bench', 'chaos', 'fuzz:api', 'build'].includes(command)) {
    process.stderr.write(USAGE);
    return command === '--help' || command === '-h' ? 0 : 2;
  }
  process.chdir(ROOT);
  const prepared = await withLock(async () => (await installWhereNeeded()) || buildWhereNeeded());
  if (prepared !== 0 || stopCode() !== 0) return prepared || stopCode();
  if (command === 'build') return 0;
  if (command === 'test') return test(args);
  if (command === 'corpus') return corpus(args);
  const entry = join('dist', ENTRIES[command]);
  // The channel tells the child when this process is gone, even killed: then nobody else could.
  return run(process.execPath, [entry, ...args], ['inherit', 'inherit', 'inherit', 'ipc']);
}

async function test(args) {
  const checks = [
    [program('typescript', 'tsc'), '--noEmit'],
    [program('oxlint', 'oxlint'), '--deny-warnings'],
    [program('vitest', 'vitest'), 'run', ...args],
  ];
  for (const check of checks) {
    const code = (await run(process.execPath, check)) || stopCode();
    if (code !== 0) return code;
  }
  return 0;
}
