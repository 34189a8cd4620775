// Runs in: server. The server's settings, read from the environment.
import type { Credentials } from './access/reader.ts';
import { readAccess } from './access/settings.ts';
import { REQUESTS_PER_MINUTE } from './rate-limits.ts';

export interface Settings {
  host: string;
  port: number;
  requestsPerMinute: number;
  /** Who may look; null when nobody is asked. */
  access: Credentials | null;
  /** Further host names to answer to, in lower case. */
  allowedHosts: string[];
  temporalUi: string | null;
  neo4j: { uri: string; username: string; password: string; database: string };
}

/**
 * Reads PROVENANCE_UI_HOST, PROVENANCE_UI_PORT, PROVENANCE_UI_ALLOWED_HOSTS, PROVENANCE_UI_REQUESTS_PER_MINUTE, PROVENANCE_TEMPORAL_UI, who may look (see readAccess), and NEO4J_URI, NEO4J_USERNAME, NEO4J_PASSWORD, NEO4J_DATABASE.
 * @throws Error that names the variable that is wrong
 */
export function readSettings(env: NodeJS.ProcessEnv): Settings {
  return {
    host: env['PROVENANCE_UI_HOST'] || '127.0.0.1',
    port: port(env['PROVENANCE_UI_PORT'] || '8080'),
    requestsPerMinute: requests(env['PROVENANCE_UI_REQUESTS_PER_MINUTE'] || String(REQUESTS_PER_MINUTE)),
    access: readAccess(env),
    allowedHosts: (env['PROVENANCE_UI_ALLOWED_HOSTS'] ?? '')
      .split(',')
      .map((name) => name.trim().toLowerCase())
      .filter((name) => name !== ''),
    temporalUi: webAddress('PROVENANCE_TEMPORAL_UI', env['PROVENANCE_TEMPORAL_UI']),
    neo4j: {
      uri: env['NEO4J_URI'] || 'bolt://127.0.0.1:7687',
      username: env['NEO4J_USERNAME'] || 'neo4j',
      password: env['NEO4J_PASSWORD'] ?? '',
      database: env['NEO4J_DATABASE'] || 'neo4j',
    },
  };
}

function port(text: string): number {
  const number = Number(text);
  if (!/^\d{1,5}$/.test(text) || number > 65_535) {
    throw new Error(`PROVENANCE_UI_PORT must be a port from 0 to 65535, not '${text}'.`);
  }
  return number;
}

function requests(text: string): number {
  if (!/^[1-9]\d{0,6}$/.test(text)) throw new Error(`PROVENANCE_UI_REQUESTS_PER_MINUTE must be a whole number from 1, not '${text}'.`);
  return Number(text);
}

/** The page makes links of it: anything but http(s) could run code. */
function webAddress(name: string, text: string | undefined): string | null {
  if (text === undefined || text === '') return null;
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !/^https?:$/.test(url.protocol)) throw new Error(`${name} must be an http or https address, not '${text}'.`);
  return url.href.replace(/\/+$/, '');
}
