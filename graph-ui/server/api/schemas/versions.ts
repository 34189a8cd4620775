// Runs in: server. Versions of artifacts, and the runs that used one.
import type { RunsUsing, RunSummary, RunUse, Seal, UseHow, Versions, VersionSummary } from '../../../../plugin/graph/answers.ts';
import { integer, list, nullable, object, oneOf, optional, text, time } from '../schema.ts';

export const asOf = optional(time().about('The past time that was asked for'));

/** Of a version, alone and within larger shapes. */
export const version = {
  id: text(),
  uri: text(),
  version: text(),
  kind: nullable(text()),
  name: nullable(text()),
  sha256: list(text()).about('More than one is a conflict'),
  size: nullable(integer()).about('In bytes'),
  recordedAt: text().about('When the graph first heard of it (ISO 8601); empty where it is only named'),
  withdrawnAt: optional(time()),
};

export const versionSchema = object<VersionSummary>(version, 'Version');

export const versionsSchema = object<Versions>({
  uri: text(),
  asOf,
  versions: list(versionSchema).about('Oldest first; those that are only named, last'),
  next: nullable(text()).about('Give it as `after` to get the next page; null on the last'),
}, 'Versions');

export const sealSchema = oneOf<Seal>('sealed', 'open', 'failed', 'unsealed').about("Whether Temporal's history has confirmed the record of the run");

/** Of a run, alone and within larger shapes. */
export const run = {
  id: text(),
  workflowId: text(),
  runId: text(),
  workflowType: nullable(text()),
  status: text(),
  startedAt: nullable(time()),
  seal: sealSchema,
};

export const runSchema = object<RunSummary>(run, 'Run');

const runUseSchema = object<RunUse>({
  ...run,
  steps: list(object<RunUse['steps'][number]>({
    id: text(),
    type: nullable(text()),
    how: oneOf<UseHow>('declared', 'argument', 'carried', 'mentioned'),
    member: optional(text().about('The collection that was used, of which the version is a member')),
  })),
}, 'RunUse');

export const runsUsingSchema = object<RunsUsing>({
  asOf,
  versions: list(versionSchema).about('The versions that the question named'),
  runs: list(runUseSchema),
  next: nullable(text()).about('Give it as `after` to get the next page; null on the last'),
}, 'RunsUsing');
