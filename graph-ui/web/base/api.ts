// Runs in: browser. Asks the server. The answers' shapes are the graph's own.
import type { NodeDetail, RunsUsing, SearchAnswer, SearchFilters, SearchNames, Trace, VersionSummary } from '../../../plugin/graph/answers.ts';

/** Why a question got no answer, in the server's words. */
export class ProblemError extends Error {
  override name = 'ProblemError';
  readonly title: string;
  /** HTTP status; 0 when the server could not be reached. */
  readonly status: number;
  /** Versions to choose from, when the question fits several. */
  readonly choices: VersionSummary[];
  constructor(title: string, detail: string, status: number, choices: VersionSummary[] = []) {
    super(detail);
    this.title = title;
    this.status = status;
    this.choices = choices;
  }
}

export interface Settings {
  temporalUi: string | null;
  reader: { name: string; role: 'viewer' | 'auditor' };
  /** False where nobody is asked to sign in. */
  signedIn: boolean;
}

export type Direction = Trace['direction'];

export const api = {
  trace: (subject: string, direction: Direction, limit: number | null, signal: AbortSignal) =>
    ask<Trace>('v1/trace', { subject, direction, limit }, signal),
  node: (id: string, signal?: AbortSignal) => ask<NodeDetail>('v1/node', { id }, signal),
  runsUsing: (subject: string, carried: boolean, after: string | null) =>
    ask<RunsUsing>('v1/runs-using', { subject, carried, after }),
  versions: (uri: string) => ask<VersionSummary[]>('v1/versions', { uri }),
  search: (q: string, options: SearchFilters & { limit: number; after?: string }, signal?: AbortSignal) => ask<SearchAnswer>('v1/search', { q, ...options }, signal),
  searchNames: (signal?: AbortSignal) => ask<SearchNames>('v1/search/names', {}, signal),
  settings: () => ask<Settings>('v1/settings', {}),
};

type Parameters = { [name: string]: string | number | boolean | null };

async function ask<T>(path: string, parameters: Parameters, signal?: AbortSignal): Promise<T> {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) if (value !== null) query.set(name, String(value));
  let response: Response;
  try {
    response = await fetch(`/api/${path}?${query}`, signal === undefined ? {} : { signal });
  } catch (error) {
    if (signal?.aborted === true) throw error;
    throw new ProblemError('The server cannot be reached', 'Check that it is running, then try again.', 0);
  }
  const body: unknown = await response.json().catch(() => null);
  if (response.ok && body !== null) return body as T;
  // The session is over: back to here once there is another.
  if (response.status === 401) location.assign(`/sign-in/?${new URLSearchParams({ to: `/${location.search}` })}`);
  const problem = (body ?? {}) as { title?: string; detail?: string; choices?: VersionSummary[] };
  throw new ProblemError(
    problem.title ?? 'The server failed',
    problem.detail ?? `It answered with status ${response.status}.`,
    response.status,
    problem.choices,
  );
}
