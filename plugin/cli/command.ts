// Runs in: CLI. What all commands of `provenance` have in common: exit codes, numbers as options, and how an answer or a fault is told.
import { CommanderError, InvalidArgumentError } from 'commander';
import { addressFromEnvironment } from '../graph/connection.ts';
import { AmbiguousQuestionError, BadQuestionError, GraphUnavailableError, NothingFoundError, TemporalUnavailableError } from '../graph/errors.ts';
import { openGraph, type OpenGraph } from '../graph/open.ts';
import { renderChoices } from './render-answers.ts';

/** Commands that check something end with `incomplete` where they found it wanting. */
export const EXIT = { answered: 0, nothingFound: 1, incomplete: 1, badInput: 2, unreachable: 3, fault: 70 } as const;

/** Asks the graph, prints the answer, and sets the exit code. */
export async function ask(options: { json?: true }, question: (graph: OpenGraph) => Promise<{ answer: unknown; text(): string; nothing?: boolean }>): Promise<void> {
  const graph = openGraph(addressFromEnvironment());
  try {
    const { answer, text, nothing } = await question(graph);
    process.stdout.write(`${options.json ? JSON.stringify(answer, null, 2) : text()}\n`);
    process.exitCode = nothing ? EXIT.nothingFound : EXIT.answered;
  } finally {
    await graph.close();
  }
}

/** For options that are whole numbers. */
export function positive(text: string): number {
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < 1) throw new InvalidArgumentError('it must be a whole number from 1.');
  return number;
}

/** One sentence on stderr, and the exit code that fits. */
export function failed(error: unknown, json: boolean): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.answered : EXIT.badInput;
  const say = (sentence: string) => process.stderr.write(`provenance: ${sentence}\n`);
  if (error instanceof AmbiguousQuestionError) {
    say(error.message);
    process.stdout.write(`${json ? JSON.stringify({ choices: error.choices }, null, 2) : renderChoices(error.choices)}\n`);
    return EXIT.badInput;
  }
  if (isTemporalAway(error)) {
    say(`Temporal went away meanwhile, or is too busy: once it answers, do this again (${error.details})`);
    return EXIT.unreachable;
  }
  say(error instanceof Error ? error.message : String(error));
  if (error instanceof NothingFoundError) return EXIT.nothingFound;
  if (error instanceof BadQuestionError) return EXIT.badInput;
  if (error instanceof GraphUnavailableError || error instanceof TemporalUnavailableError) return EXIT.unreachable;
  return EXIT.fault;
}

/** Of gRPC's statuses: DEADLINE_EXCEEDED, RESOURCE_EXHAUSTED, UNAVAILABLE. */
const AWAY = [4, 8, 14];

/** By its looks: to load Temporal's client only to ask would take commands that need none a while. */
function isTemporalAway(error: unknown): error is Error & { details: string } {
  const { code, details } = (error ?? {}) as { code?: unknown; details?: unknown };
  return error instanceof Error && typeof details === 'string' && AWAY.includes(code as number);
}
