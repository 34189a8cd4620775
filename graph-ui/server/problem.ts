// Runs in: server. Errors as the API sends them: RFC 9457, application/problem+json.
import type { Response } from 'express';
import type { VersionSummary } from '../../plugin/graph/answers.ts';
import {
  AmbiguousQuestionError,
  BadQuestionError,
  GraphUnavailableError,
  NothingFoundError,
  TookTooLongError,
} from '../../plugin/graph/errors.ts';

/** What a request that failed is answered with. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  /** The path and query that was asked for. */
  instance: string;
  /** With `ambiguous`: the versions to choose from. */
  choices?: VersionSummary[];
}

/** Seconds after which a client may ask again when something was away. */
const RETRY_AFTER_SECONDS = 5;

/** Status and title of each problem. */
export const STATUS = {
  'bad-question': [400, 'The question is malformed'],
  'not-signed-in': [401, 'Who is asking?'],
  'other-site': [403, 'The request comes from another site'],
  'not-found': [404, 'Nothing found'],
  'method-not-allowed': [405, 'Only reading is possible'],
  ambiguous: [409, 'The question fits several versions'],
  'too-many-requests': [429, 'Too many requests'],
  'wrong-host': [421, 'This server does not answer under that name'],
  internal: [500, 'The server failed'],
  'sign-in-unavailable': [503, 'Nobody can be told apart at the moment'],
  'graph-unavailable': [503, 'The graph is unavailable'],
  'took-too-long': [504, 'The answer took too long'],
} as const satisfies Record<string, readonly [number, string]>;

export type ProblemKind = keyof typeof STATUS;

/** An error that the HTTP layer itself found. */
export class HttpProblem extends Error {
  override name = 'HttpProblem';
  readonly kind: ProblemKind;
  constructor(kind: ProblemKind, detail: string) {
    super(detail);
    this.kind = kind;
  }
}

/** Which problem an error is. What nobody foresaw is `internal`, and its message stays here: it may hold anything. */
export function problemOf(error: unknown, instance: string): Problem {
  const make = (kind: ProblemKind, detail: string): Problem => {
    const [status, title] = STATUS[kind];
    return { type: `urn:temporal-provenance:problem:${kind}`, title, status, detail, instance };
  };
  if (error instanceof HttpProblem) return make(error.kind, error.message);
  if (error instanceof BadQuestionError) return make('bad-question', error.message);
  if (error instanceof NothingFoundError) return make('not-found', error.message);
  if (error instanceof AmbiguousQuestionError) {
    return { ...make('ambiguous', error.message), choices: error.choices };
  }
  if (error instanceof TookTooLongError) return make('took-too-long', error.message);
  if (error instanceof GraphUnavailableError) return make('graph-unavailable', error.message);
  if (isClientError(error)) return make('bad-question', 'The request could not be read. Check its path for broken percent-encoding.');
  return make('internal', "The server met an error that it did not foresee. Its log holds more.");
}

/** Sends a problem, with the headers that belong to its kind. */
export function sendProblem(response: Response, problem: Problem): void {
  if (problem.status === 503) response.setHeader('Retry-After', String(RETRY_AFTER_SECONDS));
  if (problem.status === 401) response.setHeader('WWW-Authenticate', 'Bearer realm="temporal-provenance"');
  if (problem.status === 405) response.setHeader('Allow', 'GET, HEAD');
  response.setHeader('Cache-Control', 'no-store');
  response.status(problem.status).type('application/problem+json').send(JSON.stringify(problem));
}

/** Express' own parts (path decoding, static files) throw errors with a 4xx `status`. */
function isClientError(error: unknown): boolean {
  const status = (error as { status?: unknown } | null)?.status;
  return typeof status === 'number' && status >= 400 && status < 500;
}
