import { execFileSync } from 'node:child_process';
import { mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeBuildFile } from '../../../plugin/capture/build-file.ts';
import { bundleDigest, watchBundle } from '../../../plugin/capture/bundle-digest.ts';
import { codeInFolder, codeNode, codeVersion } from '../../../plugin/capture/code-version.ts';
import { digestOf, functionDigests } from '../../../plugin/capture/function-digest.ts';
import { BUILD_FILE, withoutCredentials } from '../../../plugin/capture/git-state.ts';
import { ProvenancePlugin } from '../../../plugin/index.ts';
import { temporaryDirectory } from '../../support/recorded.ts';

describe('the code version', () => {
  let directory: string;
  let remove: () => Promise<void>;

  beforeEach(async () => {
    ({ path: directory, remove } = await temporaryDirectory());
    await write('package.json', JSON.stringify({ name: 'pipeline', version: '3.2.1' }));
    await write('package-lock.json', '{"lockfileVersion": 3}');
    await write('src/activities.js', 'export const one = 1;');
  });
  afterEach(() => remove());

  const write = async (name: string, text: string) => {
    await mkdir(join(directory, name, '..'), { recursive: true });
    await writeFile(join(directory, name), text);
  };
  const git = (...args: string[]) => execFileSync('git', ['-C', directory, '-c', 'user.name=a', '-c', 'user.email=a@b', ...args], { encoding: 'utf8' }).trim();
  const commit = () => {
    git('init', '-q', '-b', 'main');
    git('add', '-A');
    git('commit', '-q', '-m', 'first');
    return git('rev-parse', 'HEAD');
  };
  const code = async (from = directory) => (await codeInFolder(from)).set;

  it('has package and lockfile where there is no git at all', async () => {
    expect(await code(join(directory, 'src'))).toEqual({ packageName: 'pipeline', packageVersion: '3.2.1', lockfileDigest: expect.stringMatching(/^[0-9a-f]{64}$/) as string });
  });

  it('has the commit and the branch, and of what was changed since a digest', async () => {
    const first = commit();
    const clean = await code();
    expect(clean).toMatchObject({ gitCommit: first, gitBranch: 'main', gitDirty: false });
    expect(clean).not.toHaveProperty('gitDiffDigest');
    await write('src/activities.js', 'export const one = 2;');
    const dirty = await code();
    expect(dirty).toMatchObject({ gitCommit: first, gitDirty: true, gitDiffDigest: expect.stringMatching(/^[0-9a-f]{64}$/) as string });
    // From anywhere within the work tree, and whatever the user's settings for diffs are, it is one state.
    git('config', 'diff.noprefix', 'true');
    expect(codeNode(await code(join(directory, 'src'))).id).toBe(codeNode(dirty).id);
    await write('src/activities.js', 'export const one = 3;');
    expect((await code()).gitDiffDigest).not.toBe(dirty.gitDiffDigest);
    await write('src/more.js', '');
    git('checkout', '-q', 'src/activities.js');
    expect(await code()).toMatchObject({ gitDirty: true });
  });

  it('does not count what we write ourselves as a change', async () => {
    commit();
    const before = await code();
    await write('.provenance/outbox/1.records', 'records');
    await writeBuildFile(join(directory, BUILD_FILE), before);
    expect(await code()).toEqual(before);
  });

  it('is not led astray by the variables of a git hook', async () => {
    const first = commit();
    process.env.GIT_DIR = resolve('.git');
    try {
      expect(await code()).toMatchObject({ gitCommit: first });
    } finally {
      delete process.env.GIT_DIR;
    }
  });

  it('never holds the credentials of a remote', async () => {
    commit();
    git('remote', 'add', 'origin', 'https://someone:gh_s3cret@git.example/team/pipeline.git?access_token=s3cret');
    expect(await code()).toMatchObject({ gitRemote: 'https://git.example/team/pipeline.git' });
    expect(JSON.stringify(await code())).not.toContain('s3cret');
  });

  it.each([
    ['https://user:p@ss@host/x.git', 'https://host/x.git'],
    ['https://token@host/x.git#frag', 'https://host/x.git'],
    ['ssh://git@host:22/x.git', 'ssh://host:22/x.git'],
    ['git@host.example:team/x.git', 'git@host.example:team/x.git'],
    ['/srv/git/x.git', '/srv/git/x.git'],
    ['user:s3cret@host:x.git', undefined],
    ['ext::sh -c "curl -H s3cret"', undefined],
  ])('tells %s as %s', (remote, told) => {
    expect(withoutCredentials(remote)).toBe(told);
  });

  it('knows from the build-time file what git knew, when git is gone', async () => {
    const first = commit();
    git('remote', 'add', 'origin', 'https://git.example/x.git');
    const built = await code();
    await writeBuildFile(join(directory, BUILD_FILE), built);
    const bytes = await readFile(join(directory, BUILD_FILE), 'utf8');
    await rm(join(directory, '.git'), { recursive: true });
    expect(await code(join(directory, 'src'))).toEqual(built);
    expect(built).toMatchObject({ gitCommit: first, gitRemote: 'https://git.example/x.git' });
    await writeBuildFile(join(directory, BUILD_FILE), await code());
    expect(await readFile(join(directory, BUILD_FILE), 'utf8')).toBe(bytes);
  });

  it('takes no credentials from a build-time file either', async () => {
    await write(BUILD_FILE, JSON.stringify({ format: 1, gitCommit: 'a'.repeat(40), gitRemote: 'https://me:s3cret@host/x.git' }));
    expect(await code()).toMatchObject({ gitCommit: 'a'.repeat(40), gitRemote: 'https://host/x.git' });
  });

  it('believes git, not a build-time file that was left in a work tree', async () => {
    const first = commit();
    await writeBuildFile(join(directory, BUILD_FILE), { gitCommit: 'f'.repeat(40), gitDirty: true });
    expect(await code()).toMatchObject({ gitCommit: first, gitDirty: false });
  });

  it.each([
    ['speaks of another version', JSON.stringify({ format: 1, gitCommit: 'f'.repeat(40), packageVersion: '3.2.0' }), /packageVersion: 3\.2\.0, here 3\.2\.1/],
    ['speaks of other dependencies', JSON.stringify({ format: 1, gitCommit: 'f'.repeat(40), lockfileDigest: '0' }), /lockfileDigest/],
    ['is cut off', '{"format": 1, "gitCom', /write it again/],
    ['is of another format', '{"format": 2}', /write it again/],
  ])('does not believe a build-time file that %s, and says so', async (_, text, why) => {
    await write(BUILD_FILE, text);
    const { set, notes } = await codeInFolder(directory);
    expect(set).not.toHaveProperty('gitCommit');
    expect(notes.join()).toMatch(why);
  });

  it('has commit, build and image from the usual variables', async () => {
    Object.assign(process.env, { GIT_COMMIT: 'abc', BUILD_ID: '77', CONTAINER_IMAGE: 'registry/x@sha256:1' });
    try {
      expect((await codeVersion(directory)).set).toMatchObject({ gitCommit: 'abc', buildId: '77', image: 'registry/x@sha256:1', packageName: 'pipeline' });
    } finally {
      for (const name of ['GIT_COMMIT', 'BUILD_ID', 'CONTAINER_IMAGE']) delete process.env[name];
    }
  });
});

