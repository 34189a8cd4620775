// Runs in: CLI. `provenance rebuild`: the graph again, from archives and Temporal's histories.
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Command } from 'commander';
import { NothingFoundError } from '../graph/errors.ts';
import { GraphWriter } from '../graph/writer.ts';
import { type Rebuilt, rebuild } from '../outbox/rebuild.ts';
import { auditOptions, wholeAudit, withEngines } from './audit-run.ts';
import { colors as pc } from './colors.ts';
import { EXIT } from './command.ts';
import { createProgress } from './progress.ts';
import { renderAudit } from './render-audit.ts';
import { type TemporalOptions, withTemporal } from './temporal.ts';

interface Options extends TemporalOptions {
  archive: string[];
  json?: true;
}

export function rebuildCommand(): Command {
  return withTemporal(new Command('rebuild')
    .description("builds the graph again after Neo4j was lost: from the archives of the workers, then from Temporal's histories")
    .option('--archive <folders...>', "the workers' archives, of all machines", [join('.provenance', 'archive')])
    .option('--json', 'the answer as JSON'))
    .addHelpText('after', "\nWhat is in Neo4j already stays as it is. 'provenance digest' before and after tells whether all of it is back.")
    .action((options: Options) => rebuildGraph(options));
}

async function rebuildGraph(options: Options): Promise<void> {
  for (const folder of options.archive) {
    const isFolder = await stat(folder).then((found) => found.isDirectory(), () => false);
    if (!isFolder) throw new NothingFoundError(`there is no archive at '${folder}': give the folders of all workers with --archive`);
  }
  await withEngines(options, async (temporal, graph) => {
    const step = createProgress().step('Applying the archive');
    const archive = await rebuild(options.archive, new GraphWriter(graph), (records) => step.update(`${records} records`)).catch((error: unknown) => {
      step.fail();
      throw error;
    });
    step.done(`Applied ${archive.records} records of the archive`);
    // What is filled in now came from history, where it still is: the archive has what was sealed before.
    const done = await wholeAudit('rebuild', temporal, auditOptions(temporal, graph, { repair: true, archive: false }), true);
    if (!done) return;
    process.stdout.write(`${options.json ? JSON.stringify({ archive, audit: done.report }, null, 2) : `${rendered(archive)}\n\n${renderAudit(done.report, true)}`}\n`);
    process.exitCode = done.report.complete && archive.refused === 0 && archive.damaged.length === 0 ? EXIT.answered : EXIT.incomplete;
  });
}

function rendered({ records, refused, damaged }: Rebuilt): string {
  return [
    `${pc.bold(String(records))} records of the archive`,
    ...(refused > 0 ? [pc.yellow(`${refused} records that the graph refuses`)] : []),
    ...damaged.map(({ file, reason }) => pc.red(`Damaged: ${file}: ${reason}`)),
  ].join('\n');
}
