// Runs in: server. Lets nobody past who has not said who he is.
import { type NextFunction, type Request, type RequestHandler, type Response, Router, urlencoded } from 'express';
import { HttpProblem } from '../problem.ts';
import { guessLimit, noteWrongCredential } from '../rate-limits.ts';
import { ANYBODY, bearerOf, type Credentials, letIn, LOCAL } from './reader.ts';
import { Sessions } from './sessions.ts';

/** Where a browser signs in. */
export const SIGN_IN = '/sign-in/';
/** The page's own files, exactly: a path that leads up again is none of them. */
const OPEN = /^\/(first-theme\.js|icon\.svg|sign-in\/([\w-]+(\.[\w-]+)*)?)$/;

/** For a server on loopback without tokens: whoever is at this machine. */
export const localOnly: RequestHandler = (_request, response, next) => {
  letIn(response, LOCAL);
  next();
};

/** Asks every request for a credential, or for the session that one has started. */
export function gate(credentials: Credentials): Router {
  const sessions = new Sessions();
  const router = Router();
  router.use(guessLimit());
  router.post('/sign-in', sameSite, urlencoded({ extended: false, limit: '16kb' }), async (request, response) => {
    const { token, to } = (request.body ?? {}) as { token?: unknown; to?: unknown };
    const target = typeof to === 'string' ? ownPath(to) : '/';
    const found = typeof token === 'string' ? await credentials.readerOf(token.trim()) : null;
    if (found) sessions.start(request, response, found.reader, found.until);
    else noteWrongCredential(response);
    response.setHeader('Cache-Control', 'no-store');
    response.redirect(303, found ? target : `${SIGN_IN}?${new URLSearchParams({ refused: '', to: target })}`);
  });
  router.post('/sign-out', sameSite, (request, response) => {
    sessions.end(request, response);
    response.setHeader('Cache-Control', 'no-store');
    response.redirect(303, SIGN_IN);
  });
  router.use(async (request, response, next) => {
    const credential = bearerOf(request);
    const reader = OPEN.test(request.path) ? ANYBODY : credential === undefined ? sessions.readerOf(request) : (await credentials.readerOf(credential))?.reader;
    if (!reader) {
      if (credential !== undefined) noteWrongCredential(response);
      return refuse(request, response);
    }
    letIn(response, reader);
    next();
  });
  return router;
}

function refuse(request: Request, response: Response): void {
  const isPage = request.method === 'GET' && !request.path.startsWith('/api/') && request.accepts(['json', 'html']) === 'html';
  if (!isPage) throw new HttpProblem('not-signed-in', 'This server answers those only who show a token: send it as Authorization: Bearer TOKEN, or sign in at /sign-in/.');
  response.setHeader('Cache-Control', 'no-store');
  response.redirect(303, `${SIGN_IN}?${new URLSearchParams({ to: request.originalUrl })}`);
}

/** Another site's page must not sign its visitor in or out. Programs, which send no Origin, are nobody's visitors. */
function sameSite(request: Request, _response: Response, next: NextFunction): void {
  const { origin, host } = request.headers;
  if (origin !== undefined && (!URL.canParse(origin) || new URL(origin).host !== host)) {
    throw new HttpProblem('other-site', 'Signing in and out is possible from this server\'s own page only.');
  }
  next();
}

/** A path of this server's own page: a link must not lead from the sign-in to another site. */
function ownPath(to: string): string {
  return /^\/(\?[\x21-\x7e]*)?$/.test(to) ? to : '/';
}
