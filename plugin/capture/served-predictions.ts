// Runs in: serving process. A prediction that was served, as assertions: what it was made with, and of what, as far as that may be told.
import canonicalize from '../model/canonicalize.ts';
import { sha256 } from '../model/id.ts';
import type { EdgeAssertion, Properties } from '../model/record.ts';
import type { ArtifactReference } from '../model/reference.ts';
import type { Decoded } from '../model/value.ts';
import { type ArtifactStatement, artifactStatement } from './artifact-records.ts';
import type { Privacy } from './privacy.ts';
import { detailOf } from './recorder.ts';
import type { ServingProcess } from './serving-process.ts';

/** What a serving process tells of a prediction. */
export interface Served {
  /** The version of the model that made it. */
  model: ArtifactReference;
  input?: unknown;
  output?: unknown;
  /** Finds it again; at most 500 characters. One of its own for each prediction. Default: a random one. */
  id?: string;
}

export interface ServedStatement extends ArtifactStatement {
  reference: ArtifactReference;
}

/** @param name of what serves @param ids of the predictions in it, if it is a batch @throws Error for what is no model version, or no name of a thing */
export function servedPrediction(serving: ServingProcess, privacy: Privacy, name: string, { model, input, output, id }: Served & { id: string }, at: Date, ids?: string[]): ServedStatement {
  const made = artifactStatement(model);
  if (!made) throw new Error(`'${model.uri}' is no place of a model`);
  const values = { ...(input !== undefined && { input: privacy.decodedOrGap(input) }), ...(output !== undefined && { output: privacy.decodedOrGap(output) }) };
  const described: Properties = {};
  const shown: Properties = {};
  for (const [role, value] of Object.entries(values)) {
    Object.assign(described, describedAs(role, privacy, value));
    Object.assign(shown, privacy.preview(role, value));
  }
  const reference: ArtifactReference = {
    kind: 'prediction', name: id, uri: `prediction:${encodeURIComponent(name)}/${encodeURIComponent(id.toWellFormed())}`,
    // The same prediction, told again, is the same version; told otherwise, another.
    version: sha256(canonicalize([made.key.id, described.inputDigest ?? null, described.outputDigest ?? null])).slice(0, 32),
    ...(ids && { statistics: { predictions: ids.length } }),
  };
  const { key, nodes: [version, ...rest], edges } = artifactStatement(reference)!;
  const detail = detailOf(key, 'values', shown, 'timeless');
  const around: EdgeAssertion[] = [
    { type: 'WAS_DERIVED_FROM', from: key, to: made.key, evidence: 'declared', via: 'serving', walk: true },
    { type: 'WAS_ATTRIBUTED_TO', from: key, to: serving.agent, walk: false },
    { type: 'RAN_CODE', from: key, to: serving.code, walk: false },
    { type: 'RAN_IN', from: key, to: serving.environment, walk: false },
  ];
  return {
    reference, key,
    nodes: [version!, { ...version!, aspect: 'served', set: { predictionId: id, servedAt: at.toISOString(), ...described } }, ...rest, ...detail.nodes],
    edges: [...edges, ...detail.edges, ...around],
  };
}

/** `inputDigest`, `inputBytes` and so on; what is so of all values of a process keeps its name. */
function describedAs(role: string, privacy: Privacy, value: Decoded): Properties {
  const named = Object.entries(privacy.describe(value)).map(([name, property]) =>
    [name === 'digestKeyId' || name === 'hidden' ? name : `${role}${name[0]!.toUpperCase()}${name.slice(1)}`, property]);
  return Object.fromEntries(named) as Properties;
}
