// Runs in: CLI. `provenance withdraw`: says in the graph that a version is no longer to be relied on.
import { userInfo } from 'node:os';
import { loadDataConverter } from '@temporalio/common/lib/internal-non-workflow/index.js';
import { Command } from 'commander';
import { actorAgent } from '../capture/agents.ts';
import { Privacy } from '../capture/privacy.ts';
import type { VersionSummary } from '../graph/answers.ts';
import { addressFromEnvironment, Connection } from '../graph/connection.ts';
import { BadQuestionError } from '../graph/errors.ts';
import { resolveVersions } from '../graph/resolve.ts';
import { ensureSchema } from '../graph/schema.ts';
import { withOtherNames } from '../graph/withdrawals.ts';
import { GraphWriter } from '../graph/writer.ts';
import type { NodeKey, ProvenanceRecord } from '../model/record.ts';
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

export function withdrawCommand(): Command {
  return withArchive(new Command('withdraw')
    .description('says that a version is no longer to be relied on: it is marked everywhere, and all that came of it as affected')
    .argument('<subject>', 'URI@VERSION, or sha256:DIGEST for all versions with these bytes')
    .requiredOption('--reason <text>', 'why; it stays in the graph for good and everybody reads it, so name no people in it')
    .option('--by <name>', 'who withdraws it (default: your user name); kept apart, so that it can be erased'))
    .option('--json', 'the answer as JSON')
    .addHelpText('after', '\nNothing is deleted, and nothing that was recorded changes: the withdrawal is one more fact. What is affected, `provenance impact` tells.')
    .action(withdraw);
}

async function withdraw(subject: string, { reason, by = userInfo().username, archive, json }: Options): Promise<void> {
  if (reason.trim() === '') throw new BadQuestionError('--reason is empty: say why it is withdrawn');
  if (reason.length > LONGEST_REASON) throw new BadQuestionError(`--reason has ${reason.length} characters: it may have ${LONGEST_REASON}`);
  const graph = new Connection(addressFromEnvironment());
  try {
    await ensureSchema(graph);
    const versions = await resolveVersions(graph, subject);
    const record = withdrawal(await withOtherNames(graph, versions.map(({ id }) => id)), reason.trim(), by, new Date().toISOString());
    // First on the disk, so that no graph knows what a rebuild would not.
    if (archive !== false) await kept(new Archive(archive), record);
    await new GraphWriter(graph).write([record]);
    process.stdout.write(`${json ? JSON.stringify({ at: record.at, reason: reason.trim(), by, versions }, null, 2) : rendered(versions, reason.trim())}\n`);
  } finally {
    await graph.close();
  }
}

/** @param ids of versions, all their names included */
export function withdrawal(ids: string[], reason: string, by: string, at: string): ProvenanceRecord {
  const agent = actorAgent(new Privacy(loadDataConverter()), { v: 1, actor: by })!;
  const keys = ids.map((id): NodeKey => ({ label: 'ArtifactVersion', id }));
  return {
    v: 1, source: 'client', at, recordedAt: at,
    nodes: [...keys.map((key) => ({ ...key, aspect: 'withdrawn', set: { withdrawnAt: at, withdrawnReason: reason } })), ...agent.nodes],
    edges: [...keys.map((from) => ({ type: 'WAS_INVALIDATED_BY' as const, from, to: agent.key, walk: false, via: 'withdraw' })), ...agent.edges],
  };
}

async function kept(archive: Archive, record: ProvenanceRecord): Promise<void> {
  try {
    await archive.append([Buffer.from(lineOf(record))]);
  } finally {
    await archive.close();
  }
}

function rendered(versions: VersionSummary[], reason: string): string {
  const names = versions.map(({ uri, version }) => `${pc.red('✕')} ${pc.bold(`${uri}@${version}`)}`);
  const ask = versions.map(({ uri, version }) => pc.dim(`What is affected: provenance impact '${uri}@${version}'`));
  return [...names, `Withdrawn: ${reason}`, ...ask].join('\n');
}
