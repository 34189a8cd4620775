// Runs in: server. Serves the table of routes.
import { Router } from 'express';
import { HttpProblem } from '../problem.ts';
import { readQuery } from './parameter.ts';
import type { Context, Route } from './route.ts';

/** Everything below /api. */
export function apiRouter(routes: readonly Route[], context: Context): Router {
  const router = Router({ caseSensitive: true, strict: true });
  for (const route of routes) {
    router.get(route.path, async (request, response) => {
      const answer = await route.handle(context, readQuery(request.originalUrl, route.parameters) as never);
      // The graph grows by the second: an answer is never a stored one.
      response.setHeader('Cache-Control', 'no-store');
      response.json(answer);
    });
  }
  router.use((request) => {
    throw new HttpProblem('not-found', `There is no route ${request.baseUrl}${request.path}.`);
  });
  return router;
}
