// Runs in: server. Nodes and edges as answers hold them.
import type { AnswerEdge, AnswerNode } from '../../../../plugin/graph/answers.ts';
import { type Evidence, EVIDENCE } from '../../../../plugin/model/record.ts';
import { flag, json, list, map, nullable, object, oneOf, optional, text, time } from '../schema.ts';

const evidence = oneOf<Evidence>(...EVIDENCE).about(
  'observed: the same object travelled; declared: activity code said so; inferred: likely; followed: order in time only',
);

export const nodeSchema = object<AnswerNode>({
  id: text(),
  labels: list(text()).about('The main label first; the kind of an artifact is a second one'),
  properties: map(json()),
}, 'Node');

export const edgeSchema = object<AnswerEdge>({
  from: text().about('Id of the later thing'),
  to: text().about('Id of the earlier thing'),
  type: text(),
  evidence: nullable(evidence).about('Null on edges that are structure, not lineage'),
  via: nullable(text()).about('What says so'),
  fromPath: optional(text().about('JSON Pointer into what `to` is')),
  toPath: optional(text().about('JSON Pointer into what `from` took in')),
  scattered: optional(flag().about('Elements of one list went into another, and it is not known which became which')),
  at: optional(time().about('Of a withdrawal (WAS_INVALIDATED_BY) or reinstatement (WAS_INFLUENCED_BY): when it was said. Left out in traces')),
  reason: optional(text().about('And why')),
}, 'Edge');
