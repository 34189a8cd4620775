// Runs in: CLI (engines).
import { readdirSync, realpathSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import neo4j from 'neo4j-driver';
import { buildNeo4j, builtNeo4j, NEO4J_VERSION } from './build.ts';
import { containerLaunch, containerName, findDocker, pullImage, removeContainer } from './docker.ts';
import { EngineProcess, startFirst, type EngineSpec, type Runner } from './engine-process.ts';
import { findRunning } from './engine-state.ts';
import { EngineError, reason } from './errors.ts';
import { withLock } from './lock.ts';
import { classArchive } from './neo4j-classes.ts';
import { DATA, passwordFile, readPassword, serverLaunch, setInitialPassword, writeConfiguration } from './neo4j-home.ts';
import { silentProgress, type ProgressStep } from '../../plugin/cli/progress.ts';
import { SAID } from './temporal.ts';
import { findJava, findMaven, findOnPath } from './tools.ts';
import type { EngineOptions, EngineSource, Neo4jEngine, Started } from './types.ts';

const IMAGE = `neo4j:${NEO4J_VERSION}-community`;
const PORT = 7687;
/** A port that was just used can't be had again at once. */
const REHEARSAL_PORT = 7787;
const USERNAME = 'neo4j';
const DATABASE = 'neo4j';

/** Finds or fetches a Neo4j Community, starts it if it does not run yet, and waits until its database answers. */
export async function startNeo4j(options: EngineOptions): Promise<Started<Neo4jEngine>> {
  const step = (options.progress ?? silentProgress).step('Starting Neo4j');
  try {
    const started = await start(options, step);
    const { uri, source, version } = started.engine;
    step.done(`Neo4j ${version} at ${uri} (${SAID[source]})`);
    return started;
  } catch (error) {
    step.fail('Neo4j could not be started');
    throw error;
  }
}

async function start(options: EngineOptions, step: ProgressStep): Promise<Started<Neo4jEngine>> {
  if (process.env['NEO4J_URI']) return fromEnvironment(process.env['NEO4J_URI']);
  const { dataDir } = options;
  const home = join(dataDir, 'neo4j');
  await mkdir(home, { recursive: true });
  return withLock(
    join(dataDir, 'neo4j.lock'),
    async () => {
      const running = await findRunning(home, step.update);
      if (running) {
        if (options.fresh) throw new EngineError(`Neo4j in ${home} is in use by process ${running.owner.pid}: stop that first, to start afresh.`);
        const password = await readPassword(dataDir, home);
        return { engine: await describe(running.ports, password, running.source), stop: async () => undefined };
      }
      if (options.fresh) await Promise.all([home, passwordFile(dataDir)].map((path) => rm(path, { recursive: true, force: true })));
      await mkdir(home, { recursive: true });
      const password = await readPassword(dataDir, home);
      const [control, source] = await startFirst(
        (dockerFault) => findRunner(home, password, step, dockerFault),
        (runner) => spec(home, password, runner, options),
      );
      return { engine: await describe(control.ports, password, source), stop: () => control.stop(), control };
    },
    (pid) => step.update(`process ${pid} is just starting it`),
  );
}

function spec(home: string, password: string, runner: Runner, options: Pick<EngineOptions, 'onUnexpectedExit'>): EngineSpec {
  return {
    name: 'Neo4j',
    folder: home,
    logFile: join(home, 'server.log'),
    preferredPorts: [PORT],
    probe: async ([port = PORT]) => void (await ask(local(port), USERNAME, password, DATABASE)),
    graceMs: 60_000,
    readyMs: 180_000,
    ...runner,
    ...(options.onUnexpectedExit ? { onUnexpectedExit: options.onUnexpectedExit } : {}),
  };
}

async function fromEnvironment(uri: string): Promise<Started<Neo4jEngine>> {
  const username = process.env['NEO4J_USERNAME'] || USERNAME;
  const database = process.env['NEO4J_DATABASE'] || DATABASE;
  const password = process.env['NEO4J_PASSWORD'];
  if (password === undefined) throw new EngineError(`NEO4J_URI is ${uri}, but NEO4J_PASSWORD is not set. Set it, or unset NEO4J_URI to get a local Neo4j.`);
  try {
    const version = await ask(uri, username, password, database);
    return { engine: { uri, username, password, database, source: 'environment', version }, stop: async () => undefined };
  } catch (error) {
    throw new EngineError(`NEO4J_URI is ${uri}, but database "${database}" there cannot be used as "${username}" (${reason(error)}). Check NEO4J_USERNAME, NEO4J_PASSWORD and NEO4J_DATABASE, or unset NEO4J_URI to get a local Neo4j.`);
  }
}

async function describe([port = PORT]: number[], password: string, source: EngineSource): Promise<Neo4jEngine> {
  const uri = local(port);
  return { uri, username: USERNAME, password, database: DATABASE, source, version: await ask(uri, USERNAME, password, DATABASE) };
}

function local(port: number): string {
  return `bolt://127.0.0.1:${port}`;
}

/** Uses the database once. @returns the server's version */
async function ask(uri: string, username: string, password: string, database: string): Promise<string> {
  const driver = neo4j.driver(uri, neo4j.auth.basic(username, password), { connectionTimeout: 5_000, maxTransactionRetryTime: 0 });
  try {
    const { agent } = await driver.getServerInfo({ database });
    // Bolt answers before the database is open.
    await driver.executeQuery('RETURN 1', {}, { database });
    return /\/(\S+)/.exec(agent ?? '')?.[1] ?? 'of unknown version';
  } finally {
    await driver.close();
  }
}

async function findRunner(home: string, password: string, step: ProgressStep, dockerFault?: string): Promise<Runner> {
  const why: string[] = [];
  const java = await findJava();
  if (!java.ok) why.push(java.why);
  const onPath = findOnPath('neo4j');
  const installed = onPath && jarsOf(onPath);
  if (!onPath) why.push('no neo4j on PATH');
  else if (!installed) why.push(`the jars of ${onPath} were not found, or are not of a Neo4j 5`);
  else if (java.ok) return jars('path', java.path, installed, home, password, step);

  const built = builtNeo4j();
  if (built && java.ok) return ofBuild(java, built, home, password, step);

  step.update('looking for Docker');
  const docker = dockerFault === undefined ? await findDocker() : { ok: false as const, why: `in Docker: ${dockerFault}` };
  if (docker.ok) {
    try {
      await pullImage(docker.path, IMAGE, step);
      return container(docker.path, home, password);
    } catch (error) {
      why.push(reason(error));
    }
  } else why.push(docker.why);

  const maven = findMaven();
  if (java.ok && maven.ok) return ofBuild(java, await buildNeo4j(maven.path, step), home, password, step);
  if (!maven.ok) why.push(maven.why);
  throw new EngineError(
    [
      'There is no Neo4j to use. Any one of these will do:',
      '  · set NEO4J_URI and NEO4J_PASSWORD (and NEO4J_USERNAME, NEO4J_DATABASE if they differ from "neo4j")',
      '  · install Neo4j 5 (the program "neo4j") on PATH, with Java 17 or later',
      '  · install Docker and start its engine',
      '  · install a JDK 17 or later and Maven, to fetch it once',
      `Looked for: ${why.join('; ')}.`,
    ].join('\n'),
  );
}

async function ofBuild(java: { path: string; build: string }, folder: string, home: string, password: string, step: ProgressStep): Promise<Runner> {
  const rehearse = async (other: string, jvm: string[]) => {
    const runner = jars('build', java.path, folder, other, password, silentProgress.step(''), jvm);
    await (await EngineProcess.start({ ...spec(other, password, runner, {}), preferredPorts: [REHEARSAL_PORT] })).stop();
  };
  return jars('build', java.path, folder, home, password, step, await classArchive(java.build, folder, rehearse, step));
}

/** @param jvm more options of Java's */
function jars(source: EngineSource, java: string, folder: string, home: string, password: string, step: ProgressStep, jvm: string[] = []): Runner {
  return {
    source,
    async launch([port = PORT]) {
      await writeConfiguration(home, port);
      step.update('setting it up');
      await setInitialPassword(java, folder, home, password);
      step.update('waiting until it answers');
      return serverLaunch(java, folder, home, jvm);
    },
  };
}

function container(docker: string, home: string, password: string): Runner {
  const name = containerName('neo4j', home);
  return {
    source: 'docker',
    async launch([port = PORT]) {
      await removeContainer(docker, name);
      await Promise.all([DATA, 'logs'].map((folder) => mkdir(join(home, folder), { recursive: true })));
      const env = {
        NEO4J_AUTH: `${USERNAME}/${password}`,
        NEO4J_server_memory_heap_max__size: '2g',
        NEO4J_server_memory_pagecache_size: '512m',
        NEO4J_server_bolt_advertised__address: `127.0.0.1:${port}`,
        NEO4J_server_http_enabled: 'false',
        NEO4J_dbms_usage__report_enabled: 'false',
      };
      const mounts = { [join(home, DATA)]: '/data', [join(home, 'logs')]: '/logs' };
      return containerLaunch(docker, { image: IMAGE, name, ports: { [port]: PORT }, mounts, env, args: [] });
    },
  };
}

/** The jars of an installed Neo4j 5: we run them on a home of our own, and leave the installation's data and settings alone. */
function jarsOf(program: string): string | undefined {
  const bin = dirname(realpathSync(program));
  const places = [join(bin, '..', 'lib'), join(bin, '..', 'libexec', 'lib'), '/usr/share/neo4j/lib'];
  if (process.env['NEO4J_HOME']) places.unshift(join(process.env['NEO4J_HOME'], 'lib'));
  return places.find((folder) => {
    try {
      return readdirSync(folder).some((file) => /^neo4j-kernel-5\.\d+.*\.jar$/.test(file));
    } catch {
      return false;
    }
  });
}
