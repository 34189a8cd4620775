// Runs in: CLI. `provenance audit` and `provenance backfill`: every run of a namespace, held against its history.
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { DefaultLogger, Runtime } from '@temporalio/worker';
import { Command } from 'commander';
import { BadQuestionError } from '../graph/errors.ts';
import { replayable, replayedRecords, ReplayError } from '../history/replay.ts';
import type { SealerOptions } from '../history/seal.ts';
import { type ArchiveOption, auditOptions, type Selection, wholeAudit, withArchive, withEngines } from './audit-run.ts';
import { EXIT } from './command.ts';
import { renderAudit } from './render-audit.ts';
import { type OpenTemporal, type TemporalOptions, withTemporal } from './temporal.ts';

interface Options extends TemporalOptions, Selection, ArchiveOption {
  restart?: true;
  json?: true;
  replay?: string;
}

export function auditCommand(): Command {
  return withSelection(withTemporal(new Command('audit')
    .description("holds the record of every run against Temporal's history: what is missing, there twice, or not confirmed, and what runs without the plugin")
    .option('--repair', 'fill what is missing from history, mark what history does not confirm, and seal the runs')))
    .addHelpText('after', '\nEnds with 0 only when the record is complete. An audit that was interrupted goes on where it was when it is asked for again.')
    .action((options: Options) => audit('audit', options));
}

export function backfillCommand(): Command {
  return withSelection(withTemporal(new Command('backfill')
    .description('builds the lineage of runs that never had the plugin, from their histories alone, whatever language their workers are written in')))
    .option('--replay <code>', 'replay the histories with the code that made them, which tells links by identity: the module that exports the workflows, or a bundle that was made with the plugin')
    .addHelpText('after', '\nA backfill that was interrupted goes on where it was when it is asked for again. Links between values are inferred: equal, distinctive texts and numbers.')
    .action((options: Options) => audit('backfill', { ...options, repair: true }));
}

function withSelection(command: Command): Command {
  return withArchive(command)
    .option('--query <filter>', "only the runs of this list filter of Temporal's, such as \"WorkflowType = 'train'\"")
    .option('--since <time>', 'only runs that started then or later, such as 2026-11-01 or 2026-11-01T12:00:00Z')
    .option('--restart', 'begin anew, also where an interrupted one could go on')
    .option('--json', 'the answer as JSON');
}

async function audit(name: 'audit' | 'backfill', options: Options): Promise<void> {
  const since = options.since === undefined ? undefined : timeOf(options.since);
  await withEngines(options, async (temporal, graph) => {
    const given = auditOptions(temporal, graph, {
      ...options, ...(since !== undefined && { since }), ...(options.replay !== undefined && { retell: await retelling(options.replay, temporal) }),
    });
    const done = await wholeAudit(name, temporal, given, options.restart === true);
    if (!done) return;
    process.stdout.write(`${options.json ? JSON.stringify(done.report, null, 2) : renderAudit(done.report, given.repair)}\n`);
    process.exitCode = done.report.complete ? EXIT.answered : EXIT.incomplete;
  });
}

/** Runs that the code did not make are left to inference; each type of them is said once. @throws BadQuestionError */
async function retelling(code: string, { privacy, dataConverter }: OpenTemporal): Promise<NonNullable<SealerOptions['retell']>> {
  const text = await readFile(code, 'utf8').catch((error: Error) => {
    throw new BadQuestionError(`can't read '${code}' of --replay: ${error.message}`);
  });
  const bundle = await replayable(text.includes('__webpack_require__') ? { bundle: resolve(code) } : resolve(code), { dataConverter }).catch((error: Error) => {
    throw new BadQuestionError(`can't replay '${code}': ${error.message}`);
  });
  const said = new Set<string>();
  return async (run, history) => {
    quieten();
    try {
      return await replayedRecords(bundle, { privacy, dataConverter }, run, history);
    } catch (error) {
      if (!(error instanceof ReplayError)) throw error;
      const type = history.events?.[0]?.workflowExecutionStartedEventAttributes?.workflowType?.name ?? '';
      if (!said.has(type)) process.stderr.write(`provenance: ${error.message}; links of such runs are inferred\n`);
      said.add(type);
      return [];
    }
  };
}

/** What Temporal's core tells of itself would break our progress. It ends with its worker, so it is not to be there without one. */
function quieten(): void {
  try {
    Runtime.install({ logger: new DefaultLogger('ERROR'), telemetryOptions: { logging: { filter: 'ERROR', forward: {} } } });
  } catch {
    // It is there still, and quiet.
  }
}

/** @throws BadQuestionError */
function timeOf(text: string): string {
  const time = new Date(text);
  if (Number.isNaN(time.getTime())) throw new BadQuestionError(`'${text}' is no time: give --since like 2026-11-01 or 2026-11-01T12:00:00Z`);
  return time.toISOString();
}
