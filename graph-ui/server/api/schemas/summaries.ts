// Runs in: server. Answers that sum up what traces hold.
import type { Card, CardStep, Comparison, Completeness, Impact, ImpactedVersion, Parting, RunSummary, Sided, Timeline, TimelineVersion, WithdrawnBehind } from '../../../../plugin/graph/answers.ts';
import { flag, integer, json, list, map, nullable, object, oneOf, optional, Schema, text, time } from '../schema.ts';
import { nodeSchema } from './graph.ts';
import { diffSchema } from './node.ts';
import { cut, trustSchema } from './trace.ts';
import { asOf, run, runSchema, version, versionSchema } from './versions.ts';

export const impactSchema = object<Impact>({
  ...cut,
  asked: list(nodeSchema).about('What was asked for'),
  asOf,
  versions: list(object<ImpactedVersion>({ ...version, runs: list(text()).about('Ids of the runs that made it; none for what was served outside of Temporal') }, 'ImpactedVersion')),
  byKind: map(integer()),
  runs: list(object<RunSummary & { steps: number; versions: number }>({ ...run, steps: integer(), versions: integer() })),
  trust: trustSchema,
}, 'Impact');

export const withdrawnBehindSchema = object<WithdrawnBehind>({
  truncated: cut.truncated,
  withdrawn: list(object<WithdrawnBehind['withdrawn'][number]>({ version: text(), at: time(), reason: nullable(text()), uri: text(), kind: nullable(text()), name: text() })),
}, 'WithdrawnBehind');

const cardStepSchema = object<CardStep>({
  id: text(),
  type: nullable(text()),
  run: nullable(runSchema),
  attempt: nullable(text()).about('Id of the attempt that counts'),
  startedAt: nullable(time()),
  durationMs: nullable(integer()),
  params: map(json()),
  metrics: map(json()),
  code: nullable(text()).about('Id'),
  environment: nullable(text()).about('Id'),
}, 'CardStep');

export const cardSchema = object<Card>({
  ...cut,
  version: versionSchema,
  asOf,
  alternates: list(versionSchema).about('Other names of the same bytes'),
  madeBy: list(cardStepSchema),
  origins: list(versionSchema).about('Where it all comes from'),
  intermediate: list(versionSchema),
  steps: list(cardStepSchema).about('All other steps upstream, the nearest first'),
  measuredBy: list(cardStepSchema).about('Steps that used it and measured something'),
  messages: list(object<Card['messages'][number]>({
    id: text(), kind: oneOf('signal', 'update'), name: text(), at: nullable(time()), outcome: nullable(text()), run: runSchema, from: list(text()).about('Ids of agents or runs'),
  })).about('Signals and updates that reached the runs in which it was made or used'),
  uses: object<Card['uses']>({ byKind: map(integer()), versions: list(versionSchema).about('The first of them'), runs: integer() }),
  nodes: list(nodeSchema).about('The code and the environments that are named'),
  trust: trustSchema,
}, 'Card');

const sidedSchema = object<Sided>({ name: text(), step: optional(text()), from: optional(json()), to: optional(json()) }, 'Sided');

const partingSchema = object<Parting>({
  label: text(),
  name: text(),
  from: nullable(text()).about('Id; of several places that of the first'),
  to: nullable(text()),
  places: integer().about('At so many places things of this name part for this reason'),
  why: list(oneOf('content', 'code', 'environment', 'parameters', 'arguments', 'only one side has it', 'nothing that is recorded')),
}, 'Parting');

export const comparisonSchema = object<Comparison>({
  asOf,
  ...cut,
  from: nodeSchema,
  to: nodeSchema,
  diff: diffSchema,
  inputs: list(object<Comparison['inputs'][number]>({ uri: text(), from: list(text()), to: list(text()), same: flag() })).about('Versions that went in from outside'),
  parameters: list(sidedSchema).about('Those alone that differ'),
  metrics: list(sidedSchema).about('Those alone that differ'),
  steps: list(object<Comparison['steps'][number]>({ name: text(), from: integer(), to: integer() })),
  partings: list(partingSchema).about('Where the two part: what came in was the same, or nothing did'),
  trust: object<Comparison['trust']>({ from: trustSchema, to: trustSchema }),
}, 'Comparison');

export const timelineSchema = object<Timeline>({
  uri: text(),
  asOf,
  versions: list(object<TimelineVersion>({
    ...version,
    statistics: nullable(text()).about('JSON text'),
    madeBy: list(runSchema),
    usedBy: object<TimelineVersion['usedBy']>({ runs: integer(), first: nullable(time()), last: nullable(time()) }),
  }, 'TimelineVersion')).about('Oldest first'),
  next: nullable(text()).about('Give it as `after` to get the next page; null on the last'),
}, 'Timeline');

const seals = { runs: integer(), sealed: integer(), open: integer(), failed: integer(), unsealed: integer(), withGaps: integer() };

export const completenessSchema = object<Completeness>({
  asOf,
  counts: object<Completeness['counts']>({ ...seals, unconfirmed: integer() }),
  days: list(object<Completeness['days'][number]>({ day: new Schema({ type: 'string', format: 'date' }), ...seals })).about('By the day on which the runs were first told of (UTC)'),
  wanting: list(object<Completeness['wanting'][number]>({ ...run, recordedAt: time(), gaps: integer(), missing: nullable(integer()) })).about('Runs whose record is not proved, the newest first'),
  next: nullable(text()).about('Give it as `after` to get the next page; null on the last'),
}, 'Completeness');
