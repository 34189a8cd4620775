// Runs in: CLI (engines).
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { EngineError } from './errors.ts';
import { identify, isRunning, type ProcessIdentity } from './process-identity.ts';
import type { EngineSource } from './types.ts';

/** What is known of the engine that runs on one data folder: kept there, so that the next start finds it. */
export interface EngineState {
  engine: ProcessIdentity;
  /** The process that started it and will stop it. */
  owner: ProcessIdentity;
  source: EngineSource;
  ports: number[];
}

const FILE = 'engine.json';
const LEFTOVER_GRACE_MS = 60_000;

/** Notes that this process runs the engine with this pid on the folder. */
export function rememberEngine(folder: string, pid: number, source: EngineSource, ports: number[]): void {
  const owner = identify(process.pid);
  const engine = identify(pid);
  if (!owner || !engine) return;
  const state: EngineState = { engine, owner, source, ports };
  // Renamed into place, so that a reader never sees half of it.
  writeFileSync(join(folder, `${FILE}.new`), JSON.stringify(state, null, 2));
  renameSync(join(folder, `${FILE}.new`), join(folder, FILE));
}

/** The engine is gone. */
export function forgetEngine(folder: string): void {
  rmSync(join(folder, FILE), { force: true });
}

/**
 * The engine that a living process runs on this folder. One whose owner is dead (killed, with its watchdog) is stopped here: it has
 * the folder's files open, and nobody else would ever stop it.
 */
export async function findRunning(folder: string, update: (detail: string) => void): Promise<EngineState | undefined> {
  const state = read(folder);
  if (!state || !isRunning(state.engine)) {
    forgetEngine(folder);
    return undefined;
  }
  if (isRunning(state.owner)) return state;
  // Only a pid together with its start time proves that the process is the one we wrote down.
  if (state.engine.start === '') {
    throw new EngineError(`Process ${state.engine.pid} may be an engine left over from an earlier run on ${folder}. If it is, stop it: kill ${state.engine.pid}`);
  }
  update(`stopping what an earlier run left behind (process ${state.engine.pid})`);
  await end(state.engine);
  forgetEngine(folder);
  return undefined;
}

function read(folder: string): EngineState | undefined {
  try {
    return JSON.parse(readFileSync(join(folder, FILE), 'utf8')) as EngineState;
  } catch {
    return undefined;
  }
}

async function end(engine: ProcessIdentity): Promise<void> {
  const patience = Date.now() + LEFTOVER_GRACE_MS;
  signal(engine.pid, 'SIGTERM');
  while (isRunning(engine)) {
    if (Date.now() > patience) signal(engine.pid, 'SIGKILL');
    await sleep(100);
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    // Engines lead a process group of their own.
    process.kill(-pid, name);
  } catch {
    // Gone in the meantime.
  }
}
