// Runs in: worker. What the code runs on and with. One node per distinct state; the host's own name is not part of it.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { arch, cpus, release, totalmem, type as osType, version as osVersion } from 'node:os';
import { dirname, join } from 'node:path';
import canonicalize from '../model/canonicalize.ts';
import { environmentId, sha256 } from '../model/id.ts';
import type { NodeAssertion, Properties } from '../model/record.ts';

/**
 * @param directory the nearest package.json's dependencies tell which libraries are looked up
 * @param variables names of environment variables whose values may be recorded
 */
export function environment(directory: string, variables: string[]): NodeAssertion {
  const set: Properties = {
    os: osType(), osRelease: release(), osVersion: osVersion(), arch: arch(),
    cpu: cpus()[0]?.model.trim() ?? 'unknown', cpuCount: cpus().length, memoryBytes: totalmem(),
    runtime: `node ${process.versions.node}`, v8: process.versions.v8,
    timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    locale: Intl.DateTimeFormat().resolvedOptions().locale,
    libraries: JSON.stringify(libraries(directory)),
  };
  const gpus = graphicsCards();
  if (gpus.length > 0) set.gpus = gpus;
  const limit = memoryLimit();
  if (limit !== undefined) set.memoryLimitBytes = limit;
  for (const name of variables) if (process.env[name] !== undefined) set[`env.${name}`] = process.env[name];
  return { label: 'Environment', id: environmentId(sha256(canonicalize(set))), aspect: 'collected', set, timeless: true };
}

/** The installed versions of the package's direct dependencies, as Node would find them. */
function libraries(directory: string): { [name: string]: string } {
  const found: { [name: string]: string } = {};
  const manifest = nearestManifest(directory);
  if (!manifest) return found;
  const { dependencies, optionalDependencies, peerDependencies, devDependencies } = manifest.content as { [kind: string]: object | undefined };
  const require = createRequire(manifest.path);
  for (const name of Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies, ...devDependencies }).sort()) {
    for (const folder of require.resolve.paths(name) ?? []) {
      const installed = readJson(join(folder, name, 'package.json'));
      if (typeof installed?.version === 'string') {
        found[name] = installed.version;
        break;
      }
    }
  }
  return found;
}

function nearestManifest(directory: string): { path: string; content: { [name: string]: unknown } } | undefined {
  const path = join(directory, 'package.json');
  const content = readJson(path);
  if (content) return { path, content };
  return dirname(directory) === directory ? undefined : nearestManifest(dirname(directory));
}

function readJson(path: string): { [name: string]: unknown } | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as { [name: string]: unknown };
  } catch {
    return undefined;
  }
}

function graphicsCards(): string[] {
  try {
    const query = ['--query-gpu=name,driver_version,memory.total', '--format=csv,noheader'];
    return execFileSync('nvidia-smi', query, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], timeout: 5_000 })
      .split('\n').map((line) => line.trim()).filter((line) => line !== '');
  } catch {
    return []; // No such cards here.
  }
}

/** The container's limit, when there is one below the machine's memory (cgroup v2, then v1). */
function memoryLimit(): number | undefined {
  for (const path of ['/sys/fs/cgroup/memory.max', '/sys/fs/cgroup/memory/memory.limit_in_bytes']) {
    try {
      const limit = Number(readFileSync(path, 'utf8').trim());
      if (Number.isFinite(limit) && limit < totalmem()) return limit;
    } catch {
      // Not this version of cgroups, or none.
    }
  }
  return undefined;
}
