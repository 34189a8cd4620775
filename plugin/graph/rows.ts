// Runs in: server, CLI. Neo4j's rows as the answers' nodes and edges.
import type { Json } from '../model/json.ts';
import { LABELS } from '../model/record.ts';
import type { AnswerEdge, AnswerNode, Evidence, VersionSummary } from './answers.ts';
import type { Row } from './connection.ts';

/**
 * Cypher that gives a node `n` as one column. Facts and search text, which are how the graph works, stay behind: what they
 * amount to is in the other properties.
 */
export const NODE = '{labels: labels(n), properties: n {.*, facts: null, searchText: null}}';

/** Cypher that gives a relationship `r` from `n` to `m` as one column. */
export const EDGE = '{from: n.id, to: m.id, type: type(r), properties: properties(r)}';

const MAIN = new Set<string>(LABELS);

/** The main label first. */
export function nodeOf(column: unknown): AnswerNode {
  const { labels, properties } = column as { labels: string[]; properties: { [name: string]: Json } };
  const { facts: _, searchText: __, ...shown } = properties;
  return { id: properties.id as string, labels: [...labels].sort((a, b) => Number(MAIN.has(b)) - Number(MAIN.has(a)) || (a < b ? -1 : 1)), properties: shown };
}

export function edgeOf(column: unknown): AnswerEdge {
  const { from, to, type, properties } = column as { from: string; to: string; type: string; properties: Row };
  return {
    from, to, type,
    evidence: (properties.evidence as Evidence | undefined) ?? null,
    via: (properties.via as string | undefined) ?? null,
    ...(properties.fromPath !== undefined && { fromPath: properties.fromPath as string }),
    ...(properties.toPath !== undefined && { toPath: properties.toPath as string }),
    ...(properties.scattered === true && { scattered: true }),
  };
}

/** Cypher that gives a version `v` and its digests as one column. */
export const VERSION = '{properties: properties(v), digests: [(v)-[:HAS_CONTENT]->(c) | c.sha256]}';

export function versionSummary(column: unknown): VersionSummary {
  const { properties: p, digests } = column as { properties: Row; digests: (string | null)[] };
  return {
    id: p.id as string,
    uri: (p.uri as string | undefined) ?? '',
    version: (p.version as string | undefined) ?? '',
    kind: (p.kind as string | undefined) ?? null,
    name: (p.name as string | undefined) ?? null,
    sha256: digests.filter((digest) => digest !== null).sort(),
    size: (p.size as number | undefined) ?? null,
    recordedAt: (p.recordedAt as string | undefined) ?? '',
  };
}
