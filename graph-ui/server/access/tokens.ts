// Runs in: server. Tokens that were given out by hand, each with a name and a role.
import { hash, timingSafeEqual } from 'node:crypto';
import type { Credentials, Reader, Role } from './reader.ts';

/** Below this many characters a token can be guessed. */
export const SHORTEST_TOKEN = 16;

/** A token as it is kept: what is held against it is its digest, so that neither length nor beginning can be felt out by timing. */
export interface Token {
  reader: Reader;
  digest: Buffer;
}

/**
 * Reads tokens: one a line or between commas, each NAME:ROLE:TOKEN; what begins with # is left out.
 * @param from where they stand, for the error
 * @throws Error that says which one is wrong, never what it is
 */
export function readTokens(text: string, from: string): Token[] {
  const entries = text.split('\n').map((line) => line.replace(/^\s*#.*/, '')).join(',').split(',').map((entry) => entry.trim());
  return entries.filter((entry) => entry !== '').map((entry, index) => {
    const [name = '', role = '', token = '', ...more] = entry.split(':');
    const refuse = (why: string): Error => new Error(`${from}, token ${index + 1}: ${why}`);
    if (name === '' || token === '' || more.length > 0) throw refuse('it must read NAME:ROLE:TOKEN, such as team:viewer:…');
    if (!isRole(role)) throw refuse('the role must be viewer or auditor');
    if (token.length < SHORTEST_TOKEN) throw refuse(`the token has ${token.length} characters and needs at least ${SHORTEST_TOKEN}: 'openssl rand -hex 16' makes one`);
    return { reader: { name, role }, digest: digestOf(token) };
  });
}

/** Takes those tokens. They have no end of their own. */
export function tokenCredentials(tokens: readonly Token[]): Credentials {
  return {
    async readerOf(credential) {
      const digest = digestOf(credential);
      // All are looked at, whichever fits.
      const [found] = tokens.filter((token) => timingSafeEqual(token.digest, digest));
      return found ? { reader: found.reader, until: Infinity } : null;
    },
  };
}

export function isRole(text: unknown): text is Role {
  return text === 'viewer' || text === 'auditor';
}

function digestOf(token: string): Buffer {
  return Buffer.from(hash('sha256', token, 'hex'), 'hex');
}
