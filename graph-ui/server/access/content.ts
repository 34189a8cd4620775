// Runs in: server. Content in answers: kept from viewers, and each time that an auditor reads some, told to the log.
import { AnySchema } from '../api/schema.ts';
import type { Reader } from './reader.ts';

/** Content that was read. It says whose, and which, never what. */
export interface ContentRead {
  event: 'content-read';
  at: string;
  reader: string;
  role: Reader['role'];
  /** The node's id. */
  node: string;
  /** Names, such as `preview`. */
  content: string[];
}

type Values = { [name: string]: unknown };

/**
 * Makes an answer fit its reader, in place: the schema says what is content.
 * @param onRead hears of every node whose content is handed out
 */
export function fitTo(reader: Reader, schema: AnySchema, answer: unknown, onRead: (read: ContentRead) => void): void {
  if (!holdsContent(schema)) return;
  goThrough(schema, answer, (owner, name) => {
    const names = Object.keys((owner[name] ?? {}) as Values);
    if (names.length === 0) return;
    if (reader.role === 'auditor') {
      onRead({ event: 'content-read', at: new Date().toISOString(), reader: reader.name, role: reader.role, node: idOf(owner), content: names });
    } else {
      owner[name] = {};
      owner['withheld'] = [...((owner['withheld'] ?? []) as string[]), ...names];
    }
  });
}

/** Whose content it is: an object that holds some is a node, or tells of one. */
function idOf(owner: Values): string {
  return String(owner['id'] ?? (owner['node'] as Values | undefined)?.['id']);
}

/** Whether values of that shape can hold content at all: of most answers it need not be looked for. */
export function holdsContent(schema: AnySchema): boolean {
  const known = KNOWN.get(schema);
  if (known !== undefined) return known;
  const holds = schema.body['x-auditors-only'] === true || partsOf(schema.body).some(holdsContent);
  KNOWN.set(schema, holds);
  return holds;
}

const KNOWN = new WeakMap<AnySchema, boolean>();

function partsOf(part: unknown): AnySchema[] {
  if (part instanceof AnySchema) return [part];
  return typeof part === 'object' && part !== null ? Object.values(part).flatMap(partsOf) : [];
}

function goThrough(schema: AnySchema, value: unknown, found: (owner: Values, name: string) => void): void {
  if (typeof value !== 'object' || value === null || !holdsContent(schema)) return;
  const { properties, items, additionalProperties: others, allOf, anyOf } = schema.body;
  for (const alternative of [allOf, anyOf].flatMap(partsOf)) goThrough(alternative, value, found);
  if (items instanceof AnySchema) for (const item of value as unknown[]) goThrough(items, item, found);
  if (others instanceof AnySchema) for (const each of Object.values(value)) goThrough(others, each, found);
  for (const [name, inner] of Object.entries((properties ?? {}) as { [name: string]: AnySchema })) {
    const owner = value as Values;
    if (inner.body['x-auditors-only'] === true) found(owner, name);
    else goThrough(inner, owner[name], found);
  }
}
