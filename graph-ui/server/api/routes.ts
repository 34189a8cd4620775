// Runs in: server. The table of the API's routes: each is one question of the graph.
import { EVIDENCE } from '../../../plugin/model/record.ts';
import type { ProblemKind } from '../problem.ts';
import { openApi } from './openapi.ts';
import { choice, flag, integer, required, text } from './parameter.ts';
import { type Route, route } from './route.ts';
import { metricHistorySchema, runBeforeSchema } from './schemas/history.ts';
import { diffSchema, nodeDetailSchema } from './schemas/node.ts';
import { searchNamesSchema, searchSchema } from './schemas/search.ts';
import { healthSchema, openApiSchema, readySchema, settingsSchema } from './schemas/server.ts';
import { cardSchema, comparisonSchema, completenessSchema, impactSchema, timelineSchema, withdrawnBehindSchema } from './schemas/summaries.ts';
import { traceLines, traceLineSchema } from './schemas/trace-lines.ts';
import { traceSchema } from './schemas/trace.ts';
import { runsUsingSchema, versionsSchema } from './schemas/versions.ts';

const subject = required('An id, URI@VERSION, sha256:DIGEST, or the id of a prediction');
const asOf = text('Only what had been recorded by then: 2026-11-03 (the end of that day, UTC) or 2026-11-03T12:00:00Z');
const after = text('What the page before gave as `next`');
const ofVersions = integer(1, 1000, 'The most versions in the answer');
/** What any question of the graph may meet. */
const ASKING = ['graph-unavailable', 'took-too-long'] as const satisfies ProblemKind[];
/** What a question may meet that names things. */
const NAMING = ['not-found', 'ambiguous', ...ASKING] as const satisfies ProblemKind[];

