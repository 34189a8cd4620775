// Runs in: server. The table of the API's routes: each is one question of the graph.
import type { ProblemKind } from '../problem.ts';
import { openApi } from './openapi.ts';
import { choice, flag, integer, required, text } from './parameter.ts';
import { type Route, route } from './route.ts';
import { list } from './schema.ts';
import { diffSchema, nodeDetailSchema, searchSchema } from './schemas/node.ts';
import { healthSchema, openApiSchema, readySchema, settingsSchema } from './schemas/server.ts';
import { traceSchema } from './schemas/trace.ts';
import { runsUsingSchema, versionSchema } from './schemas/versions.ts';

const subject = required('An id, URI@VERSION, sha256:DIGEST, or the id of a prediction');
/** What a question may meet that names things. */
const NAMING = ['not-found', 'ambiguous', 'graph-unavailable'] as const satisfies ProblemKind[];

export const ROUTES: readonly Route[] = [
  route({ path: '/health', summary: 'Whether the process lives', parameters: {}, answer: healthSchema, problems: [], handle: () => ({ status: 'alive' as const }) }),
  route({
    path: '/ready', summary: 'Whether the graph answers', parameters: {}, answer: readySchema, problems: ['graph-unavailable'],
    async handle({ questions }) {
      await questions.ready();
      return { status: 'ready' as const };
    },
  }),
  route({ path: '/openapi.json', summary: 'This description', parameters: {}, answer: openApiSchema, problems: [], handle: () => openApi(ROUTES) }),
  route({ path: '/v1/settings', summary: "What the page needs to know of the server's settings", parameters: {}, answer: settingsSchema, problems: [], handle: ({ settings }) => settings }),
  route({
    path: '/v1/trace', summary: 'What something is made of, or what came of it',
    parameters: {
      subject,
      direction: choice(['upstream', 'downstream'], 'Upstream, to what it is made of, unless said otherwise'),
      followed: flag('Also along mere order in time, which is no proof of data flow'),
      limit: integer(1, 50_000, 'The most nodes in the answer'),
    },
    answer: traceSchema, problems: NAMING,
    handle: ({ questions }, { subject: asked, ...options }) => questions.trace(asked, { limit: 50_000, ...options }),
  }),
  route({
    path: '/v1/runs-using', summary: 'The runs that used a version',
    parameters: {
      subject,
      carried: flag('Also runs with steps that only handed the version on'),
      after: text('What the page before gave as `next`'),
      limit: integer(1, 1000, 'The most runs in the answer'),
    },
    answer: runsUsingSchema, problems: NAMING,
    handle: ({ questions }, { subject: asked, ...options }) => questions.runsUsing(asked, options),
  }),
  route({
    path: '/v1/versions', summary: 'Every version of an artifact, oldest first', parameters: { uri: required('The URI of the artifact') },
    answer: list(versionSchema), problems: ['not-found', 'graph-unavailable'],
    handle: ({ questions }, { uri }) => questions.versions(uri),
  }),
  route({
    path: '/v1/node', summary: 'Everything that is recorded about one thing', parameters: { id: required('Its id') },
    answer: nodeDetailSchema, problems: ['not-found', 'graph-unavailable'],
    handle: ({ questions }, { id }) => questions.node(id),
  }),
  route({
    path: '/v1/diff', summary: 'What differs between two things of one kind', parameters: { from: subject, to: subject },
    answer: diffSchema, problems: NAMING,
    handle: ({ questions }, { from, to }) => questions.diff(from, to),
  }),
  route({
    path: '/v1/search', summary: 'What fits a text; without one the newest predictions, models, datasets and runs',
    parameters: { q: text('Words, an id, a digest or a URI'), limit: integer(1, 200, 'The most hits in the answer') },
    answer: searchSchema, problems: ['graph-unavailable'],
    handle: ({ questions }, { q = '', ...options }) => questions.search(q, options),
  }),
];
