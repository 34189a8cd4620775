// Runs in: server. One route of the API: all that is known of it stands in one entry, from which it is served and described.
import type { Questions } from '../../../plugin/graph/answers.ts';
import type { Reader } from '../access/reader.ts';
import type { ProblemKind } from '../problem.ts';
import type { Given, Parameters } from './parameter.ts';
import type { AnySchema, Schema } from './schema.ts';

/** What a route has at hand. */
export interface Context {
  questions: Questions;
  /** Where Temporal's Web UI is, without a trailing slash; null when nobody said. */
  temporalUi: string | null;
  /** Whether readers have to sign in. */
  signIn: boolean;
  /** Who asks. */
  reader: Reader;
}

/** A route, its types forgotten: as a table of them needs it. */
export interface Route {
  /** Below /api. */
  path: string;
  /** What watches over the process asks it as often as it likes. */
  isUnlimited?: true;
  /** One line. */
  summary: string;
  parameters: Parameters;
  answer: AnySchema;
  /** The answer as lines, for those who ask for application/x-ndjson. */
  lines?: { schema: AnySchema; of(answer: never): Iterable<unknown> };
  /** What else it may answer, besides what every route may. */
  problems: readonly ProblemKind[];
  handle(context: Context, given: never): unknown;
}

/** What any route may answer: a parameter that it does not take, a name that is not the server's, what nobody foresaw. */
export const PROBLEMS_OF_ALL = ['bad-question', 'wrong-host', 'internal'] as const satisfies ProblemKind[];

/** An entry of the table. The compiler holds its answer against the schema, and its parameters against what `handle` takes. */
export function route<P extends Parameters, A>(
  entry: Omit<Route, 'parameters' | 'answer' | 'lines' | 'handle'> & { parameters: P; answer: Schema<A>; lines?: { schema: AnySchema; of(answer: A): Iterable<unknown> }; handle(context: Context, given: Given<P>): NoInfer<A> | Promise<NoInfer<A>> },
): Route {
  return entry as unknown as Route;
}
