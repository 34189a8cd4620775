// Runs in: CLI (engines).
import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, renameSync, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import { EngineError, reason } from './errors.ts';

/** A program to run, with its whole environment. */
export interface Launch {
  command: string;
  args: string[];
  env?: NodeJS.ProcessEnv;
  cwd?: string;
  /** Kills what SIGKILL to the program itself would leave running. */
  kill?: () => Promise<void>;
}

/** A child in a process group of its own, which ends when this process ends, however that happens. */
export interface OwnedProcess {
  pid: number;
  /** Resolves with a sentence's end such as `exited with code 1`. */
  exited: Promise<string>;
  running(): boolean;
  /** SIGTERM to the whole group, SIGKILL after `graceMs`. Resolves when it is gone. */
  stop(graceMs: number): Promise<void>;
  /** SIGKILL to the whole group. Resolves when it is gone. */
  kill(): Promise<void>;
}

const LOG_LIMIT = 20 * 1024 * 1024;

// Waits on a pipe from us. No process can hide its own end from a pipe: it closes on exit, on a crash and on SIGKILL alike.
// (`kill -s`, since other ways to signal a group mean different things to different shells.)
const WATCHDOG = `read -r _ || :
kill -s TERM -- "-$1" || exit 0
i=0
while [ $i -lt 150 ] && kill -s 0 -- "-$1"; do sleep 0.2; i=$((i + 1)); done
kill -s KILL -- "-$1"`;

/** Starts a long-running program; its output is appended to `logFile`. */
export function startOwned(launch: Launch, logFile: string): OwnedProcess {
  mkdirSync(dirname(logFile), { recursive: true });
  if (existsSync(logFile) && statSync(logFile).size > LOG_LIMIT) renameSync(logFile, `${logFile}.old`);
  const log = openSync(logFile, 'a', 0o600);
  try {
    return own(spawn(launch.command, launch.args, { ...settings(launch), stdio: ['ignore', log, log] }), launch);
  } finally {
    closeSync(log);
  }
}

/**
 * Runs a program to its end.
 *
 * @param onLine each line it prints, on either stream
 * @returns all of its standard output
 * @throws EngineError with its last lines when it fails or takes longer than `timeoutMs`
 */
export async function runOwned(launch: Launch, options: { timeoutMs: number; onLine?: (line: string) => void }): Promise<string> {
  const child = spawn(launch.command, launch.args, { ...settings(launch), stdio: ['ignore', 'pipe', 'pipe'] });
  const owned = own(child, launch);
  child.ref();
  const last: string[] = [];
  let output = '';
  const streams = [child.stdout, child.stderr].map((stream) => {
    const lines = createInterface({ input: stream, crlfDelay: Infinity });
    lines.on('line', (line) => {
      if (stream === child.stdout) output += `${line}\n`;
      last.push(line);
      if (last.length > 15) last.shift();
      options.onLine?.(line);
    });
    return new Promise<void>((resolve) => void lines.once('close', () => resolve()));
  });
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    void owned.stop(2_000);
  }, options.timeoutMs);
  const how = await owned.exited;
  clearTimeout(timer);
  await Promise.all(streams);
  if (how === 'exited with code 0') return output;
  const what = late ? `took longer than ${Math.round(options.timeoutMs / 1_000)} s` : how;
  throw new EngineError([`${launch.command} ${what}`, ...last.map((line) => `  ${line}`)].join('\n'));
}

/** The last lines a log got after the byte `from`. */
export async function tail(logFile: string, from: number, lines = 15): Promise<string> {
  const file = await open(logFile).catch(() => undefined);
  if (!file) return '';
  try {
    const { size } = await file.stat();
    const start = Math.max(from > size ? 0 : from, size - 16_384);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(Math.max(0, size - start)), 0, undefined, start);
    return buffer.toString('utf8', 0, bytesRead).trimEnd().split('\n').slice(-lines).join('\n');
  } finally {
    await file.close();
  }
}

function settings(launch: Launch) {
  // A group of its own: a terminal's Ctrl-C must reach us alone, so that engines outlive the work that still writes to them.
  return { env: launch.env ?? process.env, detached: true, ...(launch.cwd === undefined ? {} : { cwd: launch.cwd }) };
}

function own(child: ChildProcess, { command, kill }: Launch): OwnedProcess {
  let running = true;
  const exited = new Promise<string>((resolve, reject) => {
    child.once('error', (error) => reject(new EngineError(`${command} could not be run: ${reason(error)}`)));
    child.once('exit', (code, signal) => resolve(signal ? `was ended by ${signal}` : `exited with code ${code}`));
  });
  const settled = exited.then(() => undefined, () => undefined).then(() => void (running = false));
  const { pid } = child;
  // Without a pid the `error` above is on its way; whoever waits for the exit gets it.
  if (pid === undefined) return { pid: -1, exited, running: () => false, stop: () => settled, kill: () => settled };
  // This process may end while the engine runs: the watchdog then ends the engine.
  child.unref();
  const release = guard(pid);
  void settled.then(release);
  return {
    pid,
    exited,
    running: () => running,
    async stop(graceMs) {
      signalGroup(pid, 'SIGTERM');
      const timer = setTimeout(() => signalGroup(pid, 'SIGKILL'), graceMs);
      await settled;
      clearTimeout(timer);
    },
    async kill() {
      await kill?.();
      signalGroup(pid, 'SIGKILL');
      await settled;
    },
  };
}

function guard(pid: number): () => void {
  const watchdog = spawn('/bin/sh', ['-c', WATCHDOG, 'engine-watchdog', String(pid)], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
  // Without a shell engines are still stopped in all the orderly ways.
  watchdog.once('error', () => undefined);
  watchdog.stdin.once('error', () => undefined);
  watchdog.unref();
  (watchdog.stdin as unknown as { unref?: () => void }).unref?.();
  return () => void watchdog.kill('SIGKILL');
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // Already gone.
  }
}
