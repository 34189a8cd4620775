// Runs in: isolate, worker. What the flight pipelines take and give: plain JSON, files by reference.
import type { ArtifactReference } from 'temporal-provenance/activity';

/** A file of this pipeline: which version it is, and where its bytes lie. */
export interface StoredFile {
  reference: ArtifactReference;
  path: string;
}

/** One version of a dataset that came from outside. Its versions share a URI and lie at different paths. */
export interface SourceFile {
  /** The dataset's name, the same for all of its versions. */
  uri: string;
  /** What its owner calls this version. */
  version: string;
  /** Where the bytes of this version lie. */
  path: string;
  /** Refuse the file when its bytes are others. Lower-case hex. */
  expectedSha256?: string;
}

export const FEATURE_GROUPS = ['time', 'route', 'traffic'] as const;
export type FeatureGroupName = (typeof FEATURE_GROUPS)[number];

/** Days as YYYY-MM-DD. Flights before `from` are the history that features look back on; `until` is excluded. */
export interface ExamplePeriod {
  from: string;
  until: string;
  /** How many flights to learn from and to test on, together. */
  rows: number;
}

export interface ForestOptions {
  trees: number;
  maxDepth: number;
  /** Flights drawn, with replacement, for each tree. */
  rowsPerTree: number;
  /** Features drawn for each tree. */
  featuresPerTree: number;
  /** A node with fewer flights is not split. */
  minRows: number;
}

export interface TrainDelayModelInput {
  raw: SourceFile;
  /** Folder for everything this run makes. Give each run its own. */
  outDir: string;
  /** Folder of the model registry, shared by all runs. */
  registryDir: string;
  /** Same data, same seed: same model, to the byte. */
  seed: number;
  /** Default: `flight-delays`. */
  modelName?: string;
  /** Default: the registry's next number. */
  modelVersion?: string;
  /** Default: 20,000 flights of April and May 2001. */
  examples?: Partial<ExamplePeriod>;
  /** Share of the examples kept back for testing. Default: 0.25. */
  testShare?: number;
  forest?: Partial<ForestOptions>;
}

export interface TrainDelayModelResult {
  raw: ArtifactReference;
  train: ArtifactReference;
  test: ArtifactReference;
  /** The registered model: what `predictDelays` takes. */
  model: ArtifactReference;
  metrics: Metrics;
  plot: ArtifactReference;
  report: ArtifactReference;
}

export interface FeatureGroupInput {
  group: FeatureGroupName;
  /** All clean flights: those before `historyUntil` are looked back on. */
  clean: StoredFile;
  examples: StoredFile;
  historyUntil: string;
  outDir: string;
}

export interface FeatureGroupResult {
  group: FeatureGroupName;
  /** One row per example: its id and this group's features. */
  features: StoredFile;
  /** What was known before the examples' period; the model carries it along. */
  history: StoredFile;
}

/** Measured on the test set. `late` is an arrival of 15 minutes or more behind schedule. */
export interface Metrics {
  rows: number;
  lateRate: number;
  /** Area under the ROC curve: 0.5 knows nothing, 1 knows all. */
  auc: number;
  /** Mean squared error of the probability: lower is better. */
  brier: number;
  /** The Brier score of always saying the training set's late rate. */
  brierOfBaseRate: number;
  /** Late rate among the tenth of flights that the model holds for riskiest. */
  topDecileLateRate: number;
  /** Minutes by which the expected delay is off, on average. */
  delayMeanAbsoluteError: number;
}

export interface BatchSource extends SourceFile {
  size: number;
  seed: number;
}

export interface PredictDelaysInput {
  /** A registered model, as `trainDelayModel` returns it. Exactly this version is loaded. */
  model: ArtifactReference;
  batch: BatchSource;
  outDir: string;
}

export interface PredictDelaysResult {
  model: ArtifactReference;
  batch: ArtifactReference;
  /** One for each flight, riskiest first. */
  predictions: ArtifactReference[];
  /** The file that holds them all, with `members`. */
  collection: ArtifactReference;
}
