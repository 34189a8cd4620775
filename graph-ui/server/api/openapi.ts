// Runs in: server. The table of routes as an OpenAPI 3.1 document.
import { type ProblemKind, STATUS } from '../problem.ts';
import type { Parameters } from './parameter.ts';
import { PROBLEMS_OF_ALL, type Route } from './route.ts';
import { plain } from './schema.ts';
import { LINES } from './stream.ts';
import { problemSchema } from './schemas/server.ts';

const LIMITED = ['too-many-requests'] as const satisfies ProblemKind[];
const RETRY_AFTER = { 'Retry-After': { description: 'Seconds to wait', schema: { type: 'integer' } } };

/** What nobody meets who need not sign in. */
const OF_SIGN_IN = ['not-signed-in', 'sign-in-unavailable'] as const satisfies ProblemKind[];

/**
 * Describes exactly what is served: every parameter with its bounds, every answer, every problem.
 * @param signIn whether readers have to sign in
 */
export function openApi(routes: readonly Route[], signIn: boolean): object {
  const schemas: { [name: string]: unknown } = {};
  const paths = Object.fromEntries(routes.map((route) => [`/api${route.path}`, { get: operation(route, schemas, signIn) }]));
  return {
    openapi: '3.1.1',
    info: {
      title: 'temporal-provenance', version: '1', summary: 'Lineage of Temporal pipelines, read-only',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    paths,
    components: { schemas, ...(signIn && { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } }) },
  };
}

function operation({ path, isUnlimited, summary, parameters, answer, lines, problems }: Route, schemas: { [name: string]: unknown }, signIn: boolean): object {
    return {
    operationId: path.replace(/^\/(v1\/)?/, '').replaceAll(/\W(\w)/g, (_, letter: string) => letter.toUpperCase()),
    summary,
    ...(signIn && { security: [{ token: [] }] }),
    parameters: described(parameters, schemas),
    responses: {
      200: {
        description: 'The answer',
        headers: { ETag: { description: 'Give it as If-None-Match, to be told only whether the answer is another one', schema: { type: 'string' } } },
        content: { 'application/json': { schema: plain(answer, schemas) }, ...(lines && { [LINES]: { schema: plain(lines.schema, schemas) } }) },
      },
      304: { description: 'Still the answer that If-None-Match names' },
      ...problemResponses([...PROBLEMS_OF_ALL, ...(signIn ? OF_SIGN_IN : []), ...(isUnlimited ? [] : LIMITED), ...problems], schemas),
    },
  };
}

function described(parameters: Parameters, schemas: { [name: string]: unknown }): object[] {
  return Object.entries(parameters).map(([name, { about, required, schema }]) => ({
    name, in: 'query', description: about, required, schema: plain(schema, schemas),
  }));
}

function problemResponses(kinds: readonly ProblemKind[], schemas: { [name: string]: unknown }): object {
  const schema = plain(problemSchema, schemas);
  const told = kinds.map((kind) => STATUS[kind]);
  return Object.fromEntries(told.map(([status]) => {
    const titles = told.flatMap(([each, title]) => (each === status ? [title] : []));
    const waits = status === 429 || status === 503;
    return [status, { description: titles.join(', or: '), ...(waits && { headers: RETRY_AFTER }), content: { 'application/problem+json': { schema } } }];
  }));
}
