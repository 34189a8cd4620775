// Runs in: worker, server, CLI. What a source says: the record that goes through the outbox into the graph.

/** Who says it. Order matters to nothing but `SOURCES` itself: a merged list of sources is kept in this order. */
export const SOURCES = ['interceptor', 'sink', 'client', 'helper', 'history', 'import'] as const;
export type Source = (typeof SOURCES)[number];

/** The main labels. An artifact's kind is a second label, on Artifact and ArtifactVersion. */
export const LABELS = [
  'Run', 'Step', 'Attempt', 'Value', 'Artifact', 'ArtifactVersion', 'Content', 'CodeVersion', 'Environment', 'Agent',
  // What may have to be erased (previews, failure messages, names of people), apart from the skeleton.
  'Detail',
] as const;
export type Label = (typeof LABELS)[number];

/** Relationship types; each points from the later thing to the earlier, from the part to the whole. */
export const EDGE_TYPES = [
  // W3C PROV's
  'USED', 'WAS_GENERATED_BY', 'WAS_DERIVED_FROM', 'WAS_ATTRIBUTED_TO', 'WAS_ASSOCIATED_WITH', 'WAS_INVALIDATED_BY', 'WAS_INFLUENCED_BY', 'HAD_MEMBER',
  'VERSION_OF', 'ALTERNATE_OF',
  // ours
  'PART_OF', 'ATTEMPT_OF', 'RAN_IN', 'RAN_CODE', 'STARTED_BY', 'CONTINUED_FROM', 'HAS_CONTENT', 'CARRIED', 'MENTIONED', 'FOLLOWED',
  'DETAIL_OF',
] as const;
export type EdgeType = (typeof EDGE_TYPES)[number];

/** `observed`: the same object travelled · `declared`: activity code said so · `inferred`: likely · `followed`: order only. Strongest first. */
export const EVIDENCE = ['observed', 'declared', 'inferred', 'followed'] as const;
export type Evidence = (typeof EVIDENCE)[number];

/** What Neo4j can hold in a property. Nested things are stored as JSON text. */
export type Property = string | number | boolean | string[];
export type Properties = { [name: string]: Property };

export interface NodeKey {
  label: Label;
  id: string;
}

/** What names a node, without what is said of it. */
export function keyOfNode({ label, id }: NodeKey): NodeKey {
  return { label, id };
}

/** One source's statement about one node. */
export interface NodeAssertion extends NodeKey {
  /** Which side of it: `started`, `ended`, `declared` … */
  aspect: string;
  set: Properties;
  /** An artifact's kind. */
  kind?: string;
  /** When it happened, where the record tells of several moments (ISO 8601, UTC). */
  at?: string;
  /** True for what is so whenever it is said (a digest, a version's size), so that saying it again adds nothing. */
  timeless?: true;
}

/** One source's statement that two nodes are related. All of it but the sources is the edge's identity. */
export interface EdgeAssertion {
  type: EdgeType;
  from: NodeKey;
  to: NodeKey;
  /** Left out on edges that are structure, not lineage. */
  evidence?: Evidence;
  via?: string;
  fromPath?: string;
  toPath?: string;
  /**
   * Whether a trace goes along this edge. False where a more exact way exists: a use that arrived through a Value is
   * followed through that Value to the one producer it came from, not through the version to all of its producers.
   */
  walk: boolean;
  /** What else distinguishes it, such as the plan of an association. */
  qualifiers?: Properties;
}

/** An immutable assertion by one source. */
export interface ProvenanceRecord {
  /** The format's version. */
  v: 1;
  source: Source;
  /** When it happened (ISO 8601, UTC). */
  at: string;
  /** When this source wrote it down. */
  recordedAt: string;
  nodes: NodeAssertion[];
  edges: EdgeAssertion[];
}
