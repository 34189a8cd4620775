// Runs in: CLI. `provenance withdraw`: says in the graph that a version is no longer to be relied on. `provenance reinstate`: that this was a mistake.
import { userInfo } from 'node:os';
import { loadDataConverter } from '@temporalio/common/lib/internal-non-workflow/index.js';
import { Command } from 'commander';
import { actorAgent } from '../capture/agents.ts';
import { Privacy } from '../capture/privacy.ts';
import type { VersionSummary } from '../graph/answers.ts';
import { addressFromEnvironment, Connection } from '../graph/connection.ts';
import { BadQuestionError, NothingFoundError } from '../graph/errors.ts';
import { resolveVersions } from '../graph/resolve.ts';
import { ensureSchema } from '../graph/schema.ts';
import { withOtherNames } from '../graph/withdrawals.ts';
import { GraphWriter } from '../graph/writer.ts';
import type { EdgeAssertion, NodeKey, Properties, ProvenanceRecord } from '../model/record.ts';
import { Archive } from '../outbox/archive.ts';
import { lineOf } from '../outbox/record-lines.ts';
import { type ArchiveOption, withArchive } from './audit-run.ts';
import { colors as pc } from './colors.ts';

interface Options extends ArchiveOption {
  reason: string;
  by?: string;
  json?: true;
}

/** In characters: a sentence, not a document. */
const LONGEST_REASON = 2_000;

type Telling = (ids: string[], reason: string, by: string, at: string) => ProvenanceRecord;

export function withdrawCommand(): Command {
  return command('withdraw', 'says that a version is no longer to be relied on: it is marked everywhere, and all that came of it as affected', 'who withdraws it')
    .addHelpText('after', '\nNothing is deleted, and nothing that was recorded changes: the withdrawal is one more fact. What is affected, `provenance impact` tells. `provenance reinstate` takes it back.')
    .action((subject: string, options: Options) => tell(subject, options, withdrawal, withdrawnText));
}

export function reinstateCommand(): Command {
  return command('reinstate', 'takes the withdrawal of a version back: it can be relied on again, and so can what came of it', 'who reinstates it')
    .addHelpText('after', '\nThat it was withdrawn stays in the record, and is what is known as of a time before this.')
    .action((subject: string, options: Options) => tell(subject, options, reinstatement, reinstatedText));
}

function command(name: string, description: string, who: string): Command {
  return withArchive(new Command(name)
    .description(description)
    .argument('<subject>', 'URI@VERSION, or sha256:DIGEST for all versions with these bytes')
    .requiredOption('--reason <text>', 'why; it stays in the graph for good and everybody reads it, so name no people in it')
    .option('--by <name>', `${who} (default: your user name); kept apart, so that it can be erased`))
    .option('--json', 'the answer as JSON');
}

async function tell(subject: string, { reason, by = userInfo().username, archive, json }: Options, recordOf: Telling, textOf: (versions: VersionSummary[], reason: string) => string): Promise<void> {
  if (reason.trim() === '') throw new BadQuestionError('--reason is empty: say why');
  if (reason.length > LONGEST_REASON) throw new BadQuestionError(`--reason has ${reason.length} characters: it may have ${LONGEST_REASON}`);
  const graph = new Connection(addressFromEnvironment());
  try {
    await ensureSchema(graph);
    const versions = await resolveVersions(graph, subject);
    if (recordOf === reinstatement) checkWithdrawn(subject, versions);
    const record = recordOf(await withOtherNames(graph, versions.map(({ id }) => id)), reason.trim(), by, new Date().toISOString());
    // First on the disk, so that no graph knows what a rebuild would not.
    if (archive !== false) await kept(new Archive(archive), record);
    await new GraphWriter(graph).write([record]);
    process.stdout.write(`${json ? JSON.stringify({ at: record.at, reason: reason.trim(), by, versions }, null, 2) : textOf(versions, reason.trim())}\n`);
  } finally {
    await graph.close();
  }
}

function checkWithdrawn(subject: string, versions: VersionSummary[]): void {
  if (versions.every(({ withdrawnAt }) => withdrawnAt === undefined)) throw new NothingFoundError(`'${subject}' is not withdrawn: there is nothing to take back`);
}

/** @param ids of versions, all their names included */
export function withdrawal(ids: string[], reason: string, by: string, at: string): ProvenanceRecord {
  return statement(ids, by, at, 'withdrawn', { withdrawnAt: at, withdrawnReason: reason }, { type: 'WAS_INVALIDATED_BY', via: 'withdraw', qualifiers: { at, reason } });
}

/** @param ids of versions, all their names included */
export function reinstatement(ids: string[], reason: string, by: string, at: string): ProvenanceRecord {
  return statement(ids, by, at, 'reinstated', { reinstatedAt: at, reinstatedReason: reason }, { type: 'WAS_INFLUENCED_BY', via: 'reinstate', qualifiers: { at, reason } });
}

/** Each stands for good, with who said it; what they amount to, the version's properties tell. */
function statement(ids: string[], by: string, at: string, aspect: string, set: Properties, edge: Pick<EdgeAssertion, 'type' | 'via' | 'qualifiers'>): ProvenanceRecord {
  const agent = actorAgent(new Privacy(loadDataConverter()), { v: 1, actor: by })!;
  const keys = ids.map((id): NodeKey => ({ label: 'ArtifactVersion', id }));
  return {
    v: 1, source: 'client', at, recordedAt: at,
    nodes: [...keys.map((key) => ({ ...key, aspect, set })), ...agent.nodes],
    edges: [...keys.map((from) => ({ ...edge, from, to: agent.key, walk: false })), ...agent.edges],
  };
}

async function kept(archive: Archive, record: ProvenanceRecord): Promise<void> {
  try {
    await archive.append([Buffer.from(lineOf(record))]);
  } finally {
    await archive.close();
  }
}

function withdrawnText(versions: VersionSummary[], reason: string): string {
  return [...named(pc.red('✕'), versions), `Withdrawn: ${reason}`, ...affected(versions)].join('\n');
}

function reinstatedText(versions: VersionSummary[], reason: string): string {
  return [...named(pc.green('✔'), versions), `Reinstated: ${reason}`, ...affected(versions)].join('\n');
}

function named(symbol: string, versions: VersionSummary[]): string[] {
  return versions.map(({ uri, version }) => `${symbol} ${pc.bold(`${uri}@${version}`)}`);
}

function affected(versions: VersionSummary[]): string[] {
  return versions.map(({ uri, version }) => pc.dim(`What is affected: provenance impact '${uri}@${version}'`));
}
