// Runs in: CLI. `provenance status` and `provenance outbox`: what waits on this machine, what is set aside, and having that tried again.
import { stat } from 'node:fs/promises';
import { Command } from 'commander';
import { addressFromEnvironment } from '../graph/connection.ts';
import { BadQuestionError, GraphUnavailableError } from '../graph/errors.ts';
import { openGraph } from '../graph/open.ts';
import type { RunCounts } from '../graph/run-counts.ts';
import { archiveBeside, archiveFigures, type ArchiveFigures } from '../outbox/archive.ts';
import { figuresOf, type OutboxFigures } from '../outbox/folder.ts';
import { Outbox } from '../outbox/outbox.ts';
import { quarantinedIn, replay } from '../outbox/quarantine.ts';
import { EXIT } from './command.ts';

const OUTBOX = '.provenance/outbox';

interface Status {
  outbox: OutboxFigures & { folder: string; oldestAgeSeconds: number };
  archive: ArchiveFigures & { folder: string };
  /** `fault` says why it does not answer. */
  graph: { answers: true; runs: RunCounts } | { answers: false; fault: string };
}

export function addOutboxCommands(program: Command): void {
  program
    .command('status')
    .description('what waits in the outbox of this machine, its archive, and whether Neo4j answers')
    .option('--outbox <folder>', 'the outbox of the workers', OUTBOX)
    .option('--archive <folder>', "the archive of the workers (default 'archive' beside the outbox)")
    .option('--json', 'the answer as JSON')
    .action(async (options: { outbox: string; archive?: string; json?: true }) => {
      const status = await statusOf(options.outbox, options.archive ?? archiveBeside(options.outbox));
      print(options, status, () => renderStatus(status));
      process.exitCode = status.graph.answers ? EXIT.answered : EXIT.unreachable;
    });

  const outbox = program.command('outbox').description('records that were set aside, since the graph refused them or they could not be read');
  outbox
    .command('list')
    .description('what is set aside, and why')
    .option('--outbox <folder>', 'the outbox of the workers', OUTBOX)
    .option('--json', 'the answer as JSON')
    .action(async (options: { outbox: string; json?: true }) => {
      await mustBeFolder(options.outbox);
      const all = quarantinedIn(options.outbox);
      print(options, all, () => all.map(({ since, reason, record }) => `${since}  ${record?.nodes[0]?.id ?? '(not readable)'}\n  ${reason}`).join('\n') || 'Nothing is set aside.');
    });
  outbox
    .command('replay')
    .description('gives what is set aside back to the outbox: the next worker that drains it tries again')
    .option('--outbox <folder>', 'the outbox of the workers', OUTBOX)
    .option('--json', 'the answer as JSON')
    .action(async (options: { outbox: string; json?: true }) => {
      await mustBeFolder(options.outbox);
      const into = new Outbox(options.outbox);
      try {
        const answer = await replay(into.directory, (record) => into.put(record, { beyond: true }));
        const left = answer.left > 0 ? ` ${answer.left} can't be read by this version, and stay.` : '';
        print(options, answer, () => `${answer.replayed} given back to the outbox.${left}`);
      } finally {
        await into.close();
      }
    });
}

async function statusOf(folder: string, archive: string): Promise<Status> {
  const figures = figuresOf(folder);
  return {
    outbox: { folder, ...figures, oldestAgeSeconds: figures.oldest ? Math.max(0, (Date.now() - figures.oldest.getTime()) / 1_000) : 0 },
    archive: { folder: archive, ...(await archiveFigures(archive)) },
    graph: await graphStatus(),
  };
}

async function graphStatus(): Promise<Status['graph']> {
  try {
    const graph = openGraph(addressFromEnvironment());
    try {
      return { answers: true, runs: await graph.runCounts() };
    } finally {
      await graph.close();
    }
  } catch (error) {
    if (error instanceof GraphUnavailableError) return { answers: false, fault: error.message };
    throw error;
  }
}

function renderStatus({ outbox, archive, graph }: Status): string {
  const age = outbox.oldest ? `, the oldest for ${Math.round(outbox.oldestAgeSeconds)} s` : '';
  const runs = graph.answers ? Object.entries(graph.runs.byStatus).map(([status, count]) => `${count} ${status}`).join(', ') : '';
  return [
    `Outbox   ${outbox.records} records wait (${outbox.bytes} bytes${age}), ${outbox.quarantined} set aside  ${outbox.folder}`,
    `Archive  ${archive.files} files (${archive.bytes} bytes)  ${archive.folder}`,
    graph.answers ? `Neo4j    answers: ${graph.runs.runs} runs${runs && ` (${runs})`}, ${graph.runs.withGaps} with gaps` : `Neo4j    ${graph.fault}`,
    ...(graph.answers ? [`Seals    ${graph.runs.bySeal.sealed} sealed, ${graph.runs.bySeal.unsealed} unsealed, ${graph.runs.bySeal.open} checked as they go on, ${graph.runs.bySeal.failed} not confirmed`] : []),
  ].join('\n');
}

async function mustBeFolder(folder: string): Promise<void> {
  const isFolder = await stat(folder).then((found) => found.isDirectory(), () => false);
  if (!isFolder) throw new BadQuestionError(`'${folder}' is no folder: give the workers' outbox with --outbox`);
}

function print(options: { json?: true }, answer: unknown, text: () => string): void {
  process.stdout.write(`${options.json ? JSON.stringify(answer, null, 2) : text()}\n`);
}
