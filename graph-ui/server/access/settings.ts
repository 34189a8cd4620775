// Runs in: server. Who may look, as the environment says it.
import { readFileSync } from 'node:fs';
import { oidcCredentials, type OidcSettings } from './oidc.ts';
import type { Credentials } from './reader.ts';
import { readTokens, type Token, tokenCredentials } from './tokens.ts';

/**
 * Reads PROVENANCE_UI_TOKENS, PROVENANCE_UI_TOKENS_FILE, PROVENANCE_UI_OIDC_ISSUER, PROVENANCE_UI_OIDC_AUDIENCE and
 * PROVENANCE_UI_OIDC_ROLE_CLAIM.
 * @returns null when nothing of it is set: then nobody is asked
 * @throws Error that names the variable that is wrong
 */
export function readAccess(env: NodeJS.ProcessEnv): Credentials | null {
  const tokens = [
    ...readTokens(env['PROVENANCE_UI_TOKENS'] ?? '', 'PROVENANCE_UI_TOKENS'),
    ...tokensFrom(env['PROVENANCE_UI_TOKENS_FILE']),
  ];
  const oidc = oidcFrom(env);
  const ways = [...(tokens.length > 0 ? [tokenCredentials(tokens)] : []), ...(oidc ? [oidcCredentials(oidc)] : [])];
  // What was meant to guard the server, and is empty, must not leave it open.
  if (ways.length === 0 && ['PROVENANCE_UI_TOKENS', 'PROVENANCE_UI_TOKENS_FILE'].some((name) => env[name])) throw new Error('PROVENANCE_UI_TOKENS or its file holds no token.');
  return ways.length === 0 ? null : anyOf(ways);
}

/** The first that knows a credential says who shows it. */
function anyOf(ways: Credentials[]): Credentials {
  return {
    async readerOf(credential) {
      for (const way of ways) {
        const found = await way.readerOf(credential);
        if (found) return found;
      }
      return null;
    },
  };
}

function tokensFrom(file: string | undefined): Token[] {
  if (!file) return [];
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new Error(`PROVENANCE_UI_TOKENS_FILE can't be read: ${(error as Error).message}`, { cause: error });
  }
  return readTokens(text, file);
}

function oidcFrom(env: NodeJS.ProcessEnv): OidcSettings | null {
  const [issuer, audience] = [env['PROVENANCE_UI_OIDC_ISSUER'], env['PROVENANCE_UI_OIDC_AUDIENCE']];
  if (!issuer && !audience) return null;
  if (!issuer || !audience) throw new Error('PROVENANCE_UI_OIDC_ISSUER and PROVENANCE_UI_OIDC_AUDIENCE belong together: one of them is missing.');
  const url = URL.canParse(issuer) ? new URL(issuer) : null;
  // Keys that came over plain HTTP could be anybody's.
  const isSafe = url?.protocol === 'https:' || (url?.protocol === 'http:' && ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname));
  if (!isSafe) throw new Error(`PROVENANCE_UI_OIDC_ISSUER must be an https address, not '${issuer}'.`);
  return { issuer, audience, roleClaim: env['PROVENANCE_UI_OIDC_ROLE_CLAIM'] || 'roles' };
}
