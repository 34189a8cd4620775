// Runs in: worker, CLI. What lies in an outbox's folder, read without disturbing who writes into it.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { ProvenanceRecord } from '../model/record.ts';
import { recordsIn } from './record-lines.ts';

const SUFFIX = '.records';

/** A file of records: when it was begun and by whom, and who is to drain it. */
export interface SegmentFile {
  /** Sorts by time. */
  begun: string;
  owner: string;
  path: string;
}

export interface OutboxFigures {
  /** Records that the graph does not have yet. */
  records: number;
  bytes: number;
  /** When the oldest of them was put here, by the worker's clock. */
  oldest: Date | undefined;
  quarantined: number;
}

export function segmentPath(directory: string, begun: string, owner: string): string {
  return join(directory, `${begun}~${owner}${SUFFIX}`);
}

/** @returns the segments, oldest first, and the names of all else */
export function sortedFiles(directory: string, names: string[]): { segments: SegmentFile[]; others: string[] } {
  const segments: SegmentFile[] = [];
  const others: string[] = [];
  for (const name of names.sort()) {
    const [begun, owner] = name.slice(0, -SUFFIX.length).split('~');
    if (name.endsWith(SUFFIX) && begun && owner) segments.push({ begun, owner, path: join(directory, name) });
    else others.push(name);
  }
  return { segments, others };
}

/** The oldest records that lie there, at most `most`. */
export function recordsInFolder(directory: string, most: number): ProvenanceRecord[] {
  const records: ProvenanceRecord[] = [];
  for (const { path } of segmentsIn(directory)) {
    if (records.length >= most) break;
    records.push(...recordsIn(textOf(path), () => undefined, true));
  }
  return records.slice(0, most);
}

export function figuresOf(directory: string): OutboxFigures {
  const figures: OutboxFigures = { records: 0, bytes: 0, oldest: undefined, quarantined: quarantineIn(directory).length };
  for (const { path, begun } of segmentsIn(directory)) {
    const text = textOf(path);
    if (text === '') continue;
    figures.records += linesIn(text);
    figures.bytes += statSync(path, { throwIfNoEntry: false })?.size ?? 0;
    figures.oldest ??= begunAt(begun);
  }
  return figures;
}

export function begunAt(begun: string): Date {
  return new Date(Number(begun.split('-')[0]));
}

/** Where set-aside records lie. */
export function quarantineFolder(directory: string): string {
  return join(directory, 'quarantine');
}

/** Files of set-aside records, oldest first. */
export function quarantineIn(directory: string): string[] {
  const folder = quarantineFolder(directory);
  return namesIn(folder).filter((name) => name.endsWith('.json')).sort().map((name) => join(folder, name));
}

function segmentsIn(directory: string): SegmentFile[] {
  return sortedFiles(directory, namesIn(directory)).segments;
}

function namesIn(directory: string): string[] {
  return unlessGone(() => readdirSync(directory), []);
}

/** Empty for a file that was drained meanwhile. */
function textOf(path: string): string {
  return unlessGone(() => readFileSync(path, 'utf8'), '');
}

function unlessGone<T>(read: () => T, otherwise: T): T {
  try {
    return read();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return otherwise;
    throw error;
  }
}

function linesIn(text: string): number {
  let lines = 0;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lines++;
  return lines;
}
