// Runs in: CLI. An audit from the first page of runs to the last, which goes on where it was when it is interrupted.
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import type { Command } from 'commander';
import { addressFromEnvironment, Connection } from '../graph/connection.ts';
import { BadQuestionError } from '../graph/errors.ts';
import { ensureSchema } from '../graph/schema.ts';
import { GraphWriter } from '../graph/writer.ts';
import { type AuditOptions, auditPage, auditSize, type AuditState, newAudit, unprovable } from '../history/audit.ts';
import type { RunReport } from '../history/audit-report.ts';
import { Sealer, type SealerOptions } from '../history/seal.ts';
import { sha256 } from '../model/id.ts';
import { Archive } from '../outbox/archive.ts';
import { lineOf } from '../outbox/record-lines.ts';
import { createProgress } from './progress.ts';
import { type OpenTemporal, openTemporal, type TemporalOptions } from './temporal.ts';

/** Which runs, and what is done about them. */
export interface Selection {
  query?: string;
  since?: string;
  repair?: true;
}

export interface ArchiveOption {
  /** False for none. */
  archive: string | false;
}

/** Where audits that were interrupted are kept. */
const FOLDER = join('.provenance', 'audit');
const DOING = { audit: ['Auditing', 'Audited'], backfill: ['Building lineage from history', 'Built the lineage of'], rebuild: ['Filling in from history', 'Compared'] } as const;
const INTERRUPTED = 130;

/** Adds what says where that is kept which is filled in. */
export function withArchive(command: Command): Command {
  return command
    .option('--archive <folder>', 'where what is filled in is kept as well, for a rebuild', join('.provenance', 'archive'))
    .option('--no-archive', 'keep it in Neo4j alone');
}

/** Opens both engines while `work` runs. @throws TemporalUnavailableError, GraphUnavailableError */
export async function withEngines(options: TemporalOptions, work: (temporal: OpenTemporal, graph: Connection) => Promise<void>): Promise<void> {
  const temporal = await openTemporal(options);
  const graph = new Connection(addressFromEnvironment());
  try {
    await ensureSchema(graph);
    await work(temporal, graph);
  } finally {
    await Promise.allSettled([graph.close(), temporal.close()]);
  }
}

export function auditOptions({ service, namespace, opener, privacy }: OpenTemporal, graph: Connection, { query, since, repair, archive, retell }: Selection & ArchiveOption & Pick<SealerOptions, 'retell'>): AuditOptions {
  const kept = archive === false ? undefined : new Archive(archive);
  const sealer = new Sealer({
    service, graph, writer: new GraphWriter(graph), opener, privacy, by: `provenance ${process.pid}@${hostname()}`, ...(retell && { retell }),
    ...(kept && { keep: (records) => kept.append([Buffer.from(records.map(lineOf).join(''))]) }),
  });
  return { service, graph, sealer, namespace, repair: repair === true, ...(query !== undefined && { query }), ...(since !== undefined && { since }) };
}

/**
 * All pages, or undefined when somebody interrupts it.
 * @param restart also where an interrupted one could go on
 * @throws BadQuestionError, and what the connections throw while an engine is away
 */
export async function wholeAudit(name: keyof typeof DOING, temporal: OpenTemporal, options: AuditOptions, restart: boolean): Promise<AuditState | undefined> {
  const file = stateFile(name, options, temporal);
  let state = (restart ? undefined : await readState(file)) ?? newAudit();
  const begun = state.report.runs;
  const interruption = new AbortController();
  const interrupt = () => interruption.abort();
  process.on('SIGINT', interrupt).on('SIGTERM', interrupt);
  const all = await auditSize(options, state).catch((error: unknown) => {
    throw refused(error, options);
  });
  const step = createProgress().step(DOING[name][0]);
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
    step.done(`${DOING[name][1]} ${state.report.runs} runs`);
    await rm(file, { force: true });
    return state;
  } catch (error) {
    step.fail(`Stopped after ${state.report.runs} of ${all} runs: the same command goes on from there`);
    throw error;
  } finally {
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
  }
}

/** What Temporal's service refuses is for whoever asked to put right. */
function refused(error: unknown, { query, namespace }: AuditOptions): unknown {
  const { code, details } = error as { code?: number; details?: string };
  if (code === 3 && query !== undefined) return new BadQuestionError(`Temporal refuses the filter of --query, "${query}": ${details}. Write it as in "WorkflowType = 'train'"`);
  if (code === 5) return new BadQuestionError(`Temporal has no namespace '${namespace}': name one with --namespace or TEMPORAL_NAMESPACE`);
  return error;
}

function stateFile(name: string, { query = '', since = '', repair }: AuditOptions, { namespace, connection }: OpenTemporal): string {
  return join(FOLDER, `${name}-${sha256(JSON.stringify([connection.options.address, namespace, query, since, repair])).slice(0, 12)}.json`);
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
