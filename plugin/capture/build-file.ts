// Runs in: worker, CLI. What was known of the code when it was built, in a file beside its package.json: images have no git.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Properties } from '../model/record.ts';
import { BUILD_FILE, withoutCredentials } from './git-state.ts';

const FORMAT = 1;
const TEXTS = ['gitCommit', 'gitBranch', 'gitDiffDigest', 'gitRemote', 'packageName', 'packageVersion', 'lockfileDigest'];

/** The same state gives the same bytes, so that an image's layer is made again only when the code is another. */
export async function writeBuildFile(path: string, code: Properties): Promise<void> {
  await writeFile(path, `${JSON.stringify({ format: FORMAT, ...code }, null, 2)}\n`);
}

/**
 * @returns undefined where there is no such file
 * @throws Error for one that can't be read, in a sentence
 */
export async function readBuildFile(directory: string): Promise<Properties | undefined> {
  const path = join(directory, BUILD_FILE);
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  const told = parsed(text);
  if (told?.format !== FORMAT) throw new Error(`${path} is not what 'provenance code-version --write' of this version writes: write it again`);
  const known = Object.entries(told).filter(([name, value]) => (name === 'gitDirty' ? typeof value === 'boolean' : TEXTS.includes(name) && typeof value === 'string'));
  // Somebody may have written it by hand.
  const safe = known.map(([name, value]) => [name, name === 'gitRemote' ? withoutCredentials(value as string) : value]);
  return Object.fromEntries(safe.filter(([, value]) => value !== undefined)) as Properties;
}

function parsed(text: string): { [name: string]: unknown } | undefined {
  try {
    return JSON.parse(text) as { [name: string]: unknown };
  } catch {
    return undefined;
  }
}
