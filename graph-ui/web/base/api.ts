// Runs in: browser. Asks the server. The answers' shapes are the graph's own.
import type { Card, Comparison, Completeness, Impact, MetricHistory, NodeDetail, RunBefore, RunsUsing, SearchAnswer, SearchFilters, SearchNames, Timeline, Trace, Versions, VersionSummary, WithdrawnBehind } from '../../../plugin/graph/answers.ts';
import { currentState } from './location.ts';

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
    ask<Trace>('v1/trace', { subject, direction, limit, ...then() }, signal),
  /** @param after where the neighbours that are listed ended */
  node: (id: string, signal?: AbortSignal, after: string | null = null) => ask<NodeDetail>('v1/node', { id, after, ...then() }, signal),
  runsUsing: (subject: string, carried: boolean, after: string | null, signal?: AbortSignal) =>
    ask<RunsUsing>('v1/runs-using', { subject, carried, after, ...then() }, signal),
  allRunsUsing: (subject: string, carried: boolean, signal?: AbortSignal) => whole('runs', (after) => api.runsUsing(subject, carried, after, signal)),
  impact: (subject: string, signal?: AbortSignal) => ask<Impact>('v1/impact', { subject, ...then() }, signal),
  withdrawnBehind: (subject: string, signal?: AbortSignal) => ask<WithdrawnBehind>('v1/withdrawn-behind', { subject, ...then() }, signal),
  card: (subject: string, signal?: AbortSignal) => ask<Card>('v1/card', { subject, ...then() }, signal),
  timeline: (uri: string, signal?: AbortSignal) => whole('versions', (after) => ask<Timeline>('v1/timeline', { uri, after, ...then() }, signal)),
  compare: (from: string, to: string, signal?: AbortSignal) => ask<Comparison>('v1/compare', { from, to, ...then() }, signal),
  completeness: (after: string | null, signal?: AbortSignal) => ask<Completeness>('v1/completeness', { after, ...then() }, signal),
  versions: (uri: string) => whole('versions', (after) => ask<Versions>('v1/versions', { uri, after, ...then() })),
  search: (q: string, options: SearchFilters & { limit: number; after?: string }, signal?: AbortSignal) => ask<SearchAnswer>('v1/search', { q, ...options, ...then() }, signal),
  searchNames: (signal?: AbortSignal) => ask<SearchNames>('v1/search/names', {}, signal),
  metricHistory: (id: string) => ask<MetricHistory>('v1/metric-history', { id, ...then() }),
  runBefore: (id: string) => ask<RunBefore>('v1/run-before', { id, ...then() }),
  settings: () => ask<Settings>('v1/settings', {}),
};

/** The past time that the page is about. */
function then(): { asOf: string | null } {
  return { asOf: currentState().asOf };
}

/** All pages of an answer as one. */
async function whole<List extends string, Page extends { next: string | null } & { [list in List]: unknown[] }>(list: List, pageFrom: (after: string | null) => Promise<Page>): Promise<Page> {
  const answer = await pageFrom(null);
  while (answer.next !== null) {
    const more = await pageFrom(answer.next);
    answer[list].push(...more[list]);
    answer.next = more.next;
  }
  return answer;
}

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
