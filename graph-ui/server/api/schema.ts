// Runs in: server. What answers look like, as JSON Schema (2020-12, as OpenAPI 3.1 takes it), held against their TypeScript types by the compiler.
import type { Json } from '../../../plugin/model/json.ts';

/** A JSON Schema in which other schemas may be nested. */
type Body = { [keyword: string]: unknown };

/** Describes values, of which type is forgotten. */
export class AnySchema {
  readonly body: Body;
  /** Under which it stands in the document's components; inline without one. */
  readonly name: string | undefined;

  constructor(body: Body, name?: string) {
    this.body = body;
    this.name = name;
  }
}

/** Describes values of the type T, and of no wider one. */
export class Schema<T> extends AnySchema {
  /** Nothing is there: it makes the compiler hold a schema against its type, in both directions. */
  declare readonly exactly: (value: T) => T;

  /** Says what it means, where its name does not. */
  about(description: string): Schema<T> {
    return new Schema(this.name === undefined ? { ...this.body, description } : { allOf: [this], description });
  }
}

/** A property that may be left out. */
export interface Optional<T> {
  readonly mayBeLeftOut: Schema<T>;
}

export const optional = <T>(schema: Schema<T>): Optional<T> => ({ mayBeLeftOut: schema });

export const text = (): Schema<string> => new Schema({ type: 'string' });
export const integer = (): Schema<number> => new Schema({ type: 'integer', minimum: 0 });
export const flag = (): Schema<boolean> => new Schema({ type: 'boolean' });
/** A moment, ISO 8601. */
export const time = (): Schema<string> => new Schema({ type: 'string', format: 'date-time' });
export const json = (): Schema<Json> => new Schema({});

export function oneOf<const T extends string>(...choices: T[]): Schema<T> {
  return new Schema({ type: 'string', enum: choices });
}

export const nullable = <T>(schema: Schema<T>): Schema<T | null> => new Schema({ anyOf: [schema, { type: 'null' }] });
export const list = <T>(items: Schema<T>): Schema<T[]> => new Schema({ type: 'array', items });
/** Values by names that nobody knows beforehand. */
export const map = <T>(values: Schema<T>): Schema<{ [name: string]: T }> => new Schema({ type: 'object', additionalProperties: values });

/**
 * Content by names (previews, messages, names of people …): only auditors get it. A viewer gets an empty object, and the names in `withheld`, a property
 * that must stand beside it; beside it, too, is the `id` of what it belongs to, or the `node`.
 */
export const content = <T>(values: Schema<T>): Schema<{ [name: string]: T }> => new Schema({ ...map(values).body, 'x-auditors-only': true });

type Properties<T> = { [K in keyof T]-?: Record<never, never> extends Pick<T, K> ? Optional<Exclude<T[K], undefined>> : Schema<T[K]> };

/** Exactly the properties of T. */
export function object<T extends object>(properties: Properties<T>, name?: string): Schema<T> {
  const entries = Object.entries(properties as { [name: string]: AnySchema | { mayBeLeftOut: AnySchema } });
  return new Schema(
    {
      type: 'object',
      properties: Object.fromEntries(entries.map(([key, value]) => [key, value instanceof AnySchema ? value : value.mayBeLeftOut])),
      required: entries.flatMap(([key, value]) => (value instanceof AnySchema ? [key] : [])),
      additionalProperties: false,
    },
    name,
  );
}

/** A schema as plain JSON. Named ones become references, and are put among `components`. */
export function plain(part: unknown, components: { [name: string]: unknown }): unknown {
  if (Array.isArray(part)) return part.map((each) => plain(each, components));
  if (typeof part !== 'object' || part === null) return part;
  if (!(part instanceof AnySchema)) return Object.fromEntries(Object.entries(part).map(([key, value]) => [key, plain(value, components)]));
  if (part.name === undefined) return plain(part.body, components);
  // Named before it is gone into: a shape may hold itself.
  if (!(part.name in components)) {
    components[part.name] = true;
    components[part.name] = plain(part.body, components);
  }
  return { $ref: `#/components/schemas/${part.name}` };
}