export const ROUTES: readonly Route[] = [
  route({ path: '/health', summary: 'Whether the process lives', isUnlimited: true, parameters: {}, answer: healthSchema, problems: [], handle: () => ({ status: 'alive' as const }) }),
  route({
    path: '/ready', summary: 'Whether the graph answers', parameters: {}, answer: readySchema, problems: ASKING,
    async handle({ questions }) {
      await questions.ready();
      return { status: 'ready' as const };
    },
  }),
  route({ path: '/openapi.json', summary: 'This description', parameters: {}, answer: openApiSchema, problems: [], handle: ({ signIn }) => openApi(ROUTES, signIn) }),
  route({
    path: '/v1/settings', summary: 'What the page needs to know of the server, and who asks', parameters: {}, answer: settingsSchema, problems: [],
    handle: ({ temporalUi, reader, signIn }) => ({ temporalUi, reader, signedIn: signIn }),
  }),
  route({
    path: '/v1/trace', summary: 'What something is made of, or what came of it',
    parameters: {
      subject,
      direction: choice(['upstream', 'downstream'], 'Upstream, to what it is made of, unless said otherwise'),
      followed: flag('Also along mere order in time, which is no proof of data flow'),
      limit: integer(1, 50_000, 'The most nodes in the answer'),
      asOf,
    },
    answer: traceSchema, lines: { schema: traceLineSchema, of: traceLines }, problems: NAMING,
    handle: ({ questions }, { subject: asked, ...options }) => questions.trace(asked, { limit: 50_000, ...options }),
  }),
  route({
    path: '/v1/runs-using', summary: 'The runs that used a version',
    parameters: {
      subject,
      carried: flag('Also runs with steps that only handed the version on'),
      after,
      limit: integer(1, 1000, 'The most runs in the answer'),
      asOf,
    },
    answer: runsUsingSchema, problems: NAMING,
    handle: ({ questions }, { subject: asked, ...options }) => questions.runsUsing(asked, options),
  }),
  route({
    path: '/v1/versions', summary: 'The versions of an artifact, oldest first', parameters: { uri: required('The URI of the artifact'), after, limit: ofVersions, asOf },
    answer: versionsSchema, problems: ['not-found', ...ASKING],
    handle: ({ questions }, { uri, ...options }) => questions.versions(uri, options),
  }),
  route({
    path: '/v1/node', summary: 'Everything that is recorded about one thing', parameters: { id: required('Its id'), after, limit: integer(1, 1000, 'The most neighbours in the answer'), asOf },
    answer: nodeDetailSchema, problems: ['not-found', ...ASKING],
    handle: ({ questions }, { id, ...options }) => questions.node(id, options),
  }),
  route({
    path: '/v1/impact', summary: 'What came of something: versions by kind, and the runs that made them',
    parameters: { subject, limit: integer(1, 50_000, 'The most nodes in the answer'), asOf },
    answer: impactSchema, problems: NAMING,
    handle: ({ questions }, { subject: asked, ...options }) => questions.impact(asked, { limit: 50_000, ...options }),
  }),
  route({
    path: '/v1/withdrawn-behind', summary: 'Withdrawn versions that something is made of, itself included', parameters: { subject, asOf },
    answer: withdrawnBehindSchema, problems: NAMING,
    handle: ({ questions }, { subject: asked, ...options }) => questions.withdrawnBehind(asked, options),
  }),
  route({
    path: '/v1/card', summary: 'How one version came to be, and what it is used for', parameters: { subject, asOf },
    answer: cardSchema, problems: NAMING,
    handle: ({ questions }, { subject: asked, ...options }) => questions.card(asked, options),
  }),
  route({
    path: '/v1/timeline', summary: 'The versions of an artifact, with who made each and how often it was used', parameters: { uri: required('The URI of the artifact'), after, limit: ofVersions, asOf },
    answer: timelineSchema, problems: ['not-found', ...ASKING],
    handle: ({ questions }, { uri, ...options }) => questions.timeline(uri, options),
  }),
  route({
    path: '/v1/completeness', summary: 'How far the record is proved: by the day, and the runs in which something is wanting',
    parameters: { after, limit: integer(1, 1000, 'The most runs in the list'), asOf },
    answer: completenessSchema, problems: ASKING,
    handle: ({ questions }, options) => questions.completeness(options),
  }),
  route({
    path: '/v1/diff', summary: 'What differs between two things of one kind', parameters: { from: subject, to: subject, asOf },
    answer: diffSchema, problems: NAMING,
    handle: ({ questions }, { from, to, ...options }) => questions.diff(from, to, options),
  }),
  route({
    path: '/v1/compare', summary: 'Two runs, steps or versions with all that they are made of, and where up the graph they part', parameters: { from: subject, to: subject, asOf },
    answer: comparisonSchema, problems: NAMING,
    handle: ({ questions }, { from, to, ...options }) => questions.compare(from, to, options),
  }),
  route({
    path: '/v1/metric-history', summary: 'How metrics went over the versions of an artifact, or over the steps of one activity', parameters: { id: required('The id of a version, a step or an attempt'), asOf },
    answer: metricHistorySchema, problems: ['not-found', ...ASKING],
    handle: ({ questions }, { id, ...options }) => questions.metricHistory(id, options),
  }),
  route({
    path: '/v1/run-before', summary: 'The run of the same workflow type before one, and how its code and environment differ', parameters: { id: required("A run's id"), asOf },
    answer: runBeforeSchema, problems: ['not-found', ...ASKING],
    handle: ({ questions }, { id, ...options }) => questions.runBefore(id, options),
  }),
  route({
    path: '/v1/search', summary: 'What a text names exactly, and what has all of its words; without one the newest predictions, models, datasets and runs',
    parameters: {
      q: text('Words, an id, a digest, a commit or a URI'),
      kind: text('One group of an answer, or an artifact kind: dataset, plot …'),
      since: text('A day or a moment (ISO 8601): started, served, or else first recorded since then'),
      until: text('Up to the end of that day, or that moment'),
      status: text('The status of the run: running, completed, failed …'),
      pipeline: text('The workflow type of the run'),
      user: text("Who had the run started: a person's, a client's or a schedule's name, or their id"),
      sealed: flag("Whether Temporal's history has confirmed the record of the run for good"),
      evidence: choice(EVIDENCE, 'How a link of it is known; of a step or a run: a link of its attempts and values'),
      limit: integer(1, 200, 'The most hits of each group'),
      after: text('What the page before gave as `next`; needs a kind'),
      asOf,
    },
    answer: searchSchema, problems: ASKING,
    // Names of people are content.
    handle: ({ questions, reader }, { q = '', ...options }) => questions.search(q, { ...options, people: reader.role === 'auditor' }),
  }),
  route({
    path: '/v1/search/names', summary: 'What a search can be narrowed to', parameters: {}, answer: searchNamesSchema, problems: ASKING,
    handle: ({ questions }) => questions.searchNames(),
  }),
];
