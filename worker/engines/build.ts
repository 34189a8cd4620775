// Runs in: CLI (engines).
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { cached, fillCache } from './cache.ts';
import { EngineError } from './errors.ts';
import { runOwned } from './processes.ts';
import type { ProgressStep } from '../../plugin/cli/progress.ts';

// Newer tags of the CLI need a module that no registry has.
const TEMPORAL_CLI = 'v1.5.1';
/** The Neo4j that is built, and the one that the container images hold. */
export const NEO4J_VERSION = '5.26.30';

const PLATFORM = `${process.platform}-${process.arch}`;
const TEMPORAL_PIECE = `temporal-cli-${TEMPORAL_CLI}-${PLATFORM}`;
const NEO4J_PIECE = `neo4j-${NEO4J_VERSION}`;
const BUILD_LIMIT_MS = 45 * 60_000;

/** The `temporal` program of an earlier build. */
export function builtTemporal(): string | undefined {
  const folder = cached(TEMPORAL_PIECE);
  return folder && existsSync(join(folder, 'temporal')) ? join(folder, 'temporal') : undefined;
}

/** The folder with the jars of an earlier build. */
export function builtNeo4j(): string | undefined {
  const folder = cached(NEO4J_PIECE);
  return folder && existsSync(join(folder, 'lib')) ? join(folder, 'lib') : undefined;
}

/**
 * Compiles the Temporal CLI, which has the server and its Web UI inside: about four minutes on two cores, once.
 *
 * @param go path of the go program
 * @returns path of the `temporal` program
 */
export async function buildTemporal(go: string, step: ProgressStep): Promise<string> {
  const folder = await fillCache(
    TEMPORAL_PIECE,
    async (target) => {
      step.update('building it with Go, about 4 minutes, this once');
      const env: NodeJS.ProcessEnv = { ...process.env, GOBIN: target, CGO_ENABLED: '0' };
      // Set for another platform, Go would refuse GOBIN, and the program would not run here.
      for (const name of ['GOOS', 'GOARCH', 'GOFLAGS']) delete env[name];
      let packages = 0;
      await runOwned(
        { command: go, args: ['install', '-v', '-trimpath', '-ldflags=-s -w', `github.com/temporalio/cli/cmd/temporal@${TEMPORAL_CLI}`], env, cwd: target },
        {
          timeoutMs: BUILD_LIMIT_MS,
          onLine(line) {
            if (line.startsWith('go: ')) step.update(`building it with Go: ${line.slice(4)}`);
            else step.update(`building it with Go: ${++packages} packages, ${line.endsWith('/cmd/temporal') ? 'linking' : line}`);
          },
        },
      );
      await runOwned({ command: join(target, 'temporal'), args: ['--version'] }, { timeoutMs: 60_000 });
    },
    (pid) => step.update(`waiting for process ${pid}, which is building it`),
  );
  return join(folder, 'temporal');
}

/**
 * Fetches Neo4j Community's jars with Maven: 123 MB, well under a minute, once.
 *
 * @param maven path of the mvn program
 * @returns the folder with the jars
 */
export async function buildNeo4j(maven: string, step: ProgressStep): Promise<string> {
  const folder = await fillCache(
    NEO4J_PIECE,
    async (target) => {
      step.update('fetching it with Maven, 123 MB, this once');
      await writeFile(join(target, 'pom.xml'), POM);
      let files = 0;
      await runOwned(
        {
          command: maven,
          args: [
            '--batch-mode', '--file', join(target, 'pom.xml'),
            'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies',
            '-DincludeScope=runtime', `-DoutputDirectory=${join(target, 'lib')}`,
          ],
          cwd: target,
        },
        {
          timeoutMs: BUILD_LIMIT_MS,
          onLine(line) {
            const url = /Downloaded from \S+ (\S+)/.exec(line)?.[1];
            const copied = /Copying (\S+\.jar)/.exec(line)?.[1];
            if (url) step.update(`fetching it with Maven: ${++files} files, ${basename(url)}`);
            else if (copied) step.update(`fetching it with Maven: copying ${copied}`);
          },
        },
      );
      if (!existsSync(join(target, 'lib', `neo4j-${NEO4J_VERSION}.jar`))) {
        throw new EngineError(`Maven ended well, but neo4j-${NEO4J_VERSION}.jar is not among the files it copied.`);
      }
    },
    (pid) => step.update(`waiting for process ${pid}, which is fetching it`),
  );
  return join(folder, 'lib');
}

const POM = `<?xml version="1.0" encoding="UTF-8"?>
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>local</groupId>
  <artifactId>neo4j-home</artifactId>
  <version>1</version>
  <packaging>pom</packaging>
  <dependencies>
    <dependency>
      <groupId>org.neo4j</groupId>
      <artifactId>neo4j</artifactId>
      <version>${NEO4J_VERSION}</version>
    </dependency>
  </dependencies>
</project>
`;
