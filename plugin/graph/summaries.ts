// Runs in: server, browser, CLI. The shapes of answers that sum up what traces hold. Types only.
import type { Json } from '../model/json.ts';
import type { AnswerNode, Diff, RunSummary, Trust, VersionSummary, Withdrawal } from './answers.ts';

/** A cut in what was walked: a summary of it may lack something. */
export interface Cut {
  truncated: boolean;
  limit?: { nodes: number; how: string };
}

/** A version that came of something. */
export interface ImpactedVersion extends VersionSummary {
  /** Ids of the runs that made it; none for what was served outside of Temporal, and for what nobody is seen to have made. */
  runs: string[];
}

export interface Impact extends Cut {
  /** What was asked for. */
  asked: AnswerNode[];
  /** The past time that was asked for, where one was. */
  asOf?: string;
  /** Downstream, oldest first within a kind. What was asked for is not among them. */
  versions: ImpactedVersion[];
  /** How many versions of each kind. */
  byKind: { [kind: string]: number };
  /** The runs that were reached, by start. */
  runs: (RunSummary & { steps: number; versions: number })[];
  trust: Trust;
}

export interface WithdrawnBehind extends Pick<Cut, 'truncated'> {
  withdrawn: (Withdrawal & Pick<VersionSummary, 'uri' | 'kind'> & { name: string })[];
}

/** A step and what is recorded of how it was run, by the attempt that counts. */
export interface CardStep {
  id: string;
  type: string | null;
  run: RunSummary | null;
  /** Of the attempt that made or measured, if one is known. */
  attempt: string | null;
  startedAt: string | null;
  durationMs: number | null;
  params: { [name: string]: Json };
  metrics: { [name: string]: Json };
  /** Ids. */
  code: string | null;
  environment: string | null;
}

/** One version, from the raw data to what it is used for. */
export interface Card extends Cut {
  version: VersionSummary;
  asOf?: string;
  /** Other names of the same bytes. */
  alternates: VersionSummary[];
  /** Steps that made it. More than one where the same version was made again. */
  madeBy: CardStep[];
  /** Where it all comes from: versions upstream that nobody is seen to have made from anything. */
  origins: VersionSummary[];
  /** Versions upstream that were made on the way. */
  intermediate: VersionSummary[];
  /** All other steps upstream, the nearest first. */
  steps: CardStep[];
  /** Steps that used it and measured something, such as an evaluation. */
  measuredBy: CardStep[];
  /** Signals and updates that reached the runs in which it was made or used, an approval for example; `from` names agents or runs by id. */
  messages: { id: string; kind: 'signal' | 'update'; name: string; at: string | null; outcome: string | null; run: RunSummary; from: string[] }[];
  /** What came out of steps that used it: how many versions of each kind, and the first of them. */
  uses: { byKind: { [kind: string]: number }; versions: VersionSummary[]; runs: number };
  /** The code and the environments that `madeBy` and `measuredBy` name. */
  nodes: AnswerNode[];
  trust: Trust;
}

/** A thing that has a name on both sides, and what it is there; undefined where it is not. */
export interface Sided {
  name: string;
  /** The type of the step that has it. */
  step?: string;
  from?: Json;
  to?: Json;
}

/** Where two lineages part: what came in was the same, or nothing did, and from here on they differ. */
export interface Parting {
  label: string;
  /** The activity type, the URI … */
  name: string;
  /** Ids; none where only one side has such a thing. Of several places those of the first. */
  from: string | null;
  to: string | null;
  /** At so many places things of this name part for this reason. */
  places: number;
  /** What differs there. */
  why: ('content' | 'code' | 'environment' | 'parameters' | 'arguments' | 'only one side has it' | 'nothing that is recorded')[];
}

export interface Comparison extends Cut {
  asOf?: string;
  from: AnswerNode;
  to: AnswerNode;
  /** The things themselves, their code, their environment and worker. */
  diff: Diff;
  /** Versions that went in from outside, by URI. */
  inputs: { uri: string; from: string[]; to: string[]; same: boolean }[];
  /** Those alone that differ. */
  parameters: Sided[];
  metrics: Sided[];
  /** Activity types, and how many steps of each. */
  steps: { name: string; from: number; to: number }[];
  /** None where nothing differs. */
  partings: Parting[];
  trust: { from: Trust; to: Trust };
}

/** A version among the versions of its artifact. */
export interface TimelineVersion extends VersionSummary {
  /** JSON text, where it was declared. */
  statistics: string | null;
  madeBy: RunSummary[];
  /** How many runs used it, and when the first and the last of them began. */
  usedBy: { runs: number; first: string | null; last: string | null };
}

export interface Timeline {
  uri: string;
  asOf?: string;
  /** Oldest first. */
  versions: TimelineVersion[];
  /** Give it as `after` to get the next page; null on the last. */
  next: string | null;
}

export interface Completeness {
  asOf?: string;
  counts: { runs: number; sealed: number; open: number; failed: number; unsealed: number; withGaps: number; unconfirmed: number };
  /** By the day on which the runs were first told of (UTC), oldest first. */
  days: { day: string; runs: number; sealed: number; open: number; failed: number; unsealed: number; withGaps: number }[];
  /** Runs whose record is not proved: not sealed, not confirmed, or with gaps; the newest first. */
  wanting: (RunSummary & { recordedAt: string; gaps: number; missing: number | null })[];
  /** Give it as `after` to get the next page; null on the last. */
  next: string | null;
}
