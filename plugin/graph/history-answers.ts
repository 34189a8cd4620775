// Runs in: server, browser, CLI. The shapes of how things went over versions, steps and runs. Types only.
import type { ComparedPart, RunSummary } from './answers.ts';

/** What one metric was of one version, or in one step. */
export interface MetricPoint {
  /** The version's id, or the step's. */
  id: string;
  /** The version, or the workflow id of the step's run. */
  name: string;
  at: string;
  value: number;
}

export interface MetricSeries {
  /** Which activity measured it; null for a number among the statistics that a version states of itself. */
  activity: string | null;
  metric: string;
  /** Oldest first. */
  points: MetricPoint[];
}

export interface MetricHistory {
  series: MetricSeries[];
  /** So many versions or steps were looked at: the one that was asked about, those before it, and at most half as many after it. */
  most: number;
}

/** The run of the same workflow type that started last before a run. */
export interface RunBefore {
  /** Null where there is none. */
  before: RunSummary | null;
  /** Its code and environment, and how those of the run differ from them. */
  parts: ComparedPart[];
}
