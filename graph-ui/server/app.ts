// Runs in: server. The read-only HTTP server over the graph's questions.
import express, { type Express, type NextFunction, type Request, type Response } from 'express';
import type { Questions } from '../../plugin/graph/answers.ts';
import type { ContentRead } from './access/content.ts';
import { gate, localOnly } from './access/gate.ts';
import type { Credentials } from './access/reader.ts';
import { HttpProblem, problemOf, sendProblem } from './problem.ts';
import { apiRouter } from './api/router.ts';
import { ROUTES } from './api/routes.ts';
import { requestLimit, REQUESTS_PER_MINUTE } from './rate-limits.ts';
import { checkHost, securityHeaders, type AllowedHosts } from './security.ts';
import { builtPage, pageRoutes } from './static-page.ts';

export interface ServerOptions {
  /** The built page's folder. Default: where `npm run build` puts it. */
  page?: string;
  /** Address of Temporal's Web UI, for links to runs. Default: none. */
  temporalUi?: string | null;
  /** Names the server answers to besides localhost, 127.0.0.1 and [::1]. Default: none. */
  allowedHosts?: AllowedHosts;
  /** Who may look. Default: nobody is asked, which is for a server on loopback only. */
  access?: Credentials | null;
  /** How long a question may take before it is ended, in Neo4j too. Default: 30 seconds. */
  questionMs?: number;
  /** How much one reader may ask. Default: 600. */
  requestsPerMinute?: number;
  /** Hears of each node whose content was handed out. Default: a line of JSON on stdout. */
  onContentRead?: (read: ContentRead) => void;
  /** Hears of errors that nobody foresaw. Default: `console.error`. */
  onError?: (error: unknown) => void;
}

const QUESTION_MS = 30_000;

/**
 * Makes the server; `listen` starts one.
 * @example
 * const app = createServer(questions, { temporalUi: 'http://localhost:8233' });
 */
export function createServer(questions: Questions, options: ServerOptions = {}): Express {
  const app = express();
  app.disable('x-powered-by');
  app.use(securityHeaders);
  app.use(checkHost(options.allowedHosts ?? { names: [], addresses: false }));
  app.use(options.access ? gate(options.access) : localOnly);
  app.use(readOnly);
  const onRead = options.onContentRead ?? ((read: ContentRead) => console.log(JSON.stringify(read)));
  // Whoever watches over the process asks as often as he likes.
  const limit = requestLimit(options.requestsPerMinute ?? REQUESTS_PER_MINUTE);
  app.use('/api', (request, response, next) => (request.path === '/health' ? next() : limit(request, response, next)));
  app.use('/api', apiRouter(ROUTES, {
    questions, temporalUi: options.temporalUi?.replace(/\/+$/, '') || null, signIn: Boolean(options.access), milliseconds: options.questionMs ?? QUESTION_MS, onRead,
  }));
  app.use(pageRoutes(options.page ?? builtPage()));
  const onError = options.onError ?? ((error: unknown) => console.error(error));
  app.use((error: unknown, request: Request, response: Response, next: NextFunction) => {
    const problem = problemOf(error, request.originalUrl);
    if (problem.status === 500) onError(error);
    // Once the answer has begun there is nothing left but to break it off, which Express does.
    if (response.headersSent) next(error);
    else sendProblem(response, problem);
  });
  return app;
}

function readOnly(request: Request, _response: Response, next: NextFunction): void {
  if (request.method === 'GET' || request.method === 'HEAD') next();
  else throw new HttpProblem('method-not-allowed', `${request.method} is not possible: this server only reads.`);
}
