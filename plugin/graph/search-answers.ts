// Runs in: server, browser, CLI. The shapes of what a search is asked for, and finds. Types only.
import type { Evidence } from '../model/record.ts';

export interface SearchHit {
  id: string;
  /** The node's main label. */
  label: string;
  /** The artifact kind, workflow type, activity type or kind of agent. */
  kind: string | null;
  title: string;
  subtitle: string;
  /** What was found by, where neither title nor subtitle shows it: `SHA-256 9f2c…`. */
  found: string | null;
  recordedAt: string | null;
  /** Since when the version is withdrawn, where it is. */
  withdrawnAt?: string;
}

/** What a search is narrowed to. Status, pipeline, seal and user are of runs: of a step its run's, of a version the run's that generated it. */
export interface SearchFilters {
  /** One of the groups of an answer, or an artifact kind: `dataset`, `plot` … */
  kind?: string;
  /** A day or a moment (ISO 8601): started, served, or else first recorded since then. */
  since?: string;
  /** Up to the end of that day, or that moment. */
  until?: string;
  status?: string;
  /** The workflow type. */
  pipeline?: string;
  /** Whether Temporal's history has confirmed the run's record for good. */
  sealed?: boolean;
  /** With a link that is known so: of a version its own links, of a step or a run those of its attempts and values. */
  evidence?: Evidence;
  /** A person's, a client's or a schedule's name, or the beginning of its words: whose runs these are. */
  user?: string;
}

export interface SearchGroup {
  /** `prediction`, `model`, `dataset`, `artifact` (of all other kinds), `run`, `step`, `code`, `agent`, `content`; or the kind that was asked for. */
  kind: string;
  /** The newest first. */
  hits: SearchHit[];
  /** How many there are, listed or not. */
  count: number;
  /** True when there are more than `count`, which is as far as was looked. */
  more: boolean;
}

export interface SearchAnswer {
  /** The past time that was asked for, where one was. */
  asOf?: string;
  /** What the text names exactly: an id, URI@VERSION, a digest or a commit (also their beginnings where only one has it), a workflow's or a prediction's id. */
  exact: SearchHit[];
  /** What has all the words, apart from that. */
  groups: SearchGroup[];
  /** Give it as `after` to get the next page of the one kind that was asked for. */
  next: string | null;
  /** True when there are more hits than are listed. */
  truncated: boolean;
}

/** What a search can be narrowed to. */
export interface SearchNames {
  /** Kinds of artifacts that are there. */
  kinds: string[];
  /** Workflow types. */
  pipelines: string[];
  /** Activity types. */
  activities: string[];
  /** True when there are more than are listed. */
  truncated: boolean;
}
