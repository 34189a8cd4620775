// Runs in: server. Starts the HTTP server on a free port.
import { createServer as createHttpServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Questions } from '../../plugin/graph/answers.ts';
import { createServer, type ServerOptions } from './app.ts';
import { isLoopback } from './security.ts';

export interface ListenOptions extends ServerOptions {
  /** Address to listen on; beyond loopback only with `access`. Default 127.0.0.1. */
  host?: string;
  /** First port to try; 0 takes any free one. Default 8080. */
  port?: number;
}

export interface Listening {
  /** Where to open it, such as `http://127.0.0.1:8080`. */
  url: string;
  /** Stops listening and ends open connections. */
  close(): Promise<void>;
}

/** Room for every parameter at its longest, percent-encoded, and longer ones: what is too long is then told which it is. */
const MOST_HEADER_BYTES = 256 * 1_024;

/** How many ports beyond the first are tried when it is taken. */
const PORTS_TO_TRY = 50;

/**
 * Serves the page and the API, on the first free port from `port` on.
 * @throws Error when `host` is not loopback and nobody is asked who he is, or when no port is free
 * @example
 * const { url, close } = await listen(questions, { port: 0 });
 */
export async function listen(questions: Questions, options: ListenOptions = {}): Promise<Listening> {
  const host = options.host ?? '127.0.0.1';
  if (!isLoopback(host) && !options.access) {
    throw new Error(
      `Refusing to listen on ${host}: anybody who reaches it could read the lineage. Use 127.0.0.1, or say who may look: ` +
        'tokens in PROVENANCE_UI_TOKENS (NAME:ROLE:TOKEN) or PROVENANCE_UI_TOKENS_FILE, or a provider in PROVENANCE_UI_OIDC_ISSUER and PROVENANCE_UI_OIDC_AUDIENCE.',
    );
  }
  const app = createServer(questions, options);
  const server = await bind(app, host, options.port ?? 8080);
  const { port } = server.address() as AddressInfo;
  const shown = host === '0.0.0.0' || host === '::' ? 'localhost' : host.includes(':') ? `[${host}]` : host;
  return { url: `http://${shown}:${port}`, close: () => stop(server) };
}

async function bind(app: RequestListener, host: string, first: number): Promise<Server> {
  const last = first === 0 ? 0 : Math.min(first + PORTS_TO_TRY, 65_535);
  for (let port = first; port <= last; port++) {
    const server = await tryPort(app, host, port);
    if (server !== null) return server;
  }
  throw new Error(`No free port from ${first} to ${last} on ${host}. Set PROVENANCE_UI_PORT to another one.`);
}

/** Null when the port is taken. */
function tryPort(app: RequestListener, host: string, port: number): Promise<Server | null> {
  return new Promise((resolve, reject) => {
    const server = createHttpServer({ maxHeaderSize: MOST_HEADER_BYTES }, app);
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(null);
      else reject(error);
    });
    server.listen(port, host, () => resolve(server));
  });
}

function stop(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.close((error) => (error === undefined ? resolve() : reject(error)));
    server.closeAllConnections();
  });
}
