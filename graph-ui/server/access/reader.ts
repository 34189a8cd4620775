// Runs in: server. Who reads, and how much of it is shown to him.
import type { Request, Response } from 'express';

/** An auditor also sees content: previews of values, pictures, first rows, messages, lines of logs, names of people. */
export type Role = 'viewer' | 'auditor';

export interface Reader {
  name: string;
  role: Role;
}

/** Whoever sits at this machine, where nobody is asked to sign in. */
export const LOCAL: Reader = { name: 'local', role: 'auditor' };

/** Who asks for what is open to all. */
export const ANYBODY: Reader = { name: 'anybody', role: 'viewer' };

/** Tells who shows a credential. */
export interface Credentials {
  /**
   * @returns the reader, and where the credential itself ends, when (ms since 1970); null for one that nobody gave out
   * @throws HttpProblem where this can't be told at the moment
   */
  readerOf(credential: string): Promise<{ reader: Reader; until: number } | null>;
}

/** Who makes this request: known once it has passed the gate. */
export function readerOf(response: Response): Reader {
  return (response.locals as { reader: Reader }).reader;
}

export function letIn(response: Response, reader: Reader): void {
  (response.locals as { reader: Reader }).reader = reader;
}

/** The credential in an Authorization header. */
export function bearerOf(request: Request): string | undefined {
  return /^Bearer +(\S+) *$/i.exec(request.headers.authorization ?? '')?.[1];
}
