import { chmod, mkdir, rm, writeFile } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { hostname } from 'node:os';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cpuLimit } from '../../../plugin/capture/cgroup.ts';
import { environment, environmentNode } from '../../../plugin/capture/environment.ts';
import { graphicsCards } from '../../../plugin/capture/graphics-cards.ts';
import { installedLibraries } from '../../../plugin/capture/libraries.ts';
import { containerId, whereabouts } from '../../../plugin/capture/whereabouts.ts';
import { temporaryDirectory } from '../../support/recorded.ts';

let directory: string;
let remove: () => Promise<void>;
beforeEach(async () => {
  ({ path: directory, remove } = await temporaryDirectory());
});
afterEach(() => remove());

const write = async (name: string, text: string) => {
  await mkdir(dirname(join(directory, name)), { recursive: true });
  await writeFile(join(directory, name), text);
};

describe('the environment', () => {
  it('tells machine, runtime, SDK and libraries, and not where it is', () => {
    const set = environment('.', []);
    expect(set).toMatchObject({ arch: process.arch, runtime: `node ${process.versions.node}`, temporalSdk: '1.24.0', timeZone: expect.any(String) as string, locale: expect.any(String) as string });
    expect(set.cpuCount).toBeGreaterThan(0);
    expect(JSON.parse(String(set.libraries))).toMatchObject({ '@temporalio/worker': '1.24.0', webpack: expect.stringMatching(/^5/) as string });
    expect(Object.values(set)).not.toContain(hostname());
    expect(String(set.libraries).length).toBeLessThan(40_000);
  });

  it('is one node for one state, and another for another', () => {
    process.env.PROVENANCE_TEST_REGION = 'north';
    try {
      const of = (variables: string[]) => environmentNode(environment('.', variables));
      expect(of([]).id).toBe(of([]).id);
      const north = of(['PROVENANCE_TEST_REGION']);
      expect(north.set).toMatchObject({ 'env.PROVENANCE_TEST_REGION': 'north' });
      process.env.PROVENANCE_TEST_REGION = 'south';
      expect(of(['PROVENANCE_TEST_REGION']).id).not.toBe(north.id);
      // What is not listed is neither kept nor makes a difference.
      expect(JSON.stringify(of([]))).not.toContain('south');
    } finally {
      delete process.env.PROVENANCE_TEST_REGION;
    }
  });
});