describe("an activity function's digest", () => {
  const digests = functionDigests(new Map<string, unknown>([
    ['one', async () => 1], ['same', async () => 1], ['two', async () => 2], ['hidden', Math.max], ['default', async () => 'any'],
  ]));

  it('is that of its source', () => {
    expect(digestOf(digests, 'one')).toMatch(/^[0-9a-f]{64}$/);
    expect(digestOf(digests, 'same')).toBe(digestOf(digests, 'one'));
    expect(digestOf(digests, 'two')).not.toBe(digestOf(digests, 'one'));
  });

  it("is the default function's for other types, and unknown for a function that hides its source", () => {
    expect(digestOf(digests, 'other')).toBe(digests.get('default'));
    expect(digestOf(digests, 'hidden')).toBeUndefined();
  });
});

describe("a workflow bundle's digest", () => {
  const home = process.cwd();
  let root: string;
  let remove: () => Promise<void>;
  beforeEach(async () => {
    ({ path: root, remove } = await temporaryDirectory());
  });
  afterEach(async () => {
    process.chdir(home);
    await remove();
  });

  const logger = new DefaultLogger('ERROR');

  async function checkout(folder: string, greeting: string): Promise<string> {
    const at = join(root, folder);
    await mkdir(join(at, 'lib'), { recursive: true });
    await symlink(resolve(home, 'node_modules'), join(at, 'node_modules'));
    await writeFile(join(at, 'workflows.ts'), "import { sleep } from '@temporalio/workflow';\nimport { greet } from './lib/greet.ts';\nimport { zed } from './lib/a.ts';\nexport async function hello() { await sleep(1); return greet(zed); }\n");
    await writeFile(join(at, 'lib/greet.ts'), `export const greet = (name: string) => \`${greeting} \${name}\`;\n`);
    await writeFile(join(at, 'lib/a.ts'), "export const zed = 'zed';\n");
    return join(at, 'workflows.ts');
  }

  it('is the same in any folder, bundled from any other, and another as soon as a module is', async () => {
    const bundle = async (workflowsPath: string) => (await bundleWorkflowCode({ workflowsPath, logger, plugins: [new ProvenancePlugin()] })).code;
    const first = await bundle(await checkout('a', 'hello'));
    const there = await checkout('z/very/deep', 'hello');
    const changed = await checkout('b', 'goodbye');
    process.chdir(join(root, 'z'));
    const second = await bundle(there);
    expect(second).not.toBe(first);
    expect(bundleDigest(second)).toBe(bundleDigest(first));
    expect(bundleDigest(await bundle(changed))).not.toBe(bundleDigest(first));
  });

  it('is known of a bundle that a worker makes for itself, which stays what it was', async () => {
    const workflowsPath = await checkout('a', 'hello');
    let seen: string | undefined;
    let asked = false;
    const webpackConfigHook = watchBundle((config) => {
      asked = true;
      return config;
    }, (code) => {
      seen = code;
    });
    const { code } = await bundleWorkflowCode({ workflowsPath, logger, webpackConfigHook });
    expect(asked).toBe(true);
    expect(seen).toBe(code);
    expect((await bundleWorkflowCode({ workflowsPath, logger })).code).toBe(code);
  });

  it('is that of the text, without its source map, where the user has it minified', () => {
    const minified = (map: string) => `(()=>{var e={1:()=>{}}})();\n//# sourceMappingURL=data:application/json;base64,${map}`;
    expect(bundleDigest(minified('AAAA'))).toBe(bundleDigest(minified('BBBB')));
    expect(bundleDigest(minified('AAAA').replace('1:', '2:'))).not.toBe(bundleDigest(minified('AAAA')));
  });
});
