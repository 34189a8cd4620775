// Runs in: server. Reads a request's query strictly: what is not understood is refused and named, never ignored.
import type { Request } from 'express';
import { HttpProblem } from './problem.ts';

/** Longest value of a parameter, in UTF-8 bytes. Ids are hashed beyond 1 kB, so that no honest question is longer. */
export const MAXIMUM_VALUE_BYTES = 4096;

/** The parameters of one request, each at most once. */
export class Query {
  readonly #values = new Map<string, string>();

  /** @throws HttpProblem for a parameter that is unknown, repeated or too long */
  constructor(request: Request, known: readonly string[]) {
    const at = request.originalUrl.indexOf('?');
    const search = new URLSearchParams(at < 0 ? '' : request.originalUrl.slice(at));
    for (const [name, value] of search) {
      if (!known.includes(name)) {
        const list = known.length === 0 ? 'This route takes none.' : `This route takes: ${known.join(', ')}.`;
        throw bad(`There is no parameter '${shorten(name)}'. ${list}`);
      }
      if (this.#values.has(name)) throw bad(`The parameter '${name}' is given more than once.`);
      if (Buffer.byteLength(value) > MAXIMUM_VALUE_BYTES) {
        throw bad(`The parameter '${name}' is longer than ${MAXIMUM_VALUE_BYTES} bytes.`);
      }
      this.#values.set(name, value);
    }
  }

  /** A parameter that must be there and not be empty. */
  required(name: string): string {
    const value = this.#values.get(name);
    if (value === undefined || value === '') throw bad(`The parameter '${name}' is missing.`);
    return value;
  }

  text(name: string): string | undefined {
    return this.#values.get(name);
  }

  choice<T extends string>(name: string, choices: readonly T[]): T | undefined {
    const value = this.#values.get(name);
    if (value === undefined) return undefined;
    const found = choices.find((choice) => choice === value);
    if (found === undefined) throw bad(`The parameter '${name}' must be one of: ${choices.join(', ')}.`);
    return found;
  }

  flag(name: string): boolean | undefined {
    const choice = this.choice(name, ['true', 'false'] as const);
    return choice === undefined ? undefined : choice === 'true';
  }

  integer(name: string, minimum: number, maximum: number): number | undefined {
    const value = this.#values.get(name);
    if (value === undefined) return undefined;
    const number = Number(value);
    if (!/^\d{1,9}$/.test(value) || number < minimum || number > maximum) {
      throw bad(`The parameter '${name}' must be a whole number from ${minimum} to ${maximum}.`);
    }
    return number;
  }
}

function bad(detail: string): HttpProblem {
  return new HttpProblem('bad-question', detail);
}

function shorten(text: string): string {
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}
