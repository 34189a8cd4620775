// Runs in: worker, CLI. Records that the graph refused or that could not be read, set aside each in its file with the reason, until somebody has them tried again.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdir, open, readFile, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { ProvenanceRecord } from '../model/record.ts';
import { quarantineFolder, quarantineIn } from './folder.ts';
import { lineOf, recordOf } from './record-lines.ts';

/** A record that the graph refused, kept apart with its reason so that it blocks nothing. */
export interface Quarantined {
  /** Undefined for what could not be read. */
  record?: ProvenanceRecord;
  reason: string;
  /** ISO 8601. */
  since: string;
}

/** As it lies on the disk: the line is what was in the outbox, byte for byte as far as it was text. */
interface Kept extends Omit<Quarantined, 'record'> {
  line: string;
}

/** Resolves once it is on the disk. The same line again is the same file. */
export async function setAside(directory: string, line: string, reason: string): Promise<void> {
  const folder = quarantineFolder(directory);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const kept: Kept = { reason, since: new Date().toISOString(), line };
  const file = await open(join(folder, `${createHash('sha256').update(line).digest('hex').slice(0, 32)}.json`), 'w', 0o600);
  try {
    await file.writeFile(`${JSON.stringify(kept)}\n`);
    await file.datasync();
  } finally {
    await file.close();
  }
}

export function refused(directory: string, record: ProvenanceRecord, reason: string): Promise<void> {
  return setAside(directory, lineOf(record).trimEnd(), reason);
}

/** All that is set aside, by the time that it was. */
export function quarantinedIn(directory: string): Quarantined[] {
  return quarantineIn(directory).map((path) => {
    const { line, ...kept } = JSON.parse(readFileSync(path, 'utf8')) as Kept;
    try {
      return { ...kept, record: recordOf(line) };
    } catch {
      return kept;
    }
  }).sort((a, b) => (a.since < b.since ? -1 : 1));
}

/**
 * Gives back to the outbox what this version can read, to be tried again.
 *
 * @returns how many were given back, and how many stay
 */
export async function replay(directory: string, put: (record: ProvenanceRecord) => Promise<void>): Promise<{ replayed: number; left: number }> {
  let replayed = 0;
  let left = 0;
  for (const path of quarantineIn(directory)) {
    let record: ProvenanceRecord;
    try {
      record = recordOf((JSON.parse(await readFile(path, 'utf8')) as Kept).line);
    } catch {
      left++;
      continue;
    }
    await put(record);
    await unlink(path);
    replayed++;
  }
  return { replayed, left };
}
