// Runs in: server. The table of routes as an OpenAPI 3.1 document.
import { type ProblemKind, STATUS } from '../problem.ts';
import type { Parameters } from './parameter.ts';
import { PROBLEMS_OF_ALL, type Route } from './route.ts';
import { plain } from './schema.ts';
import { problemSchema } from './schemas/server.ts';

/** What nobody meets who need not sign in. */
const OF_SIGN_IN = ['not-signed-in', 'sign-in-unavailable'] as const satisfies ProblemKind[];

/**
 * Describes exactly what is served: every parameter with its bounds, every answer, every problem.
 * @param signIn whether readers have to sign in
 */
export function openApi(routes: readonly Route[], signIn: boolean): object {
  const schemas: { [name: string]: unknown } = {};
  const paths = Object.fromEntries(routes.map((route) => [`/api${route.path}`, { get: operation(route, schemas, signIn && route.open !== true) }]));
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

function operation({ path, summary, parameters, answer, problems }: Route, schemas: { [name: string]: unknown }, signIn: boolean): object {
  return {
    operationId: path.replace(/^\/(v1\/)?/, '').replaceAll(/\W(\w)/g, (_, letter: string) => letter.toUpperCase()),
    summary,
    ...(signIn && { security: [{ token: [] }] }),
    parameters: described(parameters, schemas),
    responses: {
      200: { description: 'The answer', content: { 'application/json': { schema: plain(answer, schemas) } } },
      ...problemResponses([...PROBLEMS_OF_ALL, ...(signIn ? OF_SIGN_IN : []), ...problems], schemas),
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
    return [status, { description: titles.join(', or: '), content: { 'application/problem+json': { schema } } }];
  }));
}