describe('the libraries', () => {
  it.each([
    ['npm, as installed', 'node_modules/.package-lock.json', JSON.stringify({ packages: {
      'node_modules/lodash': { version: '4.17.21' }, 'node_modules/@a/b': { version: '1.0.0' }, 'node_modules/@a/b/node_modules/lodash': { version: '5.0.0' },
      'node_modules/local': { link: true, resolved: '../local' }, 'node_modules/alias': { name: 'chalk', version: '5.6.0' },
    } })],
    ['npm', 'package-lock.json', JSON.stringify({ packages: { '': { name: 'me', version: '0.0.1' }, 'node_modules/lodash': { version: '4.17.21' }, 'x/node_modules/lodash': { version: '5.0.0' }, 'node_modules/@a/b': { version: '1.0.0' }, 'node_modules/chalk': { version: '5.6.0' } } })],
    ['pnpm 9', 'pnpm-lock.yaml', "lockfileVersion: '9.0'\n\nimporters:\n\n  .:\n    dependencies:\n      lodash:\n        specifier: ^4\n        version: 4.17.21\n\npackages:\n\n  '@a/b@1.0.0':\n    resolution: {integrity: x}\n\n  chalk@5.6.0:\n    resolution: {integrity: x}\n\n  lodash@4.17.21:\n    resolution: {integrity: x}\n    engines: {node: '>=4'}\n\n  lodash@5.0.0:\n    resolution: {integrity: x}\n\nsnapshots:\n\n  other@1.0.0: {}\n"],
    ['pnpm 6', 'pnpm-lock.yaml', "lockfileVersion: '6.0'\n\npackages:\n\n  /@a/b@1.0.0(lodash@5.0.0):\n    resolution: {integrity: x}\n\n  /chalk@5.6.0:\n    dev: true\n\n  /lodash@4.17.21:\n    dev: false\n\n  /lodash@5.0.0:\n    dev: false\n"],
    ['pnpm 5', 'pnpm-lock.yaml', "lockfileVersion: 5.4\n\npackages:\n\n  /@a/b/1.0.0_lodash@5.0.0:\n    dev: false\n\n  /chalk/5.6.0:\n    dev: true\n\n  /lodash/4.17.21:\n    dev: false\n\n  /lodash/5.0.0:\n    dev: false\n"],
    ['yarn 1', 'yarn.lock', '# yarn lockfile v1\n\n\n"@a/b@^1.0.0":\n  version "1.0.0"\n  resolved "https://x"\n\nchalk@^5, chalk@~5.6:\n  version "5.6.0"\n  dependencies:\n    lodash "^5.0.0"\n\nlodash@^4.17.0:\n  version "4.17.21"\n\nlodash@^5.0.0:\n  version "5.0.0"\n'],
    ['yarn 4', 'yarn.lock', '__metadata:\n  version: 8\n  cacheKey: 10\n\n"@a/b@npm:^1.0.0":\n  version: 1.0.0\n  resolution: "@a/b@npm:1.0.0"\n\n"chalk@npm:^5, chalk@npm:~5.6":\n  version: 5.6.0\n\n"lodash@npm:^4.17.0":\n  version: 4.17.21\n\n"lodash@npm:^5.0.0":\n  version: 5.0.0\n\n"me@workspace:.":\n  version: 0.0.0-use.local\n'],
    ['bun', 'bun.lock', '{\n  "lockfileVersion": 1,\n  "workspaces": { "": { "dependencies": { "lodash": "^4" } } },\n  "packages": {\n    "@a/b": ["@a/b@1.0.0", "", {}, "sha512-x"],\n    "chalk": ["chalk@5.6.0", "", {}, "sha512-x"],\n    "lodash": ["lodash@4.17.21", "", {}, "sha512-x"],\n    "@a/b/lodash": ["lodash@5.0.0", "", {}, "sha512-x"],\n  }\n}\n'],
  ])("are all that are installed, from the lockfile: %s", async (_, name, text) => {
    await write(name, text);
    await mkdir(join(directory, 'src'));
    expect(installedLibraries(join(directory, 'src'))).toEqual({ '@a/b': '1.0.0', chalk: '5.6.0', lodash: '4.17.21, 5.0.0' });
  });

  it('are the direct dependencies, as Node finds them, where there is no lockfile', async () => {
    await write('package.json', JSON.stringify({ dependencies: { there: '^1.0.0', missing: '^2.0.0' } }));
    await write('node_modules/there/package.json', JSON.stringify({ version: '1.4.0' }));
    expect(installedLibraries(directory)).toEqual({ there: '1.4.0' });
  });

  it('are none in an empty folder, nor in one with a broken lockfile', async () => {
    expect(installedLibraries(directory)).toEqual({});
    await write('package-lock.json', '{"packages": {"node_mod');
    expect(installedLibraries(directory)).toEqual({});
  });
});

