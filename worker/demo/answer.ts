// Runs in: CLI (demo). What the demo shows, as data: one prediction back to raw data, and who used a dataset version.
import type { RunUse, Trace } from '../../plugin/graph/answers.ts';
import type { OpenGraph } from '../../plugin/graph/open.ts';
import type { ArtifactReference } from '../../plugin/model/reference.ts';
import { versionOf } from '../../plugin/model/reference.ts';
import type { FlightsRound } from '../flights-run.ts';

export interface DemoAnswer {
  prediction: { id: string; uri: string; version: string };
  model: { uri: string; version: string; sha256: string | undefined };
  /** Datasets in the trace that nothing in it made. */
  rawData: { uri: string; version: string; sha256: string }[];
  /** The runs that used the first version of the raw file. */
  runsUsing: RunUse[];
  trace: Trace;
  /** The page, opened at this trace. */
  ui: string;
  engines: { temporal: string; neo4j: string };
  seconds: { setup: number; pipeline: number; trace: number };
}

export const subjectOf = (reference: ArtifactReference): string => `${reference.uri}@${versionOf(reference)}`;

export async function answerFrom(graph: OpenGraph, { predicted, trained }: FlightsRound): Promise<Pick<DemoAnswer, 'prediction' | 'model' | 'rawData' | 'runsUsing' | 'trace'>> {
  const prediction = predicted.predictions[0]!;
  const trace = await graph.trace(subjectOf(prediction));
  const runsUsing: RunUse[] = [];
  for (let next: string | null | undefined; next !== null; ) {
    const page = await graph.runsUsing(subjectOf(trained.raw), next === undefined ? {} : { after: next });
    runsUsing.push(...page.runs);
    next = page.next;
  }
  const { uri, version, sha256 } = predicted.model;
  return {
    prediction: { id: trace.roots[0]!, uri: prediction.uri, version: versionOf(prediction) },
    model: { uri, version: version ?? versionOf(predicted.model), sha256 },
    rawData: rawDataOf(trace),
    runsUsing,
    trace,
  };
}

function rawDataOf({ nodes, edges }: Trace): DemoAnswer['rawData'] {
  const made = new Set(edges.filter(({ type }) => type === 'WAS_GENERATED_BY').map(({ from }) => from));
  return nodes
    .filter(({ id, labels }) => labels.includes('Dataset') && labels[0] === 'ArtifactVersion' && !made.has(id))
    .map(({ properties: p }) => ({ uri: String(p.uri), version: String(p.version), sha256: String(p.sha256) }));
}
