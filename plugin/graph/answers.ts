// Runs in: server, browser, CLI. The shapes of the graph's answers: what the API, the page and the CLI show. Types only.
import type { Json } from '../model/json.ts';
import type { Evidence } from '../model/record.ts';
import type { MetricHistory, RunBefore } from './history-answers.ts';
import type { SearchAnswer, SearchFilters, SearchNames } from './search-answers.ts';
import type { Card, Comparison, Completeness, Impact, Timeline, WithdrawnBehind } from './summaries.ts';

export type { Evidence };
export type * from './history-answers.ts';
export type * from './search-answers.ts';
export type * from './summaries.ts';

/** A node as it is in the graph. `labels[0]` is its main label; an artifact's kind is a second one. */
export interface AnswerNode {
  id: string;
  labels: string[];
  properties: { [name: string]: Json };
}

export interface AnswerEdge {
  from: string;
  to: string;
  /** USED, WAS_GENERATED_BY, WAS_DERIVED_FROM, ATTEMPT_OF, CARRIED, … pointing from the later to the earlier thing. */
  type: string;
  /** Null on edges that are structure, not lineage (PART_OF, VERSION_OF, …). */
  evidence: Evidence | null;
  /** What says so: `argument`, `result`, `lineage.used` … */
  via: string | null;
  /** JSON Pointer into what `to` is. */
  fromPath?: string;
  /** JSON Pointer into what `from` took in. */
  toPath?: string;
  /** Elements of the one list went into the other, and it is not known which became which. */
  scattered?: boolean;
  /** Of a withdrawal (WAS_INVALIDATED_BY) or reinstatement (WAS_INFLUENCED_BY): when it was said (ISO 8601), and why. Left out in traces. */
  at?: string;
  reason?: string;
}

export interface TraceOptions {
  direction?: 'upstream' | 'downstream';
  /** The most nodes in the answer. */
  limit?: number;
  /** Also from a step to what had just come in when it was scheduled: order in time, which is no proof of data flow. */
  followed?: boolean;
  /** Only what had been recorded by then (ISO 8601; a date alone means its end, in UTC). Default: all that is known now. */
  asOf?: string | undefined;
}

/** That a version is no longer to be relied on (PROV's invalidation): since when, and why. Who said so, and what was said after that, is told with the version itself. */
export interface Withdrawal {
  /** The version's id. */
  version: string;
  /** ISO 8601. */
  at: string;
  reason: string | null;
}

/** How far an answer can be trusted. */
export interface Trust {
  /** Runs in the answer whose history has confirmed the record. */
  sealedRuns: number;
  /** Runs in the answer that no history has confirmed yet, or not for good, as they go on. */
  pendingRuns: number;
  /** Ids of runs whose record does not agree with their history. */
  failedRuns: string[];
  /** Ids of steps whose inputs, or whose attempts, are not known. */
  opaqueSteps: string[];
  /** Ids of steps that were also given texts or numbers of which nobody knows whether they are constants. */
  looseSteps: string[];
  /** Ids of steps and values of which no input is known, only what they followed: ask for that with `followed`. */
  followedOnly: string[];
  /** Ids of values of which nobody has told where they come from: the trace ends there without having reached an origin. */
  unmadeValues: string[];
  /** Versions that more than one attempt generated and that were used by name, so that all of these are in the answer. */
  ambiguousUses: { version: string; generatedBy: string[] }[];
  /** Ids of versions that were seen with more than one digest. */
  conflicts: string[];
  /**
   * Ids of what is in the answer though Temporal's history does not confirm it: an attempt whose end the server never accepted did happen,
   * and so did what it read and wrote. Values that are not confirmed are left out.
   */
  unconfirmed: string[];
  /** Versions in the answer that were withdrawn: what is downstream of them is affected. */
  withdrawn: Withdrawal[];
}

