// Runs in: CLI (tests), once for the whole run.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import neo4j from 'neo4j-driver';
import type { ProvidedContext } from 'vitest';
import type { TestProject } from 'vitest/node';
import { ProvenancePlugin } from '../../plugin/index.ts';
import { createProgress, findChromium, startEngines, type Engines, type Neo4jEngine } from '../../worker/engines/index.ts';

/** The engines that tests reach with `inject('engines')`. */
export interface TestEngines {
  temporalAddress: string;
  namespace: string;
  neo4jUri: string;
  neo4jUsername: string;
  neo4jPassword: string;
  neo4jDatabase: string;
  /** Neo4j's folder of databases and transaction logs. */
  neo4jData: string;
  /** A Chromium for Playwright's `executablePath`. */
  chromium: string;
  /** Files with the sample workflows' bundles, by how the plugin's interceptors in them tell paths: to make one takes seconds. */
  bundles: { names: string; positions: string };
}

declare module 'vitest' {
  export interface ProvidedContext {
    engines: TestEngines;
  }
}

const BASE = '.provenance';

/**
 * For each Neo4j of a run, which lives for minutes: half of its time would else go into compiling its own code better than it
 * is worth. Without the larger cache, the JVM would throw that code out again.
 */
const JVM_FOR_SHORT = '-XX:TieredStopAtLevel=1 -XX:ReservedCodeCacheSize=256m';

/** Builds dist/, finds a Chromium, and starts a Temporal and a Neo4j of this run's own. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  // Does nothing when what is built is up to date, as it is after `npm test`.
  const build = spawnSync(process.execPath, ['worker/bootstrap.mjs', 'build'], { stdio: 'inherit' });
  if (build.status !== 0) throw new Error('The build failed; what it said stands above.');
  await removeLeftovers();
  process.env['JDK_JAVA_OPTIONS'] ??= JVM_FOR_SHORT;
  const dataDir = join(BASE, `test-${process.pid}`);
  const progress = createProgress();
  const chromium = await findChromium(progress);
  const engines = await startEngines({ dataDir, fresh: true, progress });
  const teardown = async () => {
    await engines.stop();
    await rm(dataDir, { recursive: true, force: true });
  };
  try {
    await assertEmpty(engines.neo4j);
    project.provide('engines', { ...provided(engines, dataDir), chromium, bundles: { names: await bundled('names', dataDir), positions: await bundled('positions', dataDir) } });
  } catch (error) {
    await teardown();
    throw error;
  }
  return teardown;
}

async function bundled(paths: 'names' | 'positions', dataDir: string): Promise<string> {
  const { code } = await bundleWorkflowCode({
    workflowsPath: fileURLToPath(new URL('./sample/workflows.ts', import.meta.url)), plugins: [new ProvenancePlugin({ paths })], logger: new DefaultLogger('ERROR'),
  });
  const file = resolve(dataDir, `sample-${paths}.js`);
  await writeFile(file, code);
  return file;
}

function provided({ temporal, neo4j: graph }: Engines, dataDir: string): Omit<ProvidedContext['engines'], 'chromium' | 'bundles'> {
  return {
    temporalAddress: temporal.address,
    namespace: temporal.namespace,
    neo4jUri: graph.uri,
    neo4jUsername: graph.username,
    neo4jPassword: graph.password,
    neo4jDatabase: graph.database,
    neo4jData: resolve(dataDir, 'neo4j', 'data'),
  };
}

/** Tests write and delete: somebody's lineage, in a database that NEO4J_URI happens to name, must not be among it. */
async function assertEmpty({ database, password, source, uri, username }: Neo4jEngine): Promise<void> {
  if (source !== 'environment') return;
  const driver = neo4j.driver(uri, neo4j.auth.basic(username, password));
  try {
    const { records } = await driver.executeQuery('MATCH (n) RETURN count(n) AS nodes', {}, { database });
    const nodes = Number(records[0]?.get('nodes') ?? 0);
    if (nodes > 0) {
      throw new Error(`NEO4J_URI names ${uri}, whose database "${database}" holds ${nodes} nodes. Tests write and delete: name an empty database, or unset NEO4J_URI to let the tests start their own.`);
    }
  } finally {
    await driver.close();
  }
}

/** A run that was killed could not remove its folder. */
async function removeLeftovers(): Promise<void> {
  const folders = existsSync(BASE) ? readdirSync(BASE).filter((name) => /^test-\d+$/.test(name)) : [];
  for (const folder of folders) {
    try {
      process.kill(Number(folder.slice('test-'.length)), 0);
    } catch {
      await rm(join(BASE, folder), { recursive: true, force: true });
    }
  }
}
