// Runs in: server. What something is made of, or what came of it.
import type { Trace, Trust, Withdrawal } from '../../../../plugin/graph/answers.ts';
import { flag, integer, list, map, nullable, object, oneOf, optional, text, time } from '../schema.ts';
import { edgeSchema, nodeSchema } from './graph.ts';
import { asOf } from './versions.ts';

const withdrawalSchema = object<Withdrawal>({
  version: text().about('Id of the version'),
  at: time(),
  reason: nullable(text()),
}, 'Withdrawal');

/** Of answers that hold what was walked. */
export const cut = {
  truncated: flag().about('Whether a limit was reached'),
  limit: optional(object<NonNullable<Trace['limit']>>({ nodes: integer(), how: text().about('How to go on') })),
};

export const trustSchema = object<Trust>({
  sealedRuns: integer().about('Runs whose history has confirmed the record'),
  pendingRuns: integer().about('Runs that no history has confirmed yet, or not for good'),
  failedRuns: list(text()).about('Ids of runs whose record does not agree with their history'),
  opaqueSteps: list(text()).about('Ids of steps whose inputs, or whose attempts, are not known'),
  looseSteps: list(text()).about('Ids of steps that were also given texts or numbers of which nobody knows whether they are constants'),
  followedOnly: list(text()).about('Ids of steps and values of which only the order is known'),
  unmadeValues: list(text()).about('Ids of values of which nobody has told where they come from'),
  ambiguousUses: list(object<Trust['ambiguousUses'][number]>({ version: text(), generatedBy: list(text()) })).about('Versions that more than one attempt generated and that were used by name'),
  conflicts: list(text()).about('Ids of versions that were seen with more than one digest'),
  unconfirmed: list(text()).about("Ids of what Temporal's history does not confirm"),
  withdrawn: list(withdrawalSchema).about('Versions in the answer that were withdrawn: what is downstream of them is affected'),
}, 'Trust').about('How far the answer can be trusted');

export const tries = map(integer()).about('Of steps in it that were tried more than once, how often: attempts that led nowhere are not in the answer');

export const counts = object<Trace['counts']>({ nodes: integer(), edges: integer(), byLabel: map(integer()) });

export const traceSchema = object<Trace>({
  direction: oneOf('upstream', 'downstream'),
  asOf,
  roots: list(text()).about('Ids of what was asked for'),
  nodes: list(nodeSchema).about('The lineage: steps, attempts, values and versions of artifacts'),
  edges: list(edgeSchema),
  tries,
  context: object<Trace['context']>({ nodes: list(nodeSchema), edges: list(edgeSchema) }).about('What surrounds it: runs, artifacts, code, environments, agents, and the edges to them'),
  ...cut,
  counts,
  trust: trustSchema,
}, 'Trace');
