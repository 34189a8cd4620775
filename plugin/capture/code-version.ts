// Runs in: worker, CLI. Which code this process runs: commit, package, dependencies, image. One node per distinct state.
import { resolve } from 'node:path';
import canonicalize from '../model/canonicalize.ts';
import { codeId, sha256 } from '../model/id.ts';
import type { NodeAssertion, Properties } from '../model/record.ts';
import { readBuildFile } from './build-file.ts';
import { gitState } from './git-state.ts';
import { jsonObject, nearest } from './nearest.ts';

const LOCKFILES = ['package-lock.json', 'pnpm-lock.yaml', 'yarn.lock', 'bun.lock', 'npm-shrinkwrap.json'];
const COMMIT_VARIABLES = ['GIT_COMMIT', 'GITHUB_SHA', 'CI_COMMIT_SHA', 'SOURCE_VERSION', 'HEROKU_SLUG_COMMIT'];
const IMAGE_VARIABLES = ['CONTAINER_IMAGE', 'IMAGE', 'DOCKER_IMAGE'];
const BUILD_VARIABLES = ['BUILD_ID', 'K_REVISION'];

export interface CollectedCode {
  set: Properties;
  /** Why something that is there was not believed. */
  notes: string[];
}

export function codeNode(set: Properties): NodeAssertion {
  return { label: 'CodeVersion', id: codeId(sha256(canonicalize(set))), aspect: 'collected', set, timeless: true };
}

/** The image that this process runs in, from the usual variables. */
export const containerImage = (): string | undefined => firstOf(IMAGE_VARIABLES);

/**
 * Git's word first, then that of the file that was written at build time, then the build's variables. A file that speaks of
 * another package or other dependencies than those that are here was left over, and is not believed.
 *
 * @param directory where the code is; the nearest package.json and the git work tree around it are looked at
 */
export async function codeVersion(directory: string): Promise<CollectedCode> {
  const { set, notes } = await codeInFolder(resolve(directory));
  const image = containerImage();
  const build = firstOf(BUILD_VARIABLES);
  return { set: { ...set, ...(image !== undefined && { image }), ...(build !== undefined && { buildId: build }) }, notes };
}

/** What of it is so wherever the code then runs: what belongs into the build-time file. */
export async function codeInFolder(directory: string): Promise<CollectedCode> {
  const here = { ...packageState(directory), ...lockfileState(directory) };
  const notes: string[] = [];
  const git = await gitState(directory).catch((error: unknown) => {
    // Whoever says then what the commit is may be wrong.
    notes.push((error as Error).message);
    return { unknown: ['git'] };
  });
  if (git) return { set: { ...git, ...here }, notes };
  const built = await readBuildFile(packageDirectory(directory)).catch((error: unknown) => void notes.push((error as Error).message));
  const wrong = Object.keys(here).find((name) => built?.[name] !== undefined && built[name] !== here[name as keyof typeof here]);
  if (built && wrong === undefined) return { set: { ...built, ...here }, notes };
  if (built) notes.push(`the build-time file speaks of other code (${wrong}: ${String(built[wrong!])}, here ${String(here[wrong as keyof typeof here])}): it is not believed; write it again`);
  const commit = firstOf(COMMIT_VARIABLES);
  return { set: { ...(commit !== undefined && { gitCommit: commit }), ...here }, notes };
}

/** The folder of the nearest package.json, where the build-time file is; without one, the folder itself. */
export const packageDirectory = (directory: string): string => nearest(directory, ['package.json'])?.directory ?? directory;

function packageState(directory: string): { packageName?: string; packageVersion?: string } {
  const { name, version } = jsonObject(nearest(directory, ['package.json'])?.text) ?? {};
  return { ...(typeof name === 'string' && { packageName: name }), ...(typeof version === 'string' && { packageVersion: version }) };
}

function lockfileState(directory: string): { lockfileDigest?: string } {
  const found = nearest(directory, LOCKFILES);
  return found ? { lockfileDigest: sha256(found.text) } : {};
}

function firstOf(variables: string[]): string | undefined {
  return variables.map((name) => process.env[name]).find((value) => value !== undefined && value !== '');
}
