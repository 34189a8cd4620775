// Runs in: server, CLI. Where a page of a list ended, as a text that the next question gives back.
import { hash } from 'node:crypto';
import type { PageOption } from './answers.ts';
import { BadQuestionError } from './errors.ts';

/** @param time by which the list is in order, and then by id */
export function cursorOf(time: string, id: string): string {
  return Buffer.from(JSON.stringify([time, id])).toString('base64url');
}

/** @throws BadQuestionError */
export function cursorFrom(text: string): [time: string, id: string] {
  try {
    const [time, id] = JSON.parse(Buffer.from(text, 'base64url').toString()) as unknown[];
    if (typeof time === 'string' && typeof id === 'string') return [time, id];
  } catch {
    // Said below.
  }
  throw notGiven();
}

/**
 * A page of the answer to a question, whose cursors are good for this question alone: where another list ended is no place in this one.
 * @param question all that decides what is in the list, and in which order
 * @throws BadQuestionError for a cursor that is not of it
 */
export async function pageOf<O extends PageOption, A extends { next: string | null }>(question: unknown[], options: O, ask: (options: O) => Promise<A>): Promise<A> {
  const { after } = options;
  const mark = `${hash('sha256', JSON.stringify(question), 'base64url').slice(0, 8)}.`;
  if (after !== undefined && !after.startsWith(mark)) throw notGiven();
  const answer = await ask(after === undefined ? options : { ...options, after: after.slice(mark.length) });
  return { ...answer, next: answer.next === null ? null : mark + answer.next };
}

export function notGiven(): BadQuestionError {
  return new BadQuestionError("'after' must be what an answer to this very question gave as 'next'");
}
