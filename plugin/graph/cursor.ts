// Runs in: server, CLI. Where a page of a list ended, as a text that the next question gives back.
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
  throw new BadQuestionError("'after' must be what an earlier answer gave as 'next'");
}
