// Runs in: server, CLI. What is known of versions that were withdrawn.
import { lastPart } from '../model/uri.ts';
import type { AnswerNode, Trace, Withdrawal, WithdrawnBehind } from './answers.ts';
import type { Connection } from './connection.ts';

/** Undefined where nobody withdrew it. */
export function withdrawalOf({ id, properties: { withdrawnAt, withdrawnReason } }: AnswerNode): Withdrawal | undefined {
  return typeof withdrawnAt === 'string' ? { version: id, at: withdrawnAt, reason: typeof withdrawnReason === 'string' ? withdrawnReason : null } : undefined;
}

/** Whether anything at all was ever withdrawn. @throws GraphUnavailableError */
export async function isAnythingWithdrawn(connection: Connection): Promise<boolean> {
  const rows = await connection.read((run) => run('MATCH (v:ArtifactVersion) WHERE v.withdrawnAt IS NOT NULL RETURN v.id LIMIT 1'));
  return rows.length > 0;
}

/** The versions, and other names of their bytes at the same URI. @throws GraphUnavailableError */
export async function withOtherNames(connection: Connection, ids: string[]): Promise<string[]> {
  const rows = await connection.read((run) =>
    run('UNWIND $ids AS id MATCH (v:ArtifactVersion {id: id})-[:ALTERNATE_OF*0..1]->(same:ArtifactVersion) RETURN DISTINCT same.id AS id', { ids }));
  return rows.map(({ id }) => String(id));
}

/** @param trace up from what is asked about */
export function withdrawnBehind({ trust, nodes, truncated }: Trace): WithdrawnBehind {
  const byId = new Map(nodes.map((node) => [node.id, node.properties]));
  return {
    withdrawn: trust.withdrawn.map((withdrawal) => {
      const { uri = '', version, name, kind } = byId.get(withdrawal.version)!;
      return { ...withdrawal, uri: String(uri), kind: typeof kind === 'string' ? kind : null, name: typeof name === 'string' ? name : `${lastPart(String(uri))}@${String(version)}` };
    }),
    truncated,
  };
}
