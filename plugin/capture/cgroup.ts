// Runs in: worker. How much of the machine's processors this process may use, as Linux' control groups limit it.
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * In processors, such as 1.5; undefined where there is no limit. The strictest of the process' group and those around it counts
 * (version 2: cpu.max; version 1: cpu.cfs_quota_us).
 *
 * @param root of the file system
 */
export function cpuLimit(root = '/'): number | undefined {
  const limits: number[] = [];
  for (const line of (read(join(root, 'proc/self/cgroup')) ?? '0::/').trim().split('\n')) {
    const [, controllers = '', path = '/'] = /^\d+:([^:]*):(.*)$/.exec(line) ?? [];
    if (controllers !== '' && !controllers.split(',').includes('cpu')) continue;
    const base = join(root, 'sys/fs/cgroup');
    // In a container the path is often that on the host: then the mount itself is the container's group.
    for (const mount of controllers === '' ? [base] : [join(base, controllers), join(base, 'cpu')]) {
      for (let at = path; ; at = dirname(at)) {
        const [quota, period] = controllers === ''
          ? (read(join(mount, at, 'cpu.max'))?.trim().split(' ') ?? [])
          : [read(join(mount, at, 'cpu.cfs_quota_us')), read(join(mount, at, 'cpu.cfs_period_us'))];
        const limit = Number(quota) / Number(period);
        if (limit > 0 && Number.isFinite(limit)) limits.push(limit);
        if (at === '/' || at === '.') break;
      }
    }
  }
  return limits.length === 0 ? undefined : Math.min(...limits);
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
