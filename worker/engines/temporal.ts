// Runs in: CLI (engines).
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Connection } from '@temporalio/client';
import { buildTemporal, builtTemporal } from './build.ts';
import { containerLaunch, containerName, findDocker, pullImage, removeContainer } from './docker.ts';
import { startFirst, type EngineSpec, type Runner } from './engine-process.ts';
import { findRunning } from './engine-state.ts';
import { EngineError, reason } from './errors.ts';
import { withLock } from './lock.ts';
import { runOwned } from './processes.ts';
import { silentProgress, type ProgressStep } from '../../plugin/cli/progress.ts';
import { downloadedTemporal, downloadTemporal } from './temporal-download.ts';
import { findGo, findOnPath } from './tools.ts';
import type { EngineOptions, EngineSource, Started, TemporalEngine } from './types.ts';

const IMAGE = 'temporalio/temporal:1.5.1';
const PORT = 7233;
const UI_PORT = 8233;
const NAMESPACE = 'default';

/** Finds or builds a Temporal server, starts it if it does not run yet, and waits until its namespace can be used. */
export async function startTemporal(options: EngineOptions): Promise<Started<TemporalEngine>> {
  const step = (options.progress ?? silentProgress).step('Starting Temporal');
  try {
    const started = await start(options, step);
    const { address, ui, source, version } = started.engine;
    step.done(`Temporal ${version} at ${address} (${SAID[source]})${ui ? `, Web UI at ${ui}` : ''}`);
    return started;
  } catch (error) {
    step.fail('Temporal could not be started');
    throw error;
  }
}

/** How each source is named to people. */
export const SAID: Record<EngineSource, string> = {
  environment: 'from the environment',
  path: 'the program on PATH',
  docker: 'in Docker',
  download: "downloaded by Temporal's SDK",
  build: 'built here',
};

async function start(options: EngineOptions, step: ProgressStep): Promise<Started<TemporalEngine>> {
  if (process.env['TEMPORAL_ADDRESS']) return fromEnvironment(process.env['TEMPORAL_ADDRESS']);
  const folder = join(options.dataDir, 'temporal');
  await mkdir(folder, { recursive: true });
  return withLock(
    join(options.dataDir, 'temporal.lock'),
    async () => {
      const running = await findRunning(folder, step.update);
      if (running) {
        if (options.fresh) throw new EngineError(`Temporal in ${folder} is in use by process ${running.owner.pid}: stop that first, to start afresh.`);
        return { engine: await describe(running.ports, running.source), stop: async () => undefined };
      }
      if (options.fresh) await rm(folder, { recursive: true, force: true });
      await mkdir(folder, { recursive: true });
      const [control, source] = await startFirst(
        (dockerFault) => findRunner(folder, step, dockerFault),
        (runner) => {
          step.update('waiting until it answers');
          return spec(folder, runner, options);
        },
      );
      return { engine: await describe(control.ports, source), stop: () => control.stop(), control };
    },
    (pid) => step.update(`process ${pid} is just starting it`),
  );
}

function spec(folder: string, runner: Runner, options: EngineOptions): EngineSpec {
  return {
    name: 'Temporal',
    folder,
    logFile: join(folder, 'server.log'),
    preferredPorts: [PORT, UI_PORT],
    probe: async ([port]) => void (await ask(`127.0.0.1:${port}`, NAMESPACE)),
    graceMs: 15_000,
    readyMs: 90_000,
    ...runner,
    ...(options.onUnexpectedExit ? { onUnexpectedExit: options.onUnexpectedExit } : {}),
  };
}

async function fromEnvironment(address: string): Promise<Started<TemporalEngine>> {
  const namespace = process.env['TEMPORAL_NAMESPACE'] || NAMESPACE;
  try {
    const version = await ask(address, namespace);
    return { engine: { address, namespace, ui: null, source: 'environment', version }, stop: async () => undefined };
  } catch (error) {
    const missing = /not found/i.test(reason(error));
    throw new EngineError(
      missing
        ? `The Temporal server at ${address} has no namespace "${namespace}". Create it (temporal operator namespace create -n ${namespace}), or name another in TEMPORAL_NAMESPACE.`
        : `TEMPORAL_ADDRESS is ${address}, but no Temporal server answers there (${reason(error)}). Start it, or unset TEMPORAL_ADDRESS to get a local one.`,
    );
  }
}

