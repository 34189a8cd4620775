// Runs in: server. What a search finds, and what it can be narrowed to.
import type { SearchAnswer, SearchGroup, SearchHit, SearchNames } from '../../../../plugin/graph/answers.ts';
import { flag, integer, list, nullable, object, optional, text, time } from '../schema.ts';
import { asOf } from './versions.ts';

const searchHitSchema = object<SearchHit>({
  id: text(),
  label: text(),
  kind: nullable(text()).about('The artifact kind, workflow type, activity type or kind of agent'),
  title: text(),
  subtitle: text(),
  found: nullable(text()).about('What it was found by, where neither title nor subtitle shows it'),
  recordedAt: nullable(time()).about('When it was started, served, or else first recorded'),
  withdrawnAt: optional(time().about('Since when the version is withdrawn, where it is')),
}, 'SearchHit');

const searchGroupSchema = object<SearchGroup>({
  kind: text().about('prediction, model, dataset, artifact (of all other kinds), run, step, code, agent, content; or the kind that was asked for'),
  hits: list(searchHitSchema).about('The newest first'),
  count: integer().about('How many there are, listed or not'),
  more: flag().about('Whether there are more than `count`, which is as far as was looked'),
}, 'SearchGroup');

export const searchSchema = object<SearchAnswer>({
  asOf,
  exact: list(searchHitSchema).about('What the text names exactly'),
  groups: list(searchGroupSchema).about('What has all of the words, apart from that'),
  next: nullable(text()).about('Give it as `after` to get the next page of the one kind that was asked for'),
  truncated: flag().about('Whether there are more hits than are listed'),
}, 'SearchAnswer');

export const searchNamesSchema = object<SearchNames>({
  kinds: list(text()).about('Kinds of artifacts that are there'),
  pipelines: list(text()).about('Workflow types'),
  activities: list(text()).about('Activity types'),
  truncated: flag().about('Whether there are more than are listed'),
}, 'SearchNames').about('Up to a minute old');
