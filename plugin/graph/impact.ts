// Runs in: server, CLI. What came of something: versions by kind, and the runs that made them.
import neo4j from 'neo4j-driver';
import type { AnswerNode, Impact, ImpactedVersion, RunSummary } from './answers.ts';
import type { Connection } from './connection.ts';
import { nodeById } from './resolve.ts';
import { type AsOf, saidPast, VERSION, versionSummary } from './rows.ts';
import { DEFAULT_LIMIT, trace } from './trace.ts';
import { TraceLookup } from './trace-lookup.ts';

/** @returns undefined where one of the roots is not there; throws as `trace` */
export async function impact(connection: Connection, roots: AnswerNode[], { limit = DEFAULT_LIMIT, asOf }: { limit?: number } & AsOf = {}): Promise<Impact | undefined> {
  const down = await trace(connection, roots, { direction: 'downstream', limit, asOf });
  if (!down) return undefined;
  const lookup = new TraceLookup(down);
  const runs = new Map<string, Impact['runs'][number]>();
  const reach = (run: RunSummary | null) => {
    if (run && !runs.has(run.id)) runs.set(run.id, { ...run, steps: 0, versions: 0 });
    return run && runs.get(run.id)!;
  };
  for (const { id } of lookup.all('Step')) {
    const run = reach(lookup.runOf(id));
    if (run) run.steps++;
  }
  const versions = new Map<string, ImpactedVersion>();
  const add = (version: ImpactedVersion) => {
    if (versions.has(version.id)) return;
    versions.set(version.id, version);
    for (const id of version.runs) runs.get(id)!.versions++;
  };
  const isAsked = new Set(down.roots);
  // A run, or a content, is where the walk starts, and not a part of it.
  const asked = await Promise.all(down.roots.map(async (id) => lookup.node(id) ?? (await nodeById(connection, id, { asOf }))!));
  for (const node of lookup.all('ArtifactVersion')) {
    if (isAsked.has(node.id) || isOtherName(lookup, node)) continue;
    const makers = lookup.makers(node.id).flatMap(({ id }) => reach(lookup.runOf(id)) ?? []);
    add({ ...lookup.version(node), runs: [...new Set(makers.map(({ id }) => id))] });
  }
  const members = await membersOf(connection, [...versions.values(), ...lookup.all('ArtifactVersion').filter(({ id }) => isAsked.has(id)).map(({ id }) => ({ id, runs: [] }))], limit, asOf);
  for (const member of members.slice(0, limit)) if (!isAsked.has(member.id)) add(member);
  const isCut = down.truncated || members.length > limit;
  const sorted = [...versions.values()].sort((a, b) => compare(a.kind ?? '', b.kind ?? '') || compare(a.recordedAt, b.recordedAt) || compare(a.id, b.id));
  return {
    asked,
    ...saidPast({ asOf }),
    versions: sorted,
    byKind: countedBy(sorted),
    runs: [...runs.values()].sort((a, b) => compare(a.startedAt ?? '', b.startedAt ?? '') || compare(a.id, b.id)),
    truncated: isCut,
    ...(isCut && { limit: { nodes: limit, how: `the answer was cut at ${limit} nodes: ask with a higher limit, or of one of the versions that came of it` } }),
    trust: down.trust,
  };
}

/** How many versions of each kind. */
export function countedBy(versions: { kind: string | null }[]): { [kind: string]: number } {
  const counts: { [kind: string]: number } = {};
  for (const { kind } of versions) counts[kind ?? 'artifact'] = (counts[kind ?? 'artifact'] ?? 0) + 1;
  return counts;
}

/** A name of the same bytes under which nobody made anything. */
function isOtherName(lookup: TraceLookup, { id }: AnswerNode): boolean {
  return lookup.makers(id).length === 0 && [...lookup.earlier(id, 'ALTERNATE_OF'), ...lookup.later(id, 'ALTERNATE_OF')].length > 0;
}

/** A trace goes to those predictions of a batch alone that somebody used; all of them came of what the batch came of. */
async function membersOf(connection: Connection, batches: { id: string; runs: string[] }[], limit: number, asOf: string | undefined): Promise<ImpactedVersion[]> {
  const runs = new Map(batches.map((batch) => [batch.id, batch.runs]));
  const rows = await connection.read((run) => run(
    `UNWIND $ids AS id MATCH (:ArtifactVersion {id: id})-[r:HAD_MEMBER]->(v:ArtifactVersion)
     WHERE r.via = 'batch' AND ($asOf IS NULL OR r.recordedAt <= $asOf) RETURN id, ${VERSION} AS version LIMIT $limit`,
    { ids: [...runs.keys()], asOf: asOf ?? null, limit: neo4j.int(limit + 1) },
  ));
  return rows.map(({ id, version }) => ({ ...versionSummary(version, { asOf }), runs: runs.get(String(id)) ?? [] }));
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