describe('the limit of processors', () => {
  it('is the strictest of control groups 2, a container around included', async () => {
    await write('proc/self/cgroup', '0::/outer/inner\n');
    await write('sys/fs/cgroup/outer/inner/cpu.max', 'max 100000\n');
    await write('sys/fs/cgroup/outer/cpu.max', '150000 100000\n');
    expect(cpuLimit(directory)).toBe(1.5);
    await write('sys/fs/cgroup/outer/inner/cpu.max', '50000 100000\n');
    expect(cpuLimit(directory)).toBe(0.5);
  });

  it('is that of control groups 1, whose path in a container is the one on the host', async () => {
    await write('proc/self/cgroup', '5:memory:/docker/abc\n4:cpu,cpuacct:/docker/abc\n');
    await write('sys/fs/cgroup/cpu/cpu.cfs_quota_us', '200000\n');
    await write('sys/fs/cgroup/cpu/cpu.cfs_period_us', '100000\n');
    expect(cpuLimit(directory)).toBe(2);
  });

  it('is none where nothing limits', async () => {
    expect(cpuLimit(directory)).toBeUndefined();
    await write('proc/self/cgroup', '4:cpu:/\n0::/\n');
    await write('sys/fs/cgroup/cpu/cpu.cfs_quota_us', '-1\n');
    await write('sys/fs/cgroup/cpu/cpu.cfs_period_us', '100000\n');
    await write('sys/fs/cgroup/cpu.max', 'max 100000\n');
    expect(cpuLimit(directory)).toBeUndefined();
  });
});

describe('the graphics cards', () => {
  const path = process.env.PATH;
  afterEach(() => {
    process.env.PATH = path;
  });

  const install = async (script: string) => {
    await write('nvidia-smi', `#!/bin/sh\n${script}\n`);
    await chmod(join(directory, 'nvidia-smi'), 0o755);
    process.env.PATH = `${directory}${delimiter}${path}`;
  };

  it('are told with memory, driver and CUDA', async () => {
    // As the program prints it; this machine need not have one.
    await install(`case "$*" in
  --query-gpu*) printf 'NVIDIA A100-SXM4-40GB, 40960 MiB, 535.129.03\\nNVIDIA A100-SXM4-40GB, 40960 MiB, 535.129.03\\n' ;;
  *) printf '\\n==============NVSMI LOG==============\\n\\nTimestamp                                 : Wed Nov 25 08:00:00 2026\\nDriver Version                            : 535.129.03\\nCUDA Version                              : 12.2\\n' ;;
esac`);
    expect(await graphicsCards()).toEqual({ gpus: ['NVIDIA A100-SXM4-40GB, 40960 MiB', 'NVIDIA A100-SXM4-40GB, 40960 MiB'], gpuDriver: '535.129.03', cuda: '12.2' });
  });

  it('are none where the driver does not answer, or the program is not there', async () => {
    await install("echo 'NVIDIA-SMI has failed because it could not communicate with the NVIDIA driver.'; exit 9");
    expect(await graphicsCards()).toEqual({});
    await rm(join(directory, 'nvidia-smi'));
    process.env.PATH = directory;
    expect(await graphicsCards()).toEqual({});
  });
});

describe("a worker's whereabouts", () => {
  it('are the host, and in Kubernetes the pod', () => {
    expect(whereabouts({})).toMatchObject({ host: hostname() });
    expect(whereabouts({})).not.toHaveProperty('pod');
    expect(whereabouts({ KUBERNETES_SERVICE_HOST: '10.0.0.1', HOSTNAME: 'etl-7d9f-x2', NODE_NAME: 'node-3', POD_NAMESPACE: 'data' }))
      .toMatchObject({ pod: 'etl-7d9f-x2', kubernetesNode: 'node-3', podNamespace: 'data' });
    expect(whereabouts({ KUBERNETES_SERVICE_HOST: '10.0.0.1', HOSTNAME: 'custom', POD_NAME: 'etl-1' })).toMatchObject({ pod: 'etl-1' });
  });

  it('are the container, by what its engine mounts', () => {
    const id = 'ab'.repeat(32);
    expect(containerId(`723 715 254:1 /var/lib/docker/containers/${id}/hostname /etc/hostname rw,relatime - ext4 /dev/vda1 rw\n`)).toBe(id);
    expect(containerId('22 1 254:1 / / rw,relatime - ext4 /dev/vda1 rw\n')).toBeUndefined();
  });
});
