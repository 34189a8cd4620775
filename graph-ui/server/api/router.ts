// Runs in: server. Serves the table of routes.
import { type Request, type Response, Router } from 'express';
import { bounded } from '../../../plugin/graph/bounds.ts';
import { type ContentRead, fitTo } from '../access/content.ts';
import { readerOf } from '../access/reader.ts';
import { HttpProblem } from '../problem.ts';
import { readQuery } from './parameter.ts';
import type { Context, Route } from './route.ts';
import { etagOf, LINES, sendLines } from './stream.ts';

export interface RouterOptions extends Omit<Context, 'reader'> {
  /** How long a question may take. */
  milliseconds: number;
  /** Hears of every node whose content is handed out. */
  onRead: (read: ContentRead) => void;
}

/** Everything below /api. */
export function apiRouter(routes: readonly Route[], options: RouterOptions): Router {
  const router = Router({ caseSensitive: true, strict: true });
  for (const route of routes) router.get(route.path, (request, response) => answer(route, options, request, response));
  router.use((request) => {
    throw new HttpProblem('not-found', `There is no route ${request.baseUrl}${request.path}.`);
  });
  return router;
}

async function answer(route: Route, { milliseconds, onRead, ...context }: RouterOptions, request: Request, response: Response): Promise<void> {
  const reader = readerOf(response);
  const given = readQuery(request.originalUrl, route.parameters) as never;
  const gone = whenGone(response);
  let result: unknown;
  try {
    result = await bounded(milliseconds, gone, () => route.handle({ ...context, reader }, given));
  } catch (error) {
    if (gone.aborted) return;
    throw error;
  }
  let holdsContent = false;
  fitTo(reader, route.answer, result, (read) => {
    holdsContent = true;
    onRead(read);
  });
  // The graph grows by the second: what is kept is asked about each time (ETag). Content is not kept at all.
  response.setHeader('Cache-Control', holdsContent ? 'no-store' : 'private, no-cache');
  response.vary('Accept, Authorization, Cookie');
  if (!route.lines || request.accepts(['json', LINES]) !== LINES) {
    response.json(result);
    return;
  }
  response.setHeader('ETag', etagOf(route.lines.of(result as never)));
  if (request.fresh) response.status(304).end();
  else await sendLines(response, route.lines.of(result as never));
}

/** Aborted when the connection is closed before the answer is sent: nobody waits for it any more. */
function whenGone(response: Response): AbortSignal {
  const gone = new AbortController();
  response.once('close', () => {
    if (!response.writableFinished) gone.abort();
  });
  return gone.signal;
}
