// Runs in: server. What keeps other sites, and other machines, away from the lineage.
import { isIP } from 'node:net';
import type { NextFunction, Request, Response } from 'express';
import { SIGN_IN } from './access/gate.ts';
import { HttpProblem } from './problem.ts';

/**
 * The page brings all that it needs, so the policy allows nothing else. `style-src` needs no 'unsafe-inline': the
 * page sets styles through CSSOM only, which a policy does not govern. `data:` is for the page's own icons, and
 * for pictures that are recorded of artifacts: as images they run no scripts and fetch nothing.
 */
const contentSecurityPolicy = (forms: "'none'" | "'self'"): string => [
  "default-src 'self'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "worker-src 'self'",
  "object-src 'none'",
  "base-uri 'none'",
  `form-action ${forms}`,
  "frame-ancestors 'none'",
].join('; ');

const POLICY = contentSecurityPolicy("'none'");
/** Signing in works without scripts, by a form. */
const SIGN_IN_POLICY = contentSecurityPolicy("'self'");

export function securityHeaders(request: Request, response: Response, next: NextFunction): void {
  const isSignIn = request.path === SIGN_IN;
  response.setHeader('Content-Security-Policy', isSignIn ? SIGN_IN_POLICY : POLICY);
  response.setHeader('X-Content-Type-Options', 'nosniff');
  response.setHeader('X-Frame-Options', 'DENY');
  // URLs hold ids and digests: no other site is to hear of them. A form that is sent without any would not say that it is this site's.
  response.setHeader('Referrer-Policy', isSignIn ? 'same-origin' : 'no-referrer');
  response.setHeader('Cross-Origin-Opener-Policy', 'same-origin');
  response.setHeader('Cross-Origin-Resource-Policy', 'same-origin');
  response.setHeader('Permissions-Policy', 'camera=(), geolocation=(), microphone=()');
  next();
}

const LOOPBACK_NAMES = new Set(['localhost', '127.0.0.1', '[::1]']);

/** True for an address that only this machine can reach. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}

/** Which names the server answers to. */
export interface AllowedHosts {
  /** Further host names, in lower case. */
  names: readonly string[];
  /** Whether any literal IP address will do: for a server that listens beyond loopback. */
  addresses: boolean;
}

/**
 * Refuses requests for a name that is not this server's: a site that points its own name at 127.0.0.1 (DNS
 * rebinding) would else read the lineage through its visitors' browsers. Such a site needs a name: addresses are safe.
 */
export function checkHost(allowed: AllowedHosts): (request: Request, response: Response, next: NextFunction) => void {
  const names = new Set([...LOOPBACK_NAMES, ...allowed.names]);
  return (request, _response, next) => {
    const host = hostName(request.headers.host);
    if (host !== null && (names.has(host) || (allowed.addresses && isIP(host.replace(/^\[|\]$/g, '')) !== 0))) {
      next();
      return;
    }
    throw new HttpProblem(
      'wrong-host',
      'Open this server as localhost, or name the host in PROVENANCE_UI_ALLOWED_HOSTS (comma-separated) where it is started.',
    );
  };
}

/** The name in a Host header, without its port; null when it is not one. */
function hostName(header: string | undefined): string | null {
  const match = /^(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::\d{1,5})?$/.exec((header ?? '').toLowerCase());
  return match?.[1] ?? null;
}