async function describe(ports: number[], source: EngineSource): Promise<TemporalEngine> {
  const address = `127.0.0.1:${ports[0]}`;
  return { address, namespace: NAMESPACE, ui: `http://127.0.0.1:${ports[1]}`, source, version: await ask(address, NAMESPACE) };
}

/** Uses the namespace once. @returns the server's version */
async function ask(address: string, namespace: string): Promise<string> {
  const connection = await Connection.connect({ address, connectTimeout: '5s' });
  try {
    return await connection.withDeadline(Date.now() + 5_000, async () => {
      await connection.workflowService.describeNamespace({ namespace });
      // The namespace is there before every part of a starting server knows it: listing goes through them.
      await connection.workflowService.listWorkflowExecutions({ namespace, pageSize: 1 });
      const info = await connection.workflowService.getSystemInfo({});
      return info.serverVersion || 'of unknown version';
    });
  } finally {
    await connection.close();
  }
}

async function findRunner(folder: string, step: ProgressStep, dockerFault?: string): Promise<Runner> {
  const why: string[] = [];
  const onPath = findOnPath('temporal');
  if (onPath === undefined) why.push('no temporal on PATH');
  else if (await hasDevServer(onPath)) return program('path', onPath, folder);
  else why.push(`${onPath} has no "server start-dev"`);

  const built = builtTemporal();
  if (built) return program('build', built, folder);
  const downloaded = await downloadedTemporal();
  if (downloaded) return program('download', downloaded, folder);

  step.update('looking for Docker');
  const docker = dockerFault === undefined ? await findDocker() : { ok: false as const, why: `in Docker: ${dockerFault}` };
  if (docker.ok) {
    try {
      await pullImage(docker.path, IMAGE, step);
      return container(docker.path, folder);
    } catch (error) {
      why.push(reason(error));
    }
  } else why.push(docker.why);

  step.update("trying the SDK's download");
  try {
    return program('download', await downloadTemporal(step), folder);
  } catch (error) {
    why.push(`no download: ${reason(error)}`);
  }

  const go = await findGo();
  if (go.ok) return program('build', await buildTemporal(go.path, step), folder);
  why.push(go.why);
  throw new EngineError(
    [
      'There is no Temporal server to use. Any one of these will do:',
      '  · set TEMPORAL_ADDRESS to the host:port of a running server',
      '  · install the Temporal CLI (the program "temporal") on PATH',
      '  · install Docker and start its engine',
      '  · install Go 1.21 or later, to build it once',
      `Looked for: ${why.join('; ')}.`,
    ].join('\n'),
  );
}

function program(source: EngineSource, path: string, folder: string): Runner {
  // The server's own settings could come from variables that are meant for clients.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('TEMPORAL_')));
  return { source, launch: ([port, ui]) => ({ command: path, args: devServer('127.0.0.1', port, ui, join(folder, 'temporal.db')), env }) };
}

function container(docker: string, folder: string): Runner {
  const name = containerName('temporal', folder);
  return {
    source: 'docker',
    async launch([port = PORT, ui = UI_PORT]) {
      await removeContainer(docker, name);
      const args = devServer('0.0.0.0', PORT, UI_PORT, '/data/temporal.db');
      return containerLaunch(docker, { image: IMAGE, name, ports: { [port]: PORT, [ui]: UI_PORT }, mounts: { [folder]: '/data' }, env: {}, args });
    },
  };
}

function devServer(ip: string, port: number | undefined, ui: number | undefined, database: string): string[] {
  return [
    'server', 'start-dev', '--ip', ip, '--port', String(port), '--ui-port', String(ui),
    '--db-filename', database, '--log-level', 'warn', '--color', 'never',
  ];
}

async function hasDevServer(path: string): Promise<boolean> {
  try {
    await runOwned({ command: path, args: ['server', 'start-dev', '--help'] }, { timeoutMs: 20_000 });
    return true;
  } catch {
    return false;
  }
}
