// Runs in: CLI. `provenance audit` and `provenance backfill`: every run of a namespace, held against its history.
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { Command } from 'commander';
import { addressFromEnvironment, Connection } from '../graph/connection.ts';
import { BadQuestionError } from '../graph/errors.ts';
import { ensureSchema } from '../graph/schema.ts';
import { GraphWriter } from '../graph/writer.ts';
import { type AuditOptions, auditPage, auditSize, type AuditState, newAudit, unprovable } from '../history/audit.ts';
import type { RunReport } from '../history/audit-report.ts';
import { Sealer } from '../history/seal.ts';
import { sha256 } from '../model/id.ts';
import { EXIT } from './command.ts';
import { createProgress } from './progress.ts';
import { renderAudit } from './render-audit.ts';
import { type OpenTemporal, openTemporal, type TemporalOptions, withTemporal } from './temporal.ts';

interface Options extends TemporalOptions {
  query?: string;
  since?: string;
  repair?: true;
  restart?: true;
  json?: true;
}

/** Where audits that were interrupted are kept. */
const FOLDER = join('.provenance', 'audit');
const INTERRUPTED = 130;

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
    .addHelpText('after', '\nA backfill that was interrupted goes on where it was when it is asked for again. Links between values are inferred: equal, distinctive texts and numbers.')
    .action((options: Options) => audit('backfill', { ...options, repair: true }));
}

function withSelection(command: Command): Command {
  return command
    .option('--query <filter>', "only the runs of this list filter of Temporal's, such as \"WorkflowType = 'train'\"")
    .option('--since <time>', 'only runs that started then or later, such as 2026-11-01 or 2026-11-01T12:00:00Z')
    .option('--restart', 'begin anew, also where an interrupted one could go on')
    .option('--json', 'the answer as JSON');
}

async function audit(name: 'audit' | 'backfill', options: Options): Promise<void> {
  const since = options.since === undefined ? undefined : timeOf(options.since);
  const temporal = await openTemporal(options);
  const graph = new Connection(addressFromEnvironment());
  try {
    await ensureSchema(graph);
    const given = auditOptions(temporal, graph, options, since);
    const file = stateFile(name, options, temporal);
    const done = await whole(name, given, file, options.restart === true);
    if (!done) return;
    const { report } = done;
    process.stdout.write(`${options.json ? JSON.stringify(report, null, 2) : renderAudit(report, given.repair)}\n`);
    process.exitCode = report.complete ? EXIT.answered : EXIT.incomplete;
  } finally {
    await Promise.allSettled([graph.close(), temporal.close()]);
  }
}

function auditOptions({ service, namespace, opener, privacy }: OpenTemporal, graph: Connection, { query, repair }: Options, since: string | undefined): AuditOptions {
  const sealer = new Sealer({ service, graph, writer: new GraphWriter(graph), opener, privacy, by: `provenance ${process.pid}@${hostname()}` });
  return { service, graph, sealer, namespace, repair: repair === true, ...(query !== undefined && { query }), ...(since !== undefined && { since }) };
}

/** All pages, or undefined when somebody interrupts it. */
async function whole(name: string, options: AuditOptions, file: string, restart: boolean): Promise<AuditState | undefined> {
  let state = (restart ? undefined : await readState(file)) ?? newAudit();
  const begun = state.report.runs;
  const interruption = new AbortController();
  const interrupt = () => interruption.abort();
  process.on('SIGINT', interrupt).on('SIGTERM', interrupt);
  const all = await auditSize(options, state);
  const step = createProgress().step(name === 'audit' ? 'Auditing' : 'Building lineage from history');
  let runs = begun;
  let missing = state.report.missing;
  const tell = (run: RunReport) => {
    missing += run.missing;
    step.update(`${++runs} of ${all} runs, ${missing} things found missing`);
  };
  const isOver = () => interruption.signal.aborted;
  step.update(begun > 0 ? `goes on after ${begun} of ${all} runs` : `${all} runs`);
  try {
    while (state.hasMore && !isOver()) {
      state = await auditPage(options, state, tell, isOver);
      if (!isOver()) await writeState(file, state);
    }
    if (isOver()) {
      step.fail(`Interrupted after ${state.report.runs} of ${all} runs: the same command goes on from there, with --restart it begins anew`);
      process.exitCode = INTERRUPTED;
      return undefined;
    }
    if (options.query === undefined && options.since === undefined) state.report.unprovable = await unprovable(options);
    step.done(`${name === 'audit' ? 'Audited' : 'Built the lineage of'} ${state.report.runs} runs`);
    await rm(file, { force: true });
    return state;
  } catch (error) {
    step.fail(`Stopped after ${state.report.runs} of ${all} runs: the same command goes on from there`);
    throw error;
  } finally {
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
  }
}

function stateFile(name: string, { query = '', since = '', repair }: Options, { namespace, connection }: OpenTemporal): string {
  return join(FOLDER, `${name}-${sha256(JSON.stringify([connection.options.address, namespace, query, since, repair === true])).slice(0, 12)}.json`);
}

async function readState(file: string): Promise<AuditState | undefined> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as AuditState;
  } catch {
    return undefined; // None, or one that was cut short: it begins anew.
  }
}

async function writeState(file: string, state: AuditState): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  await writeFile(`${file}.new`, JSON.stringify(state), { mode: 0o600 });
  await rename(`${file}.new`, file);
}

/** @throws BadQuestionError */
function timeOf(text: string): string {
  const time = new Date(text);
  if (Number.isNaN(time.getTime())) throw new BadQuestionError(`'${text}' is no time: give --since like 2026-11-01 or 2026-11-01T12:00:00Z`);
  return time.toISOString();
}
