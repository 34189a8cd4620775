// Runs in: server. What the server tells of itself, and of questions that it could not answer.
import type { Reader } from '../../access/reader.ts';
import type { Problem } from '../../problem.ts';
import { flag, list, nullable, object, oneOf, optional, Schema, text } from '../schema.ts';
import { versionSchema } from './versions.ts';

/** What the page needs to know of the server, and of who looks at it. */
export interface PublicSettings {
  /** Where Temporal's Web UI is, without a trailing slash; null when nobody said. */
  temporalUi: string | null;
  reader: Reader;
  /** Whether he can sign out: not where nobody is asked to sign in. */
  signedIn: boolean;
}

export const healthSchema = object<{ status: 'alive' }>({ status: oneOf('alive') });
export const readySchema = object<{ status: 'ready' }>({ status: oneOf('ready') });
export const settingsSchema = object<PublicSettings>({
  temporalUi: nullable(text()).about("Where Temporal's Web UI is, for links to runs"),
  reader: object<Reader>({ name: text(), role: oneOf('viewer', 'auditor') }).about('Who asks'),
  signedIn: flag().about('False where nobody is asked to sign in'),
}, 'Settings');

/** An OpenAPI document; what that is, others have said. */
export const openApiSchema = new Schema<object>({ type: 'object', required: ['openapi', 'info', 'paths'], properties: { openapi: { const: '3.1.1' }, info: {}, paths: {} } });

export const problemSchema = object<Problem>({
  type: text().about('Which problem it is: urn:temporal-provenance:problem:…'),
  title: text(),
  status: new Schema<number>({ type: 'integer', minimum: 400, maximum: 599 }),
  detail: text().about('What is wrong, and what to do'),
  instance: text().about('The path and query that was asked for'),
  choices: optional(list(versionSchema).about('The versions to choose from')),
}, 'Problem');
