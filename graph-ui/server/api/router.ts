// Runs in: server. Serves the table of routes.
import { Router } from 'express';
import { HttpProblem } from '../problem.ts';
import { readQuery } from './parameter.ts';
import { type ContentRead, fitTo } from '../access/content.ts';
import { readerOf } from '../access/reader.ts';
import type { Context, Route } from './route.ts';

/**
 * Everything below /api.
 * @param onRead hears of every node whose content is handed out
 */
export function apiRouter(routes: readonly Route[], context: Omit<Context, 'reader'>, onRead: (read: ContentRead) => void): Router {
  const router = Router({ caseSensitive: true, strict: true });
  for (const route of routes) {
    router.get(route.path, async (request, response) => {
      const reader = readerOf(response);
      const answer = await route.handle({ ...context, reader }, readQuery(request.originalUrl, route.parameters) as never);
      fitTo(reader, route.answer, answer, onRead);
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
