// Runs in: worker, CLI. What has been drained, kept for good: compressed files from which the graph can be built again.
import { randomBytes } from 'node:crypto';
import { type FileHandle, mkdir, open, readdir, readFile, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { constants, gunzip, gzip } from 'node:zlib';
import type { ProvenanceRecord } from '../model/record.ts';
import { recordsIn } from './record-lines.ts';
import { flushFolder } from './segment.ts';

const compressed = promisify(gzip);
const decompressed = promisify(gunzip);

const SUFFIX = '.records.gz';
/** As far as it goes. */
const CUT_SHORT = { finishFlush: constants.Z_SYNC_FLUSH };
const FILE_BYTES = 64 * 2 ** 20;
/** Begins what was drained in one go: gzip, without a name and a time. */
const MEMBER = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0]);

/** Where the archive of an outbox is, unless it is told otherwise. */
export function archiveBeside(outbox: string): string {
  return join(dirname(resolve(outbox)), 'archive');
}

/** One process' way into the archive. Its files are its own, so that nothing ever comes after what a kill has cut short. */
export class Archive {
  readonly directory: string;
  readonly #fileBytes: number;
  #file: { handle: FileHandle; bytes: number } | undefined;
  #sequence = 0;
  /** One after the other, whoever appends. */
  #turn: Promise<unknown> = Promise.resolve();
  readonly #process = `${process.pid}-${randomBytes(4).toString('hex')}`;

  constructor(directory: string, fileBytes = FILE_BYTES) {
    this.directory = resolve(directory);
    this.#fileBytes = fileBytes;
  }

  /** Resolves once the lines are on the disk, compressed by another thread. @throws when none of it counts */
  append(texts: Buffer[]): Promise<void> {
    const done = this.#turn.then(() => this.#append(texts));
    this.#turn = done.catch(() => undefined);
    return done;
  }

  async close(): Promise<void> {
    await this.#turn;
    await this.#end();
  }

  async #append(texts: Buffer[]): Promise<void> {
    // The fastest level: it makes a tenth of it, the best one not much less at five times the cost.
    const member = await compressed(Buffer.concat(texts), { level: 1 });
    const file = (this.#file ??= await this.#begin());
    try {
      for (let done = 0; done < member.length;) done += (await file.handle.write(member, done, member.length - done, file.bytes + done)).bytesWritten;
      await file.handle.datasync();
    } catch (error) {
      await file.handle.truncate(file.bytes).catch(() => undefined);
      await this.#end();
      throw error;
    }
    file.bytes += member.length;
    if (file.bytes >= this.#fileBytes) await this.#end();
  }

  async #end(): Promise<void> {
    const file = this.#file;
    this.#file = undefined;
    await file?.handle.close().catch(() => undefined);
  }

  async #begin(): Promise<{ handle: FileHandle; bytes: number }> {
    await mkdir(this.directory, { recursive: true, mode: 0o700 });
    const name = `${Date.now()}-${String(this.#sequence++).padStart(6, '0')}-${this.#process}${SUFFIX}`;
    const handle = await open(join(this.directory, name), 'wx', 0o600);
    try {
      await flushFolder(this.directory);
    } catch (error) {
      await handle.close();
      throw error;
    }
    return { handle, bytes: 0 };
  }
}

export interface ArchiveFigures {
  files: number;
  bytes: number;
}

export async function archiveFigures(directory: string): Promise<ArchiveFigures> {
  const paths = await filesIn(directory);
  const sizes = await Promise.all(paths.map((path) => stat(path).then(({ size }) => size)));
  return { files: paths.length, bytes: sizes.reduce((sum, size) => sum + size, 0) };
}

/**
 * All records of an archive, the oldest file first, as many at once as were drained at once. A record that was drained again after a fault is
 * there twice, which changes nothing. What is cut short or damaged is told, and the rest is read all the same.
 */
export async function* readArchive(directory: string, damaged: (damage: { file: string; reason: string }) => void): AsyncGenerator<ProvenanceRecord[]> {
  for (const file of await filesIn(directory)) {
    const bytes = await readFile(file);
    for (const member of membersOf(bytes)) {
      let isWhole = true;
      const text = await decompressed(member).catch((error: Error) => {
        isWhole = false;
        damaged({ file, reason: error.message });
        return decompressed(member, CUT_SHORT).catch(() => undefined);
      });
      if (text) yield recordsIn(text.toString('utf8'), (_, reason) => damaged({ file, reason }), !isWhole);
    }
  }
}

/** Split where members begin, so that a damaged one leaves the next in peace. */
function* membersOf(bytes: Buffer): Generator<Buffer> {
  let from = 0;
  while (from < bytes.length) {
    const next = bytes.indexOf(MEMBER, from + 1);
    const to = next < 0 ? bytes.length : next;
    yield bytes.subarray(from, to);
    from = to;
  }
}

async function filesIn(directory: string): Promise<string[]> {
  const names = await readdir(directory).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  return names.filter((name) => name.endsWith(SUFFIX)).sort().map((name) => join(directory, name));
}
