// Runs in: server. One node, what a search finds, and what differs between two nodes.
import type { ComparedPart, Diff, Difference, NodeDetail, SearchAnswer, SearchHit } from '../../../../plugin/graph/answers.ts';
import { flag, json, list, map, nullable, object, oneOf, optional, text, time } from '../schema.ts';
import { edgeSchema, nodeSchema } from './graph.ts';

export const nodeDetailSchema = object<NodeDetail>({
  node: nodeSchema,
  details: map(json()).about('What can be erased apart from the lineage: previews, failure messages, stacks, names of people'),
  neighbours: list(object<NodeDetail['neighbours'][number]>({ edge: edgeSchema, node: nodeSchema })),
  truncated: flag().about('Whether there are more neighbours than are listed'),
}, 'NodeDetail');

const searchHitSchema = object<SearchHit>({
  id: text(),
  label: text(),
  kind: nullable(text()).about('The artifact kind, workflow type or activity type'),
  title: text(),
  subtitle: text(),
  recordedAt: nullable(time()),
}, 'SearchHit');

export const searchSchema = object<SearchAnswer>({
  hits: list(searchHitSchema),
  truncated: flag().about('Whether there are more hits than are listed'),
}, 'SearchAnswer');

const differenceSchema = object<Difference>({
  property: text(),
  key: optional(text().about('Within a property that holds several things by name')),
  kind: oneOf('added', 'removed', 'changed'),
  from: optional(json()),
  to: optional(json()),
}, 'Difference');

const comparedPartSchema = object<ComparedPart>({
  label: text(),
  from: list(text()).about('Ids'),
  to: list(text()).about('Ids'),
  compared: flag().about('False where a side has several of the kind: then only their ids are compared'),
  same: flag(),
  differences: list(differenceSchema),
}, 'ComparedPart');

export const diffSchema = object<Diff>({
  label: text().about('The kind of both'),
  from: text(),
  to: text(),
  same: flag(),
  parts: list(comparedPartSchema),
}, 'Diff');
