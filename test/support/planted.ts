// Runs in: tests. Looks for planted words in files.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readArchive } from '../../plugin/outbox/archive.ts';

/** All files below. */
export async function bytesOf(directory: string): Promise<Buffer> {
  const files = (await readdir(directory, { recursive: true, withFileTypes: true })).filter((file) => file.isFile());
  return Buffer.concat(await Promise.all(files.map(async (file) => filled(await readFile(join(file.parentPath, file.name)).catch(() => Buffer.alloc(0))))));
}

/** All that an archive holds, uncompressed. */
export async function archivedIn(directory: string): Promise<Buffer> {
  const texts: string[] = [];
  for await (const records of readArchive(directory, ({ reason }) => {
    throw new Error(reason);
  })) texts.push(JSON.stringify(records));
  return Buffer.from(texts.join('\n'));
}

/** Logs are made long, and written later. */
function filled(bytes: Buffer): Buffer {
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === 0) end--;
  return bytes.subarray(0, end);
}

/** The words that are found: as they are, as UTF-16, and in base64 at each of its three offsets. */
export function occurrences(bytes: Buffer, words: string[]): string[] {
  return words.filter((word) => {
    const shifted = [0, 1, 2].map((pad) => Buffer.from(`${'x'.repeat(pad)}${word}`).toString('base64').slice(pad === 0 ? 0 : 4, -4));
    return bytes.includes(word) || bytes.includes(Buffer.from(word, 'utf16le')) || shifted.some((text) => text.length > 8 && bytes.includes(text));
  });
}
