// Runs in: worker, server, CLI. Why a question gets no answer.
import type { VersionSummary } from './answers.ts';

/** The question named nothing in the graph. */
export class NothingFoundError extends Error {
  override name = 'NothingFoundError';
}

/** The question itself is malformed. */
export class BadQuestionError extends Error {
  override name = 'BadQuestionError';
}

/** The question fits several versions: choose one. Never answered with a guess. */
export class AmbiguousQuestionError extends Error {
  override name = 'AmbiguousQuestionError';
  readonly choices: VersionSummary[];
  constructor(message: string, choices: VersionSummary[]) {
    super(message);
    this.choices = choices;
  }
}

/** Neo4j can't be reached, or refuses. */
export class GraphUnavailableError extends Error {
  override name = 'GraphUnavailableError';
}

/** The question took longer than it may. */
export class TookTooLongError extends Error {
  override name = 'TookTooLongError';
}

/** Temporal can't be reached, or refuses. */
export class TemporalUnavailableError extends Error {
  override name = 'TemporalUnavailableError';
}
