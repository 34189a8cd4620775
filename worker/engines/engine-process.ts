// Runs in: CLI (engines).
import { statSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { forgetEngine, rememberEngine } from './engine-state.ts';
import { EngineError, reason } from './errors.ts';
import { keepPort, reservePort, waitUntilFree, type Reservation } from './ports.ts';
import { startOwned, tail, type Launch, type OwnedProcess } from './processes.ts';
import type { EngineControl, EngineSource } from './types.ts';

/** What an engine's own file knows about starting it. */
export interface EngineSpec {
  name: string;
  source: EngineSource;
  /** Holds the engine's data and its state file. */
  folder: string;
  logFile: string;
  /** Wanted ports; taken ones are stepped over. */
  preferredPorts: number[];
  /** How to run it on these ports, in the order of `preferredPorts`. Called before every start. */
  launch(ports: number[]): Launch | Promise<Launch>;
  /** One try to use the engine; throws as long as it is not ready. */
  probe(ports: number[]): Promise<void>;
  /** Time from SIGTERM to SIGKILL: what the engine may need to write its data down. */
  graceMs: number;
  readyMs: number;
  onUnexpectedExit?: (error: Error) => void;
}

/** One way to run an engine. */
export type Runner = Pick<EngineSpec, 'source' | 'launch'>;

/**
 * Starts the engine in the first way that is found. Docker may answer and still not be able to run it (folders that it cannot mount,
 * ports that are another machine's): then the ways after it are tried. In every other way a failure is the engine's own.
 *
 * @param find finds a way; not Docker, if it is told why Docker failed
 */
export async function startFirst(find: (dockerFault?: string) => Promise<Runner>, spec: (runner: Runner) => EngineSpec): Promise<[EngineProcess, EngineSource]> {
  const first = await find();
  try {
    return [await EngineProcess.start(spec(first)), first.source];
  } catch (error) {
    if (first.source !== 'docker') throw error;
    const second = await find(reason(error));
    return [await EngineProcess.start(spec(second)), second.source];
  }
}

const PORT_TRIES = 4;
const PORT_TAKEN = /address already in use|bind: |BindException|port is already allocated|already in use/i;

class ExitedEarly extends EngineError {}

/** An engine this process started. Ports are chosen once, so that whoever knows the address can come back after a restart. */
export class EngineProcess implements EngineControl {
  readonly ports: number[];
  readonly #spec: EngineSpec;
  #process: OwnedProcess | undefined;
  /** While it is down, so that no other engine takes its ports. */
  #kept: Reservation[] = [];

  private constructor(spec: EngineSpec, ports: number[]) {
    this.#spec = spec;
    this.ports = ports;
  }

  /** Starts it on free ports and waits until it can be used. @throws EngineError with the end of its log */
  static async start(spec: EngineSpec): Promise<EngineProcess> {
    const lost = new Set<number>();
    for (let attempt = 1; ; attempt += 1) {
      const reserved: Reservation[] = [];
      try {
        for (const preferred of spec.preferredPorts) reserved.push(await reservePort(preferred, lost));
        const engine = new EngineProcess(spec, reserved.map(({ port }) => port));
        await engine.start();
        return engine;
      } catch (error) {
        // Another program may take a port between our look and the engine's start.
        if (!(error instanceof ExitedEarly) || attempt === PORT_TRIES || !PORT_TAKEN.test(error.message)) throw error;
        for (const { port } of reserved) lost.add(port);
      } finally {
        await Promise.all(reserved.map(({ release }) => release()));
      }
    }
  }

  async start(): Promise<void> {
    if (this.#process?.running()) return;
    const { folder, launch, logFile, name, source } = this.#spec;
    for (const port of this.ports) {
      if (!(await waitUntilFree(port, 10_000))) throw new EngineError(`${name} cannot start again: port ${port} is in use by another program.`);
    }
    const command = await launch(this.ports);
    const logStart = size(logFile);
    const child = startOwned(command, logFile);
    this.#process = child;
    if (child.pid > 0) rememberEngine(folder, child.pid, source, this.ports);
    try {
      await this.#untilReady(child, logStart);
    } catch (error) {
      await this.stop();
      throw error;
    }
    child.exited.then((how) => this.#ended(child, how), () => undefined);
    await Promise.all(this.#kept.splice(0).map(({ release }) => release()));
  }

  async stop(): Promise<void> {
    const child = this.#process;
    this.#process = undefined;
    if (!child) return;
    await this.#keepPorts();
    await child.stop(this.#spec.graceMs);
    forgetEngine(this.#spec.folder);
  }

  async kill(): Promise<void> {
    const child = this.#process;
    this.#process = undefined;
    if (!child) return;
    await this.#keepPorts();
    await child.kill();
    forgetEngine(this.#spec.folder);
  }

  async #keepPorts(): Promise<void> {
    for (const port of this.ports) {
      const kept = await keepPort(port);
      if (kept) this.#kept.push(kept);
    }
  }

  async #untilReady(child: OwnedProcess, logStart: number): Promise<void> {
    const { name, probe, readyMs } = this.#spec;
    const end = Date.now() + readyMs;
    let last: unknown;
    const exit = child.exited.then(async (how) => {
      throw new ExitedEarly(await this.#withLog(`${name} ${how} before it was ready.`, logStart));
    });
    // Raced below; after that nobody listens any more.
    exit.catch(() => undefined);
    while (Date.now() < end) {
      try {
        await Promise.race([probe(this.ports), exit]);
        return;
      } catch (error) {
        if (!child.running()) await exit;
        last = error;
      }
      await Promise.race([sleep(150), exit]);
    }
    throw new EngineError(
      await this.#withLog(`${name} runs, but cannot be used after ${Math.round(readyMs / 1_000)} s (${reason(last)}).`, logStart),
    );
  }

  async #withLog(sentence: string, logStart: number): Promise<string> {
    const { logFile } = this.#spec;
    const lines = await tail(logFile, logStart);
    return [sentence, lines ? `The end of its log, ${logFile}:` : `Its log, ${logFile}, is empty.`, ...indent(lines)].join('\n');
  }

  #ended(child: OwnedProcess, how: string): void {
    // Whoever stops it forgets the process first.
    if (this.#process !== child) return;
    this.#process = undefined;
    forgetEngine(this.#spec.folder);
    this.#spec.onUnexpectedExit?.(new EngineError(`${this.#spec.name} ${how} while it was in use. Its log: ${this.#spec.logFile}`));
  }
}

function size(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}

function indent(text: string): string[] {
  return text === '' ? [] : text.split('\n').map((line) => `  ${line}`);
}
