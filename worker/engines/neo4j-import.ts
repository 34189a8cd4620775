// Runs in: CLI (engines). Fills a Neo4j that was never started from CSV files: many times faster than any statement.
import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { buildNeo4j, builtNeo4j } from './build.ts';
import { EngineError } from './errors.ts';
import { adminLaunch, writeConfiguration } from './neo4j-home.ts';
import { runOwned } from './processes.ts';
import type { ProgressStep } from '../../plugin/cli/progress.ts';
import { findJava, findMaven } from './tools.ts';

/** Files with one header line each, as `neo4j-admin database import` reads them; nodes are named by whole numbers, lists are split at U+001F. */
export interface ImportFiles {
  /** Several labels are joined by `:`. */
  nodes: { labels: string; file: string }[];
  relationships: { type: string; file: string }[];
}

const LIMIT_MS = 30 * 60_000;

/**
 * `startNeo4j` with the same `dataDir` starts it afterwards.
 *
 * @throws EngineError where there is no Java, or no jars and no Maven to fetch them
 */
export async function importNeo4j(dataDir: string, { nodes, relationships }: ImportFiles, step: ProgressStep): Promise<void> {
  const java = await findJava();
  if (!java.ok) throw new EngineError(`The offline import needs Java 17 or later: ${java.why}.`);
  const home = resolve(dataDir, 'neo4j');
  await mkdir(home, { recursive: true });
  await writeConfiguration(home, 0);
  const args = join(home, 'import-arguments');
  await writeFile(args, [
    'neo4j', '--id-type=integer', '--array-delimiter=U+001F', '--multiline-fields=true', '--verbose',
    ...nodes.map(({ labels, file }) => `--nodes=${labels}=${resolve(file)}`), ...relationships.map(({ type, file }) => `--relationships=${type}=${resolve(file)}`),
  ].map((arg) => `"${arg}"`).join('\n'));
  const launch = adminLaunch(java.path, await jars(step), home, ['-Xmx2g'], ['database', 'import', 'full', `@${args}`]);
  await runOwned({ ...launch, cwd: home }, { timeoutMs: LIMIT_MS, onLine: (line) => /^\S.*\d%|^\(\d/.test(line) && step.update(line.trim()) });
}

async function jars(step: ProgressStep): Promise<string> {
  const built = builtNeo4j();
  if (built) return built;
  const maven = findMaven();
  if (!maven.ok) throw new EngineError(`The offline import needs Neo4j's jars: ${maven.why} to fetch them.`);
  return buildNeo4j(maven.path, step);
}