export interface Trace {
  direction: 'upstream' | 'downstream';
  /** The past time that was asked for, where one was. */
  asOf?: string;
  /** Ids of what was asked for. */
  roots: string[];
  /** The lineage: Steps, Attempts, Values and ArtifactVersions. */
  nodes: AnswerNode[];
  edges: AnswerEdge[];
  /** Of steps in it that were tried more than once, how often: attempts that led nowhere are not in the answer. */
  tries: { [step: string]: number };
  /** What surrounds it: Runs, Artifacts, Content, CodeVersions, Environments, Agents, and the edges to them. */
  context: { nodes: AnswerNode[]; edges: AnswerEdge[] };
  /** True when a limit was reached; `limit` then says which, and how to go on. */
  truncated: boolean;
  limit?: { nodes: number; how: string };
  counts: { nodes: number; edges: number; byLabel: { [label: string]: number } };
  trust: Trust;
}

/** One exact version of an artifact. */
export interface VersionSummary {
  id: string;
  uri: string;
  version: string;
  kind: string | null;
  name: string | null;
  sha256: string[];
  size: number | null;
  /** When the graph first heard of it (ISO 8601). */
  recordedAt: string;
  /** Since when it is withdrawn, where it is (ISO 8601). */
  withdrawnAt?: string;
}

/** The versions of one artifact. */
export interface Versions {
  uri: string;
  /** The past time that was asked for, where one was. */
  asOf?: string;
  /** Oldest first; those that are only named, last. */
  versions: VersionSummary[];
  /** Give it as `after` to get the next page; null on the last. */
  next: string | null;
}

/** Which page of a list is asked for: `after` is what the one before gave as `next`. */
export interface PageOption {
  after?: string;
  /** The most in the page. */
  limit?: number;
}

/** Whether Temporal's history has confirmed the record of a run: for good; so far, as it goes on; it does not; or nobody has asked yet. */
export type Seal = 'sealed' | 'open' | 'failed' | 'unsealed';

/** How a step met a version. */
export type UseHow = 'declared' | 'argument' | 'carried' | 'mentioned';

export interface RunSummary {
  id: string;
  workflowId: string;
  runId: string;
  workflowType: string | null;
  status: string;
  startedAt: string | null;
  /** Whether history has confirmed its record. */
  seal: Seal;
}

export interface RunUse extends RunSummary {
  steps: { id: string; type: string | null; how: UseHow; /** Set when a collection was used of which the version is a member. */ member?: string }[];
}

export interface RunsUsing {
  /** The past time that was asked for, where one was. */
  asOf?: string;
  /** The versions that the question named. */
  versions: VersionSummary[];
  runs: RunUse[];
  /** Give it as `after` to get the next page; null on the last. */
  next: string | null;
}

/** What a node is related to. */
export interface Neighbour {
  edge: AnswerEdge;
  node: AnswerNode;
  /** Of an agent what names it: `name` or `identity`. */
  details?: { [name: string]: Json };
  /** Names of details that are there and not shown to this reader. */
  withheld?: string[];
}

/** All that is recorded about one node. */
export interface NodeDetail {
  node: AnswerNode;
  /** What can be erased apart from the lineage: previews, failure messages, stacks, names of people. */
  details: { [name: string]: Json };
  /** Names of details that are there and not shown to this reader. */
  withheld?: string[];
  /** The neighbours, `context` edges included: what it leads to, what leads to it, its members. */
  neighbours: Neighbour[];
  /** Of a run: how many steps it has, by their status. */
  steps?: { [status: string]: number };
  /** Give it as `after` to get more of the neighbours; null where there are none. */
  next: string | null;
}

/** One thing that is not the same on both sides. */
export interface Difference {
  property: string;
  /** Within a property that holds several things by name, such as `libraries`. */
  key?: string;
  kind: 'added' | 'removed' | 'changed';
  from?: Json;
  to?: Json;
}

/** Two nodes of one kind, side by side. */
export interface ComparedPart {
  label: string;
  /** Ids; none where nothing of this kind is known of that side. */
  from: string[];
  to: string[];
  /** False where a side has several of the kind: then only their ids are compared. */
  compared: boolean;
  same: boolean;
  differences: Difference[];
}

