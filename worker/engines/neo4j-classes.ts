// Runs in: CLI (engines). Neo4j's classes as a file that Java only has to map into memory (JEP 350): with it Neo4j starts in a third of the time.
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { NEO4J_VERSION } from './build.ts';
import { fillCache } from './cache.ts';
import type { ProgressStep } from '../../plugin/cli/progress.ts';

const FILE = 'classes.jsa';

/**
 * Makes the file once for each build of Java and for each place of the jars, by a start and a stop of Neo4j. Where that fails there is none, and Neo4j starts as it always did.
 *
 * @param java what `java -version` says
 * @param lib the folder with the jars
 * @param rehearse starts Neo4j in a home of its own with these options of Java's, and stops it again
 * @returns options of Java's
 */
export async function classArchive(java: string, lib: string, rehearse: (home: string, jvm: string[]) => Promise<void>, step: ProgressStep): Promise<string[]> {
  const key = createHash('sha256').update(`${java}\n${lib}`).digest('hex').slice(0, 12);
  const folder = await fillCache(
    `neo4j-${NEO4J_VERSION}-classes-${key}`,
    async (target) => {
      step.update('preparing it for quick starts, half a minute, this once');
      const home = join(target, 'home');
      // An empty folder says as well that this was tried.
      await rehearse(home, [`-XX:ArchiveClassesAtExit=${join(target, FILE)}`, ...SILENT]).catch(() => undefined);
      await rm(home, { recursive: true, force: true });
    },
    (pid) => step.update(`waiting for process ${pid}, which is preparing it`),
  ).catch(() => undefined); // Nothing can be put into the cache: somebody else's, with the jars in it.
  const file = folder === undefined ? undefined : join(folder, FILE);
  // A file that does not fit is left alone, with a warning that helps nobody.
  return file !== undefined && existsSync(file) ? [`-XX:SharedArchiveFile=${file}`, '-Xshare:auto', ...SILENT] : [];
}

const SILENT = ['-Xlog:cds=off', '-Xlog:cds+dynamic=off'];
