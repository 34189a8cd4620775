// Runs in: server. Browsers that have signed in: a random cookie each, which says nothing by itself.
import { hash, randomBytes } from 'node:crypto';
import type { CookieOptions, Request, Response } from 'express';
import type { Reader } from './reader.ts';

const COOKIE = 'provenance_session';
/** A working day. */
const LONGEST_MS = 10 * 3_600_000;
/** The oldest give way: whoever has a token could else fill the memory. */
const MOST = 10_000;

interface Session {
  reader: Reader;
  until: number;
}

/** In memory: when the server starts again, everybody signs in again. */
export class Sessions {
  /** By the digests of their cookies. */
  readonly #sessions = new Map<string, Session>();

  /** @param until when the credential ends; the session ends no later */
  start(request: Request, response: Response, reader: Reader, until: number): void {
    const cookie = randomBytes(32).toString('base64url');
    const maxAge = Math.min(until - Date.now(), LONGEST_MS);
    this.#sessions.set(digestOf(cookie), { reader, until: Date.now() + maxAge });
    for (const oldest of this.#sessions.keys()) {
      if (this.#sessions.size <= MOST) break;
      this.#sessions.delete(oldest);
    }
    response.cookie(COOKIE, cookie, { ...options(request), maxAge });
  }

  readerOf(request: Request): Reader | undefined {
    const key = keyOf(request);
    const session = key === undefined ? undefined : this.#sessions.get(key);
    if (session === undefined || session.until > Date.now()) return session?.reader;
    this.#sessions.delete(key!);
    return undefined;
  }

  end(request: Request, response: Response): void {
    const key = keyOf(request);
    if (key !== undefined) this.#sessions.delete(key);
    response.clearCookie(COOKIE, options(request));
  }
}

/** No script reads it, and no other site's page sends it. Behind a proxy that speaks TLS it is never sent without. */
function options(request: Request): CookieOptions {
  return { httpOnly: true, sameSite: 'strict', path: '/', secure: request.headers['x-forwarded-proto'] === 'https' };
}

function keyOf(request: Request): string | undefined {
  const cookie = new RegExp(`(?:^|; *)${COOKIE}=([\\w-]{43})(?:;|$)`).exec(request.headers.cookie ?? '')?.[1];
  return cookie === undefined ? undefined : digestOf(cookie);
}

function digestOf(cookie: string): string {
  return hash('sha256', cookie, 'hex');
}
