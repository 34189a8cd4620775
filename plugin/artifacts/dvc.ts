// Runs in: worker. What DVC states of a file or folder, held against the bytes that are there.
import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { parse } from 'yaml';
import { digestFile } from '../capture/file-digest.ts';

/** One entry of a `.dvc` file or a `dvc.lock`. */
interface Out {
  path: string;
  /** Of a folder it ends with `.dir`. */
  md5: string;
  /** DVC before 3.0 took the MD5 of texts without their carriage returns: only equality says something then. */
  isOfBytes: boolean;
}

/** What is known of a file or folder that DVC tracks. */
export interface Tracked {
  /** The MD5 that DVC states; absent when the bytes are others. */
  version?: string;
  dvc?: 'modified';
  sha256?: string;
  size?: number;
}

/**
 * Undefined for what DVC does not track: neither a `.dvc` file beside it nor a `dvc.lock` in the folders above, up to the repository's root, tells of it.
 *
 * @throws as digestFile
 */
export async function trackedByDvc(given: string): Promise<Tracked | undefined> {
  const path = resolve(given);
  const out = await outOf(path);
  if (!out) return undefined;
  if (out.md5.endsWith('.dir')) return (await folderMd5(path)) === out.md5 ? { version: out.md5 } : { dvc: 'modified' };
  const { md5, sha256, size } = await digestFile(path, 'md5');
  return { sha256, size, ...(md5 === out.md5 ? { version: md5 } : out.isOfBytes && { dvc: 'modified' }) };
}

async function outOf(path: string): Promise<Out | undefined> {
  const own = (await outsIn(`${path}.dvc`)).find((out) => out.path === path);
  if (own) return own;
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    const out = (await outsIn(join(folder, 'dvc.lock'))).find((each) => each.path === path);
    if (out || folder === dirname(folder) || (await isThere(join(folder, '.dvc', 'config')))) return out;
  }
}

const remembered = new Map<string, { state: string; outs: Out[] }>();
const REMEMBER = 100;

/** A lock file may be large: it is read once until it changes. None for a file that is not there, or that we can't make sense of. */
async function outsIn(file: string): Promise<Out[]> {
  try {
    const { mtimeMs, mtimeNs, size } = await stat(file, { bigint: true });
    const state = `${mtimeNs}/${size}`;
    const known = remembered.get(file);
    if (known?.state === state) return known.outs;
    // Without a schema: a digest that looks like a number is a text all the same.
    const outs = outsOf(parse(await readFile(file, 'utf8'), { schema: 'failsafe' }), dirname(file));
    if (remembered.size >= REMEMBER) remembered.clear();
    // Written within the clock's grain, it could change again under the same time.
    if (Date.now() - Number(mtimeMs) > 1_000) remembered.set(file, { state, outs });
    return outs;
  } catch {
    return [];
  }
}

interface Stage {
  wdir?: string;
  outs?: { path: string; md5?: string; hash?: string }[];
}

function outsOf({ stages = {}, ...own }: Stage & { stages?: { [name: string]: Stage } }, folder: string): Out[] {
  return [own, ...Object.values(stages)].flatMap(({ wdir = '.', outs = [] }) =>
    outs.flatMap(({ path, md5, hash }) => (md5 === undefined ? [] : [{ path: resolve(folder, wdir, path), md5, isOfBytes: hash === 'md5' }])));
}

/** As DVC makes it: of a list of the files, written as Python writes JSON. Files that `.dvcignore` leaves out make it another. */
async function folderMd5(folder: string): Promise<string> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => !entry.isDirectory()).map((entry) => join(entry.parentPath, entry.name));
  const named = paths.map((path) => ({ path, name: relative(folder, path).split(sep).join('/') }));
  named.sort((a, b) => Buffer.compare(Buffer.from(a.name), Buffer.from(b.name)));
  const files: string[] = [];
  for (const { path, name } of named) files.push(`{"md5": "${(await digestFile(path, 'md5')).md5}", "relpath": ${asciiJson(name)}}`);
  return `${createHash('md5').update(`[${files.join(', ')}]`).digest('hex')}.dir`;
}

function asciiJson(text: string): string {
  return JSON.stringify(text).replace(/[\u007f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

async function isThere(path: string): Promise<boolean> {
  return stat(path).then(() => true, () => false);
}
