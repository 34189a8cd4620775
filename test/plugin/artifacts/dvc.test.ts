import { createHash } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BadArtifactError, dataset } from '../../../plugin/activity.ts';
import { artifactStatement } from '../../../plugin/capture/artifact-records.ts';
import { temporaryDirectory } from '../../support/recorded.ts';

// As DVC 3.67.1 writes them.
const RAW = 'a,b\n1,2\n';
const RAW_MD5 = 'e5ebd4c02cefbe7955977c67ada242b7';
const RAW_DVC = `outs:\n- md5: ${RAW_MD5}\n  size: 8\n  hash: md5\n  path: raw.csv\n`;
const IMAGES = { 'one.txt': 'one', 'sub/zwei-ü.txt': 'two', '"q" 😀.txt': 'x', 'ｚ.txt': 'z' };
const IMAGES_MD5 = '3f0d85ee52dbdfa805aad8a46ecc8b30.dir';
const IMAGES_DVC = `outs:\n- md5: ${IMAGES_MD5}\n  size: 8\n  nfiles: 4\n  hash: md5\n  path: images\n`;
const LOCK = `schema: '2.0'\nstages:\n  prep:\n    cmd: cp data/raw.csv p/prep.csv\n    deps:\n    - path: data/raw.csv\n      hash: md5\n      md5: ${RAW_MD5}\n      size: 8\n    outs:\n    - path: p/prep.csv\n      hash: md5\n      md5: ${RAW_MD5}\n      size: 8\n`;

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

