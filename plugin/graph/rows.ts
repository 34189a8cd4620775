// Runs in: server, CLI. Neo4j's rows as the answers' nodes and edges.
import type { Json } from '../model/json.ts';
import { propertiesOf } from '../model/merge.ts';
import { LABELS } from '../model/record.ts';
import type { AnswerEdge, AnswerNode, Evidence, RunSummary, Seal, VersionSummary } from './answers.ts';
import type { Row } from './connection.ts';
import { recordedNode } from './run-record.ts';

/**
 * Cypher that gives a node `n` as one column. Facts and search text, which are how the graph works, stay behind: what they
 * amount to is in the other properties.
 */
export const NODE = '{labels: labels(n), properties: n {.*, facts: null, searchText: null}}';

/** A question about what was known at a time. */
export interface AsOf {
  /** Only what had been written down by then (ISO 8601, UTC); all that is known now when undefined. */
  asOf?: string | undefined;
}

/** What an answer says of the time that it is about. */
export const saidPast = ({ asOf }: AsOf): { asOf?: string } => (asOf === undefined ? {} : { asOf });

/** As `NODE`, with the facts where `asOfOrNow` needs them. */
export const nodeFor = (way: AsOf, n = 'n'): string => `{labels: labels(${n}), properties: ${n} {.*, ${facts(way)}searchText: null}}`;

/** Cypher that leaves a node's facts out of a map of its properties, unless a past time is asked for. */
export const facts = ({ asOf }: AsOf): string => (asOf === undefined ? 'facts: null, ' : '');

/** The node with the properties that its facts amounted to then; with its id alone where it was only named by then. */
export function asOfOrNow(column: unknown, way: AsOf): AnswerNode {
  return nodeAsOf(column, way) ?? bare(column);
}

/** Undefined where nothing had been told of it by then. What is only named is as it always was. */
export function nodeAsOf(column: unknown, { asOf }: AsOf): AnswerNode | undefined {
  const now = nodeOf(column);
  const { labels, properties } = column as { labels: string[]; properties: Row };
  if (asOf === undefined || properties.facts === undefined) return now;
  const then = propertiesOf(recordedNode(properties, labels), asOf);
  return then && { ...now, properties: then };
}

/** Those of them of which something had been told by then. One that was deleted in the moment it was found has nothing left, not even an id. */
export function nodesAsOf(columns: unknown, way: AsOf): AnswerNode[] {
  return (columns as { labels: string[] }[]).flatMap((column) => (column.labels.length === 0 ? [] : (nodeAsOf(column, way) ?? [])));
}

function bare(column: unknown): AnswerNode {
  const node = nodeOf(column);
  return { ...node, properties: { id: node.id } };
}

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
    ...(properties.at !== undefined && { at: properties.at as string }),
    ...(properties.reason !== undefined && { reason: properties.reason as string }),
  };
}

/** Cypher that gives a version `v` and its digests as one column. */
export const VERSION = '{properties: properties(v), digests: [(v)-[:HAS_CONTENT]->(c) | c.sha256]}';

export function versionSummary(column: unknown, way: AsOf = {}): VersionSummary {
  const { properties, digests } = column as { properties: Row; digests: (string | null)[] };
  return summaryOf(asOfOrNow({ labels: ['ArtifactVersion'], properties }, way), [...digests, properties.sha256].filter((digest) => typeof digest === 'string'));
}

/** @param digests of its Content */
export function summaryOf({ properties: p }: AnswerNode, digests: string[]): VersionSummary {
  return {
    id: p.id as string,
    uri: (p.uri as string | undefined) ?? '',
    version: (p.version as string | undefined) ?? '',
    kind: (p.kind as string | undefined) ?? null,
    name: (p.name as string | undefined) ?? null,
    sha256: [...new Set(digests)].sort(),
    size: (p.size as number | undefined) ?? null,
    recordedAt: (p.recordedAt as string | undefined) ?? '',
    ...(typeof p.withdrawnAt === 'string' && { withdrawnAt: p.withdrawnAt }),
  };
}

export function runSummary({ id, properties: p }: AnswerNode): RunSummary {
  const text = (name: string) => (typeof p[name] === 'string' ? p[name] : null);
  return {
    id, workflowId: text('workflowId') ?? '', runId: text('runId') ?? '', workflowType: text('workflowType'), status: text('status') ?? 'unknown',
    startedAt: text('startedAt'), seal: (text('seal') as Seal | null) ?? 'unsealed',
  };
}
