// Runs in: worker, CLI. The files of an outbox's folder that are one process' to fill and to drain: those that it began, and those that it took over from the dead.
import { mkdir, readdir, rename, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { segmentPath, sortedFiles } from './folder.ts';
import { NOBODY, Owner, ownerShownBy, SHOW_MS } from './owner.ts';
import { Segment } from './segment.ts';

/** A file is drained as a whole; so long, what is in a few of them fits one transaction. */
export const SEGMENT_BYTES = 512 * 1_024;

export class OwnSegments {
  /** What all other processes have there, as it was last looked for. */
  othersBytes = 0;
  readonly #directory: string;
  readonly #owner: Owner;
  /** Writing, ending and giving up files goes one after the other. */
  #turn: Promise<unknown> = Promise.resolve();
  #open: Segment | undefined;
  #ended: Segment[] = [];
  #endedBytes = 0;
  #endedRecords = 0;
  #sequence = 0;
  #showing: NodeJS.Timeout | undefined;

  constructor(directory: string) {
    this.#directory = directory;
    this.#owner = new Owner(directory);
  }

  /** To be drained, oldest first. */
  get ended(): readonly Segment[] {
    return this.#ended;
  }

  get bytes(): number {
    return this.#endedBytes + (this.#open?.bytes ?? 0);
  }

  /** What was taken over counts as one, until it is read. */
  get records(): number {
    return this.#endedRecords + (this.#open?.records ?? 0);
  }

  get oldest(): Segment | undefined {
    return this.#ended[0] ?? (this.#open?.records ? this.#open : undefined);
  }

  /** Resolves once it is on the disk. @throws when none of it counts */
  append(text: Buffer, records: number): Promise<Segment> {
    return this.#alone(() => this.#append(text, records));
  }

  /** What is being filled can be drained from now on. */
  async endOpen(): Promise<void> {
    if (this.#open) await this.#alone(() => this.#end());
  }

  /** How many records are in one that was taken over. */
  counted(segment: Segment, records: number): void {
    this.#endedRecords += records - (segment.records ?? 1);
    segment.records = records;
  }

  /** One that is drained, or that another has taken: nobody waits for it here any more. */
  forget(segment: Segment): void {
    for (const settled of segment.settled.splice(0)) settled();
    if (!this.#ended.includes(segment)) return;
    this.#ended = this.#ended.filter((each) => each !== segment);
    this.#endedBytes -= segment.bytes;
    this.#endedRecords -= segment.records ?? 1;
  }

  /** Takes over what dead processes left, and looks how much the living have there. */
  async takeOver(): Promise<void> {
    const { segments, others } = sortedFiles(this.#directory, await this.#names());
    const owners = new Set([...segments.map(({ owner }) => owner), ...others.flatMap((name) => ownerShownBy(name) ?? [])]);
    owners.delete(this.#owner.name);
    const dead = new Set<string>();
    for (const owner of owners) if (await this.#owner.isDead(this.#directory, owner)) dead.add(owner);
    for (const { begun, path } of segments.filter(({ owner }) => dead.has(owner))) {
      await this.#show();
      const own = segmentPath(this.#directory, begun, this.#owner.name);
      // Of several that try, one gets it.
      if (await rename(path, own).then(() => true, () => false)) this.#add(new Segment(own, begun, await sizeOf(own)));
    }
    this.#ended.sort((a, b) => (a.begun < b.begun ? -1 : 1));
    for (const name of others) if (dead.has(ownerShownBy(name) ?? '')) await unlink(join(this.#directory, name)).catch(() => undefined);
    await this.measureOthers();
  }

  async measureOthers(): Promise<void> {
    const { segments } = sortedFiles(this.#directory, await this.#names());
    const sizes = await Promise.all(segments.filter(({ owner }) => owner !== this.#owner.name).map(({ path }) => sizeOf(path)));
    this.othersBytes = sizes.reduce((sum, size) => sum + size, 0);
  }

  /** Gives up what is left, for whoever comes next. */
  async release(): Promise<void> {
    await this.#alone(async () => {
      await this.#end();
      for (const segment of this.#ended) {
        this.forget(segment);
        await rename(segment.path, segmentPath(this.#directory, segment.begun, NOBODY)).catch(() => undefined);
      }
      clearInterval(this.#showing);
      this.#showing = undefined;
      await unlink(this.#owner.file).catch(() => undefined);
    });
  }

  async close(): Promise<void> {
    await this.release();
    this.#owner.gone();
  }

  async #append(text: Buffer, records: number): Promise<Segment> {
    for (;;) {
      const segment = (this.#open ??= await this.#begin());
      try {
        await segment.append(text, records);
      } catch (error) {
        // After a failed flush nobody knows what is on the disk: what comes next has a file of its own.
        if (!isNoRoom(error)) await this.#end();
        throw error;
      }
      const isOurs = !this.#owner.isInDoubt || (await segment.isThere());
      if (isOurs && segment.bytes < SEGMENT_BYTES) return segment;
      await this.#end();
      if (isOurs) return segment;
      // We were taken for dead: what was just written may have come too late to be read.
      this.forget(segment);
    }
  }

  async #begin(): Promise<Segment> {
    await this.#show();
    // Names must differ, also after the clock was set back: the owner has its own random part.
    const begun = `${Date.now()}-${String(this.#sequence++).padStart(9, '0')}-${this.#owner.name.slice(-8)}`;
    return Segment.begin(this.#directory, segmentPath(this.#directory, begun, this.#owner.name), begun);
  }

  /** From now on others can see that this process lives. */
  async #show(): Promise<void> {
    if (this.#showing) return;
    this.#showing = setInterval(() => void this.#owner.show().catch(() => undefined), SHOW_MS);
    this.#showing.unref();
    await mkdir(this.#directory, { recursive: true, mode: 0o700 });
    await this.#owner.show();
  }

  async #end(): Promise<void> {
    const segment = this.#open;
    if (!segment) return;
    this.#open = undefined;
    if (segment.records === 0) await unlink(segment.path).catch(() => undefined);
    else this.#add(segment);
    await segment.end();
  }

  /** Of a folder that can't be read: none. What can't be put there is said. */
  #names(): Promise<string[]> {
    return readdir(this.#directory).catch(() => []);
  }

  #add(segment: Segment): void {
    this.#ended.push(segment);
    this.#endedBytes += segment.bytes;
    this.#endedRecords += segment.records ?? 1;
  }

  #alone<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(work, work);
    this.#turn = done.catch(() => undefined);
    return done;
  }
}

/** The disk, a quota, or the longest allowed file. */
export function isNoRoom(error: unknown): boolean {
  return ['ENOSPC', 'EDQUOT', 'EFBIG'].includes((error as NodeJS.ErrnoException | undefined)?.code ?? '');
}

/** None for a file that is gone. */
function sizeOf(path: string): Promise<number> {
  return stat(path).then(({ size }) => size, () => 0);
}