export interface Diff {
  /** The past time that was asked for, where one was. */
  asOf?: string;
  /** The kind of both. */
  label: string;
  /** Ids. */
  from: string;
  to: string;
  same: boolean;
  /** The two themselves; then, for runs and attempts, their code, their environment and the worker. */
  parts: ComparedPart[];
}

/** A past time that a question is about: see `TraceOptions.asOf`. */
export type AsOfOption = Pick<TraceOptions, 'asOf'>;

/** The questions that can be asked of the graph. */
export interface Questions {
  /**
   * @param subject a node's id, `URI@VERSION`, or `sha256:DIGEST`
   * @throws NothingFoundError, BadQuestionError, AmbiguousQuestionError, GraphUnavailableError
   */
  trace(subject: string, options?: TraceOptions): Promise<Trace>;
  /** @throws as `trace` */
  runsUsing(subject: string, options?: { carried?: boolean } & PageOption & AsOfOption): Promise<RunsUsing>;
  /** All that came of a version, or of anything else: versions by kind, and the runs they came from. @throws as `trace` */
  impact(subject: string, options?: { limit?: number } & AsOfOption): Promise<Impact>;
  /** Withdrawn versions that something is made of, itself included. @throws as `trace` */
  withdrawnBehind(subject: string, options?: AsOfOption): Promise<WithdrawnBehind>;
  /** How one version came to be, and what it is used for. @throws as `trace` */
  card(subject: string, options?: AsOfOption): Promise<Card>;
  /** What differs between two runs or two versions, and where up the graph they part. @throws as `trace`; BadQuestionError for things of different kinds */
  compare(from: string, to: string, options?: AsOfOption): Promise<Comparison>;
  /** The recorded versions of the artifact at this URI. @throws NothingFoundError, BadQuestionError, GraphUnavailableError */
  versions(uri: string, options?: PageOption & AsOfOption): Promise<Versions>;
  /** As `versions`, with who made and who used each. @throws as `versions` */
  timeline(uri: string, options?: PageOption & AsOfOption): Promise<Timeline>;
  /** How complete the record is, by the day, and the runs in which something is wanting. @throws BadQuestionError, GraphUnavailableError */
  completeness(options?: PageOption & AsOfOption): Promise<Completeness>;
  /** @throws NothingFoundError, BadQuestionError, GraphUnavailableError */
  node(id: string, options?: PageOption & AsOfOption): Promise<NodeDetail>;
  /**
   * What differs between two things of one kind.
   * @param from an id, or as `trace` takes it
   * @throws as `trace`; BadQuestionError for things of different kinds
   */
  diff(from: string, to: string, options?: AsOfOption): Promise<Diff>;
  /**
   * Words, or what names one thing exactly. Without text and filters: the newest predictions, models, datasets and runs.
   * @param options `limit`: the most hits of each group; `after`: a `next` of this search, which must name a kind; `people: false`: finds and shows nobody by a person's or client's name
   * @throws BadQuestionError for a time or an `after` that is none, GraphUnavailableError
   */
  search(text: string, options?: SearchFilters & { people?: boolean } & PageOption & AsOfOption): Promise<SearchAnswer>;
  /**
   * How metrics went: over the versions of an artifact, or over the steps of the same activity and workflow type.
   * @param id of a version, a step or an attempt
   * @throws NothingFoundError, BadQuestionError, GraphUnavailableError
   */
  metricHistory(id: string, options?: AsOfOption): Promise<MetricHistory>;
  /** @param id a Run's @throws NothingFoundError, GraphUnavailableError */
  runBefore(id: string, options?: AsOfOption): Promise<RunBefore>;
  /** What a search can be narrowed to; up to a minute old. @throws GraphUnavailableError */
  searchNames(): Promise<SearchNames>;
  /** Resolves when Neo4j answers. @throws GraphUnavailableError */
  ready(): Promise<void>;
}
