// Runs in: server. One node, and what differs between two nodes.
import type { ComparedPart, Diff, Difference, Neighbour, NodeDetail } from '../../../../plugin/graph/answers.ts';
import { content, flag, integer, json, list, map, nullable, object, oneOf, optional, text } from '../schema.ts';
import { edgeSchema, nodeSchema } from './graph.ts';
import { asOf } from './versions.ts';

const withheld = optional(list(text()).about('What is in `details`, but for auditors only'));

const neighbourSchema = object<Neighbour>({
  edge: edgeSchema,
  node: nodeSchema,
  details: optional(content(json()).about('Of an agent what names it: `name` or `identity`')),
  withheld,
}, 'Neighbour');

export const nodeDetailSchema = object<NodeDetail>({
  node: nodeSchema,
  details: content(json()).about('What can be erased apart from the lineage: previews, failure messages, stacks, names of people'),
  withheld,
  neighbours: list(neighbourSchema),
  steps: optional(map(integer()).about('Of a run: how many steps it has, by their status')),
  next: nullable(text()).about('Give it as `after` to get more of the neighbours; null where there are none'),
}, 'NodeDetail');

const differenceSchema = object<Difference>({
  property: text(),
  key: optional(text().about('Within a property that holds several things by name')),
  kind: oneOf('added', 'removed', 'changed'),
  from: optional(json()),
  to: optional(json()),
}, 'Difference');

export const comparedPartSchema = object<ComparedPart>({
  label: text(),
  from: list(text()).about('Ids'),
  to: list(text()).about('Ids'),
  compared: flag().about('False where a side has several of the kind: then only their ids are compared'),
  same: flag(),
  differences: list(differenceSchema),
}, 'ComparedPart');

export const diffSchema = object<Diff>({
  asOf,
  label: text().about('The kind of both'),
  from: text(),
  to: text(),
  same: flag(),
  parts: list(comparedPartSchema),
}, 'Diff');
