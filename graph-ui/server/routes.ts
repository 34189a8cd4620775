// Runs in: server. The API: each route is one question of the graph.
import { Router, type Request, type Response } from 'express';
import type { Questions } from '../../plugin/graph/answers.ts';
import { HttpProblem } from './problem.ts';
import { Query } from './query.ts';

/** What the page may know of the server's settings. */
export interface PublicSettings {
  /** Where Temporal's Web UI is, without a trailing slash; null when nobody said. */
  temporalUi: string | null;
}

/** Most that one answer may hold. The graph has its own, smaller default. */
export const MAXIMUM = { trace: 50_000, runs: 1000, search: 200 } as const;

/** Everything below /api. */
export function apiRoutes(questions: Questions, settings: PublicSettings): Router {
  const router = Router({ caseSensitive: true, strict: true });

  get(router, '/health', [], () => ({ status: 'alive' }));
  get(router, '/ready', [], async () => {
    await questions.ready();
    return { status: 'ready' };
  });
  get(router, '/v1/settings', [], () => settings);

  get(router, '/v1/trace', ['subject', 'direction', 'followed', 'limit'], (query) => {
    const direction = query.choice('direction', ['upstream', 'downstream'] as const);
    const limit = query.integer('limit', 1, MAXIMUM.trace);
    return questions.trace(query.required('subject'), given({ direction, followed: query.flag('followed'), limit }));
  });

  get(router, '/v1/runs-using', ['subject', 'carried', 'after', 'limit'], (query) => {
    const limit = query.integer('limit', 1, MAXIMUM.runs);
    return questions.runsUsing(query.required('subject'), given({ carried: query.flag('carried'), after: query.text('after'), limit }));
  });

  get(router, '/v1/versions', ['uri'], (query) => questions.versions(query.required('uri')));
  get(router, '/v1/node', ['id'], (query) => questions.node(query.required('id')));

  get(router, '/v1/diff', ['from', 'to'], (query) => questions.diff(query.required('from'), query.required('to')));

  get(router, '/v1/search', ['q', 'limit'], (query) =>
    questions.search(query.text('q') ?? '', given({ limit: query.integer('limit', 1, MAXIMUM.search) })),
  );

  router.use((request) => {
    throw new HttpProblem('not-found', `There is no route ${request.baseUrl}${request.path}.`);
  });
  return router;
}

type Answer = (query: Query) => unknown;

function get(router: Router, path: string, parameters: readonly string[], answer: Answer): void {
  router.get(path, async (request: Request, response: Response) => {
    const result = await answer(new Query(request, parameters));
    // The graph grows by the second: an answer is never a stored one.
    response.setHeader('Cache-Control', 'no-store');
    response.json(result);
  });
}

type Given<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/** Leaves out what was not asked for, so that the graph's own defaults hold. */
function given<T extends object>(options: T): Given<T> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as Given<T>;
}
