// Runs in: worker. Which code this process runs: commit, package, dependencies, image. One node per distinct state.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import canonicalize from '../model/canonicalize.ts';
import { codeId, sha256 } from '../model/id.ts';
import type { NodeAssertion, Properties } from '../model/record.ts';

const LOCKFILES = ['package-lock.json', 'pnpm-lock.yaml', 'yarn.lock', 'bun.lock', 'npm-shrinkwrap.json'];
const COMMIT_VARIABLES = ['GIT_COMMIT', 'GITHUB_SHA', 'CI_COMMIT_SHA', 'SOURCE_VERSION'];
const IMAGE_VARIABLES = ['CONTAINER_IMAGE', 'IMAGE', 'DOCKER_IMAGE', 'K_REVISION'];

/** @param directory where the code is; the nearest package.json and the git work tree around it are looked at */
export function codeVersion(directory: string, buildId: string | undefined): NodeAssertion {
  const set: Properties = { ...gitState(directory), ...packageState(directory), ...lockfileState(directory) };
  const image = firstOf(IMAGE_VARIABLES);
  if (image !== undefined) set.image = image;
  if (buildId !== undefined) set.buildId = buildId;
  return { label: 'CodeVersion', id: codeId(sha256(canonicalize(set))), aspect: 'collected', set, timeless: true };
}

function gitState(directory: string): Properties {
  const git = (...args: string[]) => tried(() =>
    execFileSync('git', ['-C', directory, ...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], maxBuffer: 1 << 28, timeout: 5_000 }));
  const commit = git('rev-parse', 'HEAD')?.trim();
  if (commit === undefined) {
    // No git, or no work tree: an image has its commit from a build variable, if at all.
    const built = firstOf(COMMIT_VARIABLES);
    return built === undefined ? {} : { gitCommit: built };
  }
  const set: Properties = { gitCommit: commit };
  const branch = git('rev-parse', '--abbrev-ref', 'HEAD')?.trim();
  if (branch !== undefined && branch !== 'HEAD') set.gitBranch = branch;
  const status = git('status', '--porcelain');
  if (status !== undefined) set.gitDirty = status !== '';
  // Untracked files are told by name only: their contents may be data, and large.
  if (status) set.gitDiffDigest = sha256(`${git('diff', 'HEAD', '--binary')}\n${status}`);
  const remote = git('remote', 'get-url', 'origin')?.trim();
  if (remote) set.gitRemote = withoutCredentials(remote);
  return set;
}

function packageState(directory: string): Properties {
  const text = nearest(directory, ['package.json']);
  if (text === undefined) return {};
  const { name, version } = (tried(() => JSON.parse(text)) ?? {}) as { name?: unknown; version?: unknown };
  return { ...(typeof name === 'string' && { packageName: name }), ...(typeof version === 'string' && { packageVersion: version }) };
}

function lockfileState(directory: string): Properties {
  const text = nearest(directory, LOCKFILES);
  return text === undefined ? {} : { lockfileDigest: sha256(text) };
}

function nearest(directory: string, names: string[]): string | undefined {
  for (const name of names) {
    const text = tried(() => readFileSync(join(directory, name), 'utf8'));
    if (text !== undefined) return text;
  }
  return dirname(directory) === directory ? undefined : nearest(dirname(directory), names);
}

function withoutCredentials(remote: string): string {
  return remote.replace(/^([a-z+]+:\/\/)[^/@]*@/i, '$1');
}

function firstOf(variables: string[]): string | undefined {
  return variables.map((name) => process.env[name]).find((value) => value !== undefined && value !== '');
}

function tried<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}
