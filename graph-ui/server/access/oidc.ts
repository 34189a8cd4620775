// Runs in: server. JSON Web Tokens of an OpenID Connect provider, such as a proxy in front of this server hands on.
import { createRemoteJWKSet, errors, jwtVerify, type JWTPayload } from 'jose';
import { HttpProblem } from '../problem.ts';
import type { Credentials, Role } from './reader.ts';

export interface OidcSettings {
  /** As the provider writes it in `iss`. Its keys are found from there. */
  issuer: string;
  /** What must be in `aud`. */
  audience: string;
  /** The claim that says the role, by itself or in a list: `viewer` or `auditor`. */
  roleClaim: string;
}

/** Signed with a private key: a secret that is shared would let whoever checks a token make one. */
const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'];
/** Clocks differ. */
const TOLERANCE_SECONDS = 30;
const DISCOVERY_MS = 5_000;

type Keys = ReturnType<typeof createRemoteJWKSet>;

/** Takes tokens whose signature, issuer, audience and times are right and that name a role. */
export function oidcCredentials({ issuer, audience, roleClaim }: OidcSettings): Credentials {
  let keys: Promise<Keys> | undefined;
  return {
    async readerOf(credential) {
      // What is no JWT at all needs no provider to be told apart.
      if (credential.split('.').length !== 3) return null;
      try {
        keys ??= discover(issuer);
        const { payload } = await jwtVerify(credential, await keys, {
          issuer, audience, algorithms: ALGORITHMS, clockTolerance: TOLERANCE_SECONDS, requiredClaims: ['sub', 'exp'],
        });
        const role = roleOf(payload, roleClaim);
        return role && { reader: { name: payload.sub!, role }, until: payload.exp! * 1000 };
      } catch (error) {
        if (isRefused(error)) return null;
        keys = undefined; // Looked for again with the next request.
        throw new HttpProblem('sign-in-unavailable', `The provider ${issuer} did not give the keys that tokens are checked with. Try again.`);
      }
    },
  };
}

async function discover(issuer: string): Promise<Keys> {
  const response = await fetch(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`, { signal: AbortSignal.timeout(DISCOVERY_MS), redirect: 'error' });
  if (!response.ok) throw new Error(`the provider answered ${response.status}`);
  const { issuer: said, jwks_uri: place } = (await response.json()) as { issuer?: unknown; jwks_uri?: unknown };
  if (said !== issuer || typeof place !== 'string') throw new Error('the provider is another one than was asked for');
  return createRemoteJWKSet(new URL(place), { timeoutDuration: DISCOVERY_MS });
}

/** Of both, auditor: who is in both groups may look at both. */
function roleOf(payload: JWTPayload, claim: string): Role | null {
  const said = [payload[claim]].flat();
  return said.includes('auditor') ? 'auditor' : said.includes('viewer') ? 'viewer' : null;
}

/** The token is at fault; anything else is the provider, or the way to it. */
function isRefused(error: unknown): boolean {
  return error instanceof errors.JOSEError && !(error instanceof errors.JWKSTimeout || error instanceof errors.JWKSInvalid || error.code === 'ERR_JOSE_GENERIC');
}
