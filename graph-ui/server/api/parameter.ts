// Runs in: server. Parameters of the API's routes: how each is described, and how it is read. Both come from one place.
import { HttpProblem } from '../problem.ts';
import { AnySchema } from './schema.ts';

/** Longest value of a parameter, in UTF-8 bytes. Ids are hashed beyond 1 kB, so that no honest question is longer. */
export const MAXIMUM_VALUE_BYTES = 4096;

export interface Parameter<T, Required extends boolean = boolean> {
  readonly about: string;
  readonly required: Required;
  readonly schema: AnySchema;
  /** @throws HttpProblem that names the parameter */
  read(name: string, value: string): T;
}

/** By the names that stand in the URL. */
export type Parameters = { readonly [name: string]: Parameter<unknown> };

/** What a route is given: its required parameters, and of the others those that the request has. */
export type Given<P extends Parameters> =
  { [K in keyof P as P[K] extends Parameter<unknown, true> ? K : never]: ValueOf<P[K]> }
  & { [K in keyof P as P[K] extends Parameter<unknown, true> ? never : K]?: ValueOf<P[K]> };

type ValueOf<P> = P extends Parameter<infer T> ? T : never;

/** A text that must be there. */
export function required(about: string): Parameter<string, true> {
  return { about, required: true, schema: new AnySchema({ type: 'string', minLength: 1, maxLength: MAXIMUM_VALUE_BYTES }), read: (_name, value) => value };
}

/** A text that may be left out. */
export function text(about: string): Parameter<string, false> {
  return { about, required: false, schema: new AnySchema({ type: 'string', maxLength: MAXIMUM_VALUE_BYTES }), read: (_name, value) => value };
}

export function choice<const T extends string>(choices: readonly T[], about: string): Parameter<T, false> {
  return {
    about, required: false, schema: new AnySchema({ type: 'string', enum: choices }),
    read: (name, value) => {
      const found = choices.find((each) => each === value);
      if (found === undefined) throw bad(`The parameter '${name}' must be one of: ${choices.join(', ')}.`);
      return found;
    },
  };
}

export function flag(about: string): Parameter<boolean, false> {
  const { read } = choice(['true', 'false'], about);
  return { about, required: false, schema: new AnySchema({ type: 'boolean' }), read: (name, value) => read(name, value) === 'true' };
}

export function integer(minimum: number, maximum: number, about: string): Parameter<number, false> {
  return {
    about, required: false, schema: new AnySchema({ type: 'integer', minimum, maximum }),
    read: (name, value) => {
      const number = Number(value);
      if (!/^\d{1,9}$/.test(value) || number < minimum || number > maximum) {
        throw bad(`The parameter '${name}' must be a whole number from ${minimum} to ${maximum}.`);
      }
      return number;
    },
  };
}

/**
 * Reads a request's query strictly: what is not understood is refused and named, never ignored.
 * @param url path and query, as they came
 * @throws HttpProblem for a parameter that is unknown, repeated, missing, too long or malformed
 */
export function readQuery<P extends Parameters>(url: string, parameters: P): Given<P> {
  const at = url.indexOf('?');
  const found: { [name: string]: unknown } = {};
  for (const [name, value] of new URLSearchParams(at < 0 ? '' : url.slice(at))) {
    const parameter = Object.hasOwn(parameters, name) ? parameters[name] : undefined;
    if (!parameter) {
      const known = Object.keys(parameters);
      throw bad(`There is no parameter '${shorten(name)}'. ${known.length === 0 ? 'This route takes none.' : `This route takes: ${known.join(', ')}.`}`);
    }
    if (Object.hasOwn(found, name)) throw bad(`The parameter '${name}' is given more than once.`);
    if (Buffer.byteLength(value) > MAXIMUM_VALUE_BYTES) throw bad(`The parameter '${name}' is longer than ${MAXIMUM_VALUE_BYTES} bytes.`);
    if (parameter.required && value === '') throw bad(`The parameter '${name}' is missing.`);
    found[name] = parameter.read(name, value);
  }
  for (const [name, parameter] of Object.entries(parameters)) {
    if (parameter.required && !Object.hasOwn(found, name)) throw bad(`The parameter '${name}' is missing.`);
  }
  return found as Given<P>;
}

function bad(detail: string): HttpProblem {
  return new HttpProblem('bad-question', detail);
}

function shorten(name: string): string {
  return name.length > 80 ? `${name.slice(0, 80)}…` : name;
}
