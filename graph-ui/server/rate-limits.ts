// Runs in: server. How much one reader may ask, and how often a wrong credential may be tried.
import { type Request, type RequestHandler, type Response } from 'express';
import { rateLimit } from 'express-rate-limit';
import { bearerOf, readerOf } from './access/reader.ts';
import { HttpProblem } from './problem.ts';

const WINDOW_MS = 60_000;
/** The page asks some ten times for each thing that is opened. */
export const REQUESTS_PER_MINUTE = 600;
const WRONG_CREDENTIALS_PER_MINUTE = 30;

/** Requests of one reader, wherever they come from. */
export function requestLimit(limit: number): RequestHandler {
  return rateLimit({
    ...SAME, limit, keyGenerator: (_request, response) => readerOf(response as Response).name,
    handler: refuse(`This is more than ${limit} requests within a minute.`),
  });
}

/** Wrong credentials from one address: then it is not let in with a right one either, until the minute is over. */
export function guessLimit(): RequestHandler {
  return rateLimit({
    ...SAME, limit: WRONG_CREDENTIALS_PER_MINUTE, skipSuccessfulRequests: true, // Only where one is shown.
    skip: (request) => bearerOf(request) === undefined && request.path !== '/sign-in',
    requestWasSuccessful: (_request, response) => !(response as Response).locals['isWrong'],
    handler: refuse('Too many wrong tokens came from your address.'),
  });
}

/** Says that what this request showed is no credential. */
export function noteWrongCredential(response: Response): void {
  response.locals['isWrong'] = true;
}

const SAME = { windowMs: WINDOW_MS, standardHeaders: 'draft-8', legacyHeaders: false } as const;

/** The library has set `Retry-After` by then. */
function refuse(why: string): (request: Request, response: Response, next: (error: unknown) => void) => void {
  return (_request, _response, next) => next(new HttpProblem('too-many-requests', `${why} Wait as long as Retry-After says, in seconds.`));
}
