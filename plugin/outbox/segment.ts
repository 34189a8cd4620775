// Runs in: worker. One file that records are appended to: each group of them is on the disk when it is said to be, or it is not there at all.
import { close, constants, fdatasync, fsync, ftruncate, open, write } from 'node:fs';
import { mkdir, stat } from 'node:fs/promises';
import { promisify } from 'node:util';

// The promises of node:fs/promises cost twice as much.
const [closed, flushed, fullyFlushed, cut, opened, written] = [close, fdatasync, fsync, ftruncate, open, write].map((call) => promisify(call as never)) as unknown as [
  (fd: number) => Promise<void>, (fd: number) => Promise<void>, (fd: number) => Promise<void>, (fd: number, length: number) => Promise<void>,
  (path: string, flags: number, mode?: number) => Promise<number>,
  (fd: number, data: Buffer, offset: number, length: number, position: number) => Promise<{ bytesWritten: number }>,
];

/** A write is over once it is on the disk. Of the two, write and flush, one goes to another thread and back: that is what takes a worker's time. Windows has no such thing. */
const DURABLE = (constants as { O_DSYNC?: number }).O_DSYNC;

export class Segment {
  /** Changes when it is given to another owner. */
  path: string;
  /** Sorts by time. */
  readonly begun: string;
  bytes: number;
  /** Undefined for one that was taken over, until it is read. */
  records: number | undefined;
  /** Called once the graph has all of it. */
  readonly settled: (() => void)[] = [];
  #fd: number | undefined;

  constructor(path: string, begun: string, bytes = 0, records?: number) {
    this.path = path;
    this.begun = begun;
    this.bytes = bytes;
    this.records = records;
  }

  /** Begins a new one, whose name lasts as well. */
  static async begin(directory: string, path: string, begun: string): Promise<Segment> {
    const segment = new Segment(path, begun, 0, 0);
    await mkdir(directory, { recursive: true, mode: 0o700 });
    segment.#fd = await opened(path, constants.O_CREAT | constants.O_EXCL | constants.O_WRONLY | (DURABLE ?? 0), 0o600);
    try {
      await flushFolder(directory);
    } catch (error) {
      await segment.end();
      throw error;
    }
    return segment;
  }

  /** Resolves once all of it is on the disk. @throws when none of it counts */
  async append(text: Buffer, records: number): Promise<void> {
    const fd = this.#fd!;
    try {
      for (let done = 0; done < text.length;) done += (await written(fd, text, done, text.length - done, this.bytes + done)).bytesWritten;
      if (DURABLE === undefined) await flushed(fd);
    } catch (error) {
      // What is half there would stand in the way of what comes next. If not even that goes, its checksum tells.
      await cut(fd, this.bytes).catch(() => undefined);
      throw error;
    }
    this.bytes += text.length;
    this.records! += records;
  }

  /** No more is appended. */
  async end(): Promise<void> {
    const fd = this.#fd;
    this.#fd = undefined;
    if (fd !== undefined) await closed(fd);
  }

  /** False once another process has taken it over. */
  async isThere(): Promise<boolean> {
    return stat(this.path).then(() => true, (error: NodeJS.ErrnoException) => error.code !== 'ENOENT');
  }
}

/** Makes the names of new files last. Some systems know no such thing: there the names last anyway. */
export async function flushFolder(directory: string): Promise<void> {
  if (process.platform === 'win32') return;
  const fd = await opened(directory, constants.O_RDONLY);
  try {
    await fullyFlushed(fd);
  } finally {
    await closed(fd);
  }
}
