// Runs in: CLI. `provenance code-version`: which code is here, and the file that tells it where there is no git.
import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { writeBuildFile } from '../capture/build-file.ts';
import { codeInFolder, packageDirectory } from '../capture/code-version.ts';
import { BUILD_FILE } from '../capture/git-state.ts';
import { BadQuestionError, NothingFoundError } from '../graph/errors.ts';

/** @throws BadQuestionError, NothingFoundError */
export async function codeVersionCommand(options: { write?: string | true; directory: string; json?: true }): Promise<string> {
  const directory = resolve(options.directory);
  const isFolder = await stat(directory).then((found) => found.isDirectory(), () => false);
  if (!isFolder) throw new BadQuestionError(`'${options.directory}' is no folder: give the one where the code is`);
  const { set, notes } = await codeInFolder(directory);
  for (const note of notes) process.stderr.write(`${note}\n`);
  if (options.write === undefined) {
    if (Object.keys(set).length === 0) throw new NothingFoundError(`nothing tells which code is in '${directory}': no git work tree, no package.json, no lockfile`);
    return options.json ? JSON.stringify(set, null, 2) : lines(set);
  }
  if (set.gitCommit === undefined) {
    throw new NothingFoundError(`there is no git commit around '${directory}': write the file where the work tree is, or set GIT_COMMIT, before the image is built`);
  }
  const file = options.write === true ? join(packageDirectory(directory), BUILD_FILE) : resolve(options.write);
  try {
    await writeBuildFile(file, set);
  } catch (error) {
    throw new BadQuestionError(`can't write '${file}': ${(error as Error).message}`);
  }
  return options.json ? JSON.stringify({ file, ...set }, null, 2) : `${lines(set)}\nwritten to ${file}`;
}

function lines(set: object): string {
  return Object.entries(set).map(([name, value]) => `${name}: ${String(value)}`).join('\n');
}