describe('what DVC tracks', () => {
  let root: string;
  let remove: () => Promise<void>;
  const put = async (files: { [name: string]: string }) => {
    for (const [name, content] of Object.entries(files)) {
      await mkdir(join(root, name, '..'), { recursive: true });
      await writeFile(join(root, name), content);
    }
  };
  const putImages = () => put({ 'data/images.dvc': IMAGES_DVC, ...Object.fromEntries(Object.entries(IMAGES).map(([name, content]) => [`data/images/${name}`, content])) });

  beforeEach(async () => {
    ({ path: root, remove } = await temporaryDirectory());
    await put({ '.dvc/config': '' });
  });
  afterEach(() => remove());

  it('has the version that DVC states, beside its digest', async () => {
    await put({ 'data/raw.csv': RAW, 'data/raw.csv.dvc': RAW_DVC });
    const made = await dataset({ uri: join(root, 'data/raw.csv') });
    expect(made).toMatchObject({ version: RAW_MD5, sha256: sha256(RAW), size: 8 });
    expect(made).not.toHaveProperty('dvc');
    expect(made).not.toHaveProperty('md5');
  });

  it('has its digest as its version when its bytes are others, and says so', async () => {
    await put({ 'data/raw.csv': 'a,b\n1,3\n', 'data/raw.csv.dvc': RAW_DVC });
    const made = await dataset({ uri: join(root, 'data/raw.csv') });
    expect(made).toMatchObject({ sha256: sha256('a,b\n1,3\n'), dvc: 'modified' });
    expect(made).not.toHaveProperty('version');
    expect(artifactStatement(made)!.nodes[0]!.set).toMatchObject({ version: `sha256:${made.sha256}`, dvc: 'modified' });
  });

  it('follows DVC once it has been told of the change', async () => {
    await put({ 'data/raw.csv': RAW, 'data/raw.csv.dvc': RAW_DVC.replace(RAW_MD5, '0'.repeat(32)) });
    expect(await dataset({ uri: join(root, 'data/raw.csv') })).toMatchObject({ dvc: 'modified' });
    await put({ 'data/raw.csv.dvc': RAW_DVC });
    expect(await dataset({ uri: join(root, 'data/raw.csv') })).toMatchObject({ version: RAW_MD5 });
  });

  it('may be a folder, whose version is that of all its files', async () => {
    await putImages();
    expect(await dataset({ uri: join(root, 'data/images') })).toMatchObject({ kind: 'dataset', version: IMAGES_MD5 });
    expect(await dataset({ uri: `file://${join(root, 'data/images')}/` })).toMatchObject({ version: IMAGES_MD5 });
  });

  it('has no version when it is a folder of other files', async () => {
    await putImages();
    await put({ 'data/images/three.txt': 'three' });
    const answer = dataset({ uri: join(root, 'data/images') });
    await expect(answer).rejects.toThrow(BadArtifactError);
    await expect(answer).rejects.toThrow(/holds other files than DVC states/);
    expect(await dataset({ uri: join(root, 'data/images'), version: 'v1' })).toMatchObject({ version: 'v1' });
  });

  it('may be made by a stage, as dvc.lock says in a folder above, up to the root of the repository', async () => {
    await put({ 'p/prep.csv': RAW, 'dvc.lock': LOCK });
    expect(await dataset({ uri: join(root, 'p/prep.csv') })).toMatchObject({ version: RAW_MD5 });
    // What a stage only reads is not told there, and another repository's lock is not this one's.
    await put({ 'data/raw.csv': RAW, 'inner/.dvc/config': '', 'inner/p/prep.csv': RAW, 'inner/dvc.lock': LOCK.replaceAll('p/prep', 'p/other') });
    expect(await dataset({ uri: join(root, 'data/raw.csv') })).not.toHaveProperty('version');
    expect(await dataset({ uri: join(root, 'inner/p/prep.csv') })).not.toHaveProperty('version');
  });

  it('has the version, the etag or the digest that is declared', async () => {
    await put({ 'data/raw.csv': RAW, 'data/raw.csv.dvc': RAW_DVC });
    const uri = join(root, 'data/raw.csv');
    expect(await dataset({ uri, version: 'v7' })).toMatchObject({ version: 'v7', sha256: sha256(RAW) });
    expect(await dataset({ uri, etag: '"abc"' })).toMatchObject({ version: 'etag:abc' });
    expect(await dataset({ uri, sha256: sha256(RAW) })).not.toHaveProperty('version');
  });

  it('lies where `path` says, if it lies there', async () => {
    await put({ 'data/raw.csv': RAW, 'data/raw.csv.dvc': RAW_DVC });
    expect(await dataset({ uri: 's3://lake/raw.csv', path: join(root, 'data/raw.csv') })).toMatchObject({ uri: 's3://lake/raw.csv', version: RAW_MD5 });
  });

  it('is only known by equality where DVC before 3.0 wrote the digest: of texts it left out carriage returns', async () => {
    const old = RAW_DVC.replace('  hash: md5\n', '');
    await put({ 'data/raw.csv': RAW, 'data/raw.csv.dvc': old });
    expect(await dataset({ uri: join(root, 'data/raw.csv') })).toMatchObject({ version: RAW_MD5 });
    await put({ 'data/raw.csv': RAW.replaceAll('\n', '\r\n') });
    const windows = await dataset({ uri: join(root, 'data/raw.csv') });
    expect(windows).not.toHaveProperty('version');
    expect(windows).not.toHaveProperty('dvc');
  });

  it.each([
    ['no YAML', '{{{'], ['nothing', ''], ['a list', '- 1'], ['a remote file', 'outs:\n- etag: abc\n  path: raw.csv\n'], ['another file', RAW_DVC.replace('raw.csv', 'other.csv')],
    ['outs that are none', 'outs: 7\n'],
  ])('is as any file where the .dvc file holds %s', async (_, content) => {
    await put({ 'data/raw.csv': RAW, 'data/raw.csv.dvc': content });
    expect(await dataset({ uri: join(root, 'data/raw.csv') })).toEqual({ kind: 'dataset', uri: expect.any(String), sha256: sha256(RAW), size: 8 });
  });

  it('says what is wrong when it is not there', async () => {
    await put({ 'data/raw.csv.dvc': RAW_DVC });
    await rm(join(root, 'data/raw.csv'), { force: true });
    await expect(dataset({ uri: join(root, 'data/raw.csv') })).rejects.toThrow(/can't read .*ENOENT/);
  });

  it('has a version that looks like a number as it stands there', async () => {
    await put({ 'data/raw.csv': RAW, 'data/raw.csv.dvc': RAW_DVC.replace(RAW_MD5, '123456789012345678901234567890e1') });
    expect(await dataset({ uri: join(root, 'data/raw.csv') })).toMatchObject({ dvc: 'modified' });
  });
});
