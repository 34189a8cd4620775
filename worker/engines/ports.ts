// Runs in: CLI (engines).
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { EngineError } from './errors.ts';
import { tryLock } from './lock.ts';

const HOST = '127.0.0.1';
const TRIES = 200;

/** A port promised to this process until it is released or the process ends. */
export interface Reservation {
  port: number;
  /** To be called once something listens on the port. */
  release(): Promise<void>;
}

/**
 * Reserves the first free port on the loopback address, from `preferred` upwards. An engine takes seconds from being given a port to
 * listening on it; until then a second start on this machine, of another checkout or a test, must not choose the same one.
 *
 * @param without ports to leave out although they look free: lost to another program before
 * @throws EngineError when 200 ports in a row are taken
 */
export async function reservePort(preferred: number, without: ReadonlySet<number> = new Set()): Promise<Reservation> {
  const last = Math.min(65_535, preferred + TRIES - 1);
  for (let port = preferred; port <= last; port += 1) {
    if (without.has(port)) continue;
    const attempt = await tryLock(lockOf(port));
    if (!('release' in attempt)) continue;
    // Looked at only now: before, whoever had the reservation might just have started to listen.
    if (await isFree(port)) return { port, release: attempt.release };
    await attempt.release();
  }
  throw new EngineError(`No free port on ${HOST} between ${preferred} and ${last}.`);
}

/** Keeps a port for this process while nothing listens on it. Undefined where it is another's. */
export async function keepPort(port: number): Promise<Reservation | undefined> {
  const attempt = await tryLock(lockOf(port));
  return 'release' in attempt ? { port, release: attempt.release } : undefined;
}

function lockOf(port: number): string {
  return join(tmpdir(), `temporal-provenance-ports-${process.getuid?.() ?? 0}`, String(port));
}

/** True when nothing listens on the port and it can be bound. */
export async function isFree(port: number): Promise<boolean> {
  // Some systems let a loopback listener share a port with one on all addresses, so a successful bind alone proves nothing.
  return !(await answers(port)) && (await canBind(port));
}

/** Waits until a port that was in use is free again; false when it still is taken after `ms`. */
export async function waitUntilFree(port: number, ms: number): Promise<boolean> {
  const end = Date.now() + ms;
  while (!(await isFree(port))) {
    if (Date.now() > end) return false;
    await sleep(100);
  }
  return true;
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: HOST, port, timeout: 1_000 });
    const end = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', () => end(true));
    socket.once('timeout', () => end(false));
    socket.once('error', () => end(false));
  });
}

function canBind(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ host: HOST, port, exclusive: true }, () => server.close(() => resolve(true)));
  });
}
