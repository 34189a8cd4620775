// Runs in: worker. What the code runs on and with. One node per distinct state; the host's own name is not part of it.
import { createRequire } from 'node:module';
import { arch, cpus, release, totalmem, type as osType, version as osVersion } from 'node:os';
import { resolve } from 'node:path';
import canonicalize from '../model/canonicalize.ts';
import { environmentId, sha256 } from '../model/id.ts';
import type { NodeAssertion, Properties } from '../model/record.ts';
import { cpuLimit } from './cgroup.ts';
import { containerImage } from './code-version.ts';
import { installedLibraries } from './libraries.ts';
import { jsonObject, nearest } from './nearest.ts';

export function environmentNode(set: Properties): NodeAssertion {
  return { label: 'Environment', id: environmentId(sha256(canonicalize(set))), aspect: 'collected', set, timeless: true };
}

/**
 * What can be looked up at once; graphics cards and the server's version take longer.
 *
 * @param directory the libraries installed for the nearest package are listed
 * @param variables names of environment variables whose values may be recorded
 */
export function environment(directory: string, variables: string[]): Properties {
  const { timeZone, locale } = Intl.DateTimeFormat().resolvedOptions();
  const set: Properties = {
    os: osType(), osRelease: release(), osVersion: osVersion(), arch: arch(),
    cpu: cpus()[0]?.model.trim() ?? 'unknown', cpuCount: cpus().length, memoryBytes: totalmem(),
    runtime: `node ${process.versions.node}`, v8: process.versions.v8, timeZone, locale,
    libraries: JSON.stringify(installedLibraries(resolve(directory))),
  };
  const sdk = sdkVersion();
  if (sdk !== undefined) set.temporalSdk = sdk;
  const image = containerImage();
  if (image !== undefined) set.image = image;
  // Without a limit, it is none, or larger than the machine (control groups of both versions).
  const memory = process.constrainedMemory();
  if (memory !== undefined && memory > 0 && memory < totalmem()) set.memoryLimitBytes = memory;
  const processors = cpuLimit();
  if (processors !== undefined) set.cpuLimit = processors;
  for (const name of variables) if (process.env[name] !== undefined) set[`env.${name}`] = process.env[name];
  return set;
}

function sdkVersion(): string | undefined {
  try {
    const { version } = jsonObject(nearest(createRequire(import.meta.url).resolve('@temporalio/worker'), ['package.json'])?.text) ?? {};
    return typeof version === 'string' ? version : undefined;
  } catch {
    return undefined;
  }
}
