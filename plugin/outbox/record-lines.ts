// Runs in: worker, CLI. Records as lines of text, each with its checksum, so that a line that was cut short or changed is told from a whole one.
import { crc32 } from 'node:zlib';
import type { ProvenanceRecord } from '../model/record.ts';

/** The format's versions that can be read. */
const KNOWN = [1];

/** A checksum, a space, JSON. */
export function lineOf(record: ProvenanceRecord): string {
  const json = JSON.stringify(record);
  return `${checksum(json)} ${json}\n`;
}

/**
 * The record that a line holds, without its line break.
 *
 * @throws Error that says why there is none
 */
export function recordOf(line: string): ProvenanceRecord {
  const space = line.indexOf(' ');
  const json = line.slice(space + 1);
  if (space < 0 || checksum(json) !== line.slice(0, space)) throw new Error('the record was cut short or changed on the disk: its checksum is another');
  const record = JSON.parse(json) as ProvenanceRecord;
  if (!KNOWN.includes(record.v)) throw new Error(`the record's format is version ${String(record.v)}, which this version of temporal-provenance does not know`);
  return record;
}

/**
 * All records of a text, in their order; what is none is told to `unreadable`.
 *
 * @param isGrowing true for a file that is still written to: its last line may be half there
 */
export function recordsIn(text: string, unreadable: (line: string, reason: string) => void, isGrowing = false): ProvenanceRecord[] {
  const lines = text.split('\n');
  const rest = lines.pop()!;
  if (rest !== '' && !isGrowing) lines.push(rest);
  const records: ProvenanceRecord[] = [];
  for (const line of lines) {
    try {
      records.push(recordOf(line));
    } catch (error) {
      unreadable(line, (error as Error).message);
    }
  }
  return records;
}

function checksum(json: string): string {
  return crc32(json).toString(36);
}
