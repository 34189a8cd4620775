// Runs in: CLI. Without dependencies: it runs before anything is installed or built.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { program } from './places.mjs';
import { run, say } from './run.mjs';

const HELP = `Usage: npm run corpus -- [--json]

Runs the labelled corpus (test/corpus) against engines of its own, and reports precision and recall of the recorded data flow.
Ends with 1 when the floors are not met.

Options
  --json  print one JSON object on stdout, and nothing else there
`;

/** Runs the corpus' tests. Resolves with the exit code. */
export async function corpus(args) {
  if (args.includes('--help') || args.includes('-h')) {
    process.stdout.write(HELP);
    return 0;
  }
  const json = args.length === 1 && args[0] === '--json';
  if (args.length > 0 && !json) {
    process.stderr.write(HELP);
    return 2;
  }
  const directory = mkdtempSync(join(tmpdir(), 'provenance-corpus-'));
  const file = join(directory, 'report.json');
  try {
    process.env.PROVENANCE_CORPUS_REPORT = file;
    // What the tests print is for people: stdout is for the answer.
    const code = await run(process.execPath, [program('vitest', 'vitest'), 'run', 'test/corpus'], ['inherit', json ? 2 : 'inherit', 'inherit']);
    if (json) {
      try {
        process.stdout.write(`${readFileSync(file, 'utf8')}\n`);
      } catch {
        say('The corpus did not run to its end: there is no report.');
        return code || 1;
      }
    }
    return code;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
