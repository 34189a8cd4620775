// Runs in: worker, CLI. What git knows of a folder: commit, branch, what was changed since, where it came from.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import type { Properties } from '../model/record.ts';

/** Of our own making: what we write beside the code is no change to it. */
export const BUILD_FILE = '.provenance-code.json';
const NOT_CODE = [':(top)', `:(exclude,top,glob)**/${BUILD_FILE}`, ':(exclude,top,glob)**/.provenance/**'];
/** The same text for the same change, whatever the user's settings are. */
const DIFF = ['diff', 'HEAD', '--binary', '--full-index', '--no-color', '--no-ext-diff', '--no-textconv', '--no-renames', '--src-prefix=a/', '--dst-prefix=b/'];

/**
 * @returns undefined where git is not installed, or no work tree with a commit is around the folder
 * @throws Error when git does not answer in time
 */
export async function gitState(directory: string): Promise<Properties | undefined> {
  const commit = (await git(directory, 'rev-parse', 'HEAD'))?.toString().trim();
  if (!commit) return undefined;
  const [branch, status, remote] = await Promise.all([
    git(directory, 'rev-parse', '--abbrev-ref', 'HEAD'),
    git(directory, 'status', '--porcelain', '--untracked-files=normal', '--', ...NOT_CODE),
    git(directory, 'remote', 'get-url', 'origin'),
  ]);
  const set: Properties = { gitCommit: commit };
  const name = branch?.toString().trim();
  if (name && name !== 'HEAD') set.gitBranch = name;
  if (status) set.gitDirty = status.length > 0;
  if (status && status.length > 0) {
    const diff = await git(directory, ...DIFF, '--', ...NOT_CODE);
    // Untracked files are told by name only: their contents may be data, and large.
    if (diff) set.gitDiffDigest = createHash('sha256').update(diff).update('\n').update(status).digest('hex');
  }
  const address = withoutCredentials(remote?.toString().trim() ?? '');
  if (address !== undefined) set.gitRemote = address;
  return set;
}

/** @returns undefined for what is no plain address: a remote helper's command line may hold anything */
export function withoutCredentials(remote: string): string | undefined {
  // A path, or what scp takes, whose user is no secret as long as it is a mere name.
  if (/^[./]/.test(remote) || /^(?:[\w.-]+@)?[\w.-]+:(?!\/\/|:)[^@]*$/.test(remote)) return remote;
  try {
    const url = new URL(remote);
    if (!remote.includes('://')) return undefined;
    url.username = url.password = url.search = url.hash = '';
    return url.href;
  } catch {
    return undefined;
  }
}

const run = promisify(execFile);
const LONGEST_MS = 5_000;

async function git(directory: string, ...args: string[]): Promise<Buffer | undefined> {
  try {
    // A git hook's own variables would point to another work tree; and asking must not write the index.
    const { GIT_DIR: _, GIT_WORK_TREE: __, GIT_INDEX_FILE: ___, ...rest } = process.env;
    const env = { ...rest, GIT_OPTIONAL_LOCKS: '0', GIT_TERMINAL_PROMPT: '0' };
    return (await run('git', ['-C', directory, ...args], { encoding: 'buffer', env, maxBuffer: 1 << 28, timeout: LONGEST_MS })).stdout;
  } catch (error) {
    if ((error as { killed?: boolean }).killed) throw new Error(`git did not answer within ${LONGEST_MS / 1_000} seconds`, { cause: error });
    return undefined;
  }
}
