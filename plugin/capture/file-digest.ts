// Runs in: worker. Digests of files, streamed, and remembered while the file has not changed.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';

/** What a file held when it was read. */
export interface FileDigest {
  /** Lower-case hex. */
  sha256: string;
  /** Bytes. */
  size: number;
}

const remembered = new Map<string, FileDigest & { md5?: string }>();
const REMEMBER = 10_000;

/**
 * The digest of a file's bytes; with `'md5'`, that one too, of the same reading.
 * Cached by device, inode, size, mtime and ctime in nanoseconds: an unchanged file is hashed once per process.
 *
 * @throws the file system's error, and an Error when the file changed while it was read (each of three times).
 */
export async function digestFile(path: string): Promise<FileDigest>;
export async function digestFile(path: string, more: 'md5'): Promise<FileDigest & { md5: string }>;
export async function digestFile(path: string, more?: 'md5'): Promise<FileDigest & { md5?: string }> {
  for (let attempt = 0; attempt < 3; attempt++) {
    const before = await identity(path);
    const known = remembered.get(before.key);
    if (known && (more === undefined || known.md5 !== undefined)) return known;
    const hash = createHash('sha256');
    const second = more && createHash(more);
    for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>) {
      hash.update(chunk);
      second?.update(chunk);
    }
    if ((await identity(path)).key !== before.key) continue;
    const digest = { sha256: hash.digest('hex'), size: before.size, ...(second && { md5: second.digest('hex') }) };
    if (remembered.size >= REMEMBER) remembered.delete(remembered.keys().next().value!);
    // A file written within the clock's grain could change again under the same times: not worth remembering yet.
    if (Date.now() - before.mtimeMs > 1_000) remembered.set(before.key, digest);
    return digest;
  }
  throw new Error(`'${path}' changes while it is read: declare it once it is complete`);
}

async function identity(path: string): Promise<{ key: string; size: number; mtimeMs: number }> {
  const s = await stat(path, { bigint: true });
  if (!s.isFile()) throw new Error(`'${path}' is not a file`);
  return {
    key: `${s.dev}/${s.ino}/${s.size}/${s.mtimeNs}/${s.ctimeNs}`,
    size: Number(s.size),
    mtimeMs: Number(s.mtimeMs),
  };
}
