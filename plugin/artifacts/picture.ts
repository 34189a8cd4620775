// Runs in: worker. A plot or other small picture in a file, for people to look at.
import { open, stat } from 'node:fs/promises';
import { sha256 } from '../model/id.ts';
import type { Properties } from '../model/record.ts';
import { withoutSecrets } from '../model/redact.ts';

/** In bytes. */
const LARGEST = 128 * 1_024;

/** What could run, fetch or swell where somebody opens the picture by itself. */
const UNSAFE = /<script|<foreignObject|<!ENTITY|\son\w+\s*=|javascript:/i;

/**
 * `{picture, pictureType}`: base64, and the media type that the bytes themselves tell; `{previewLeftOut}`, why it can't be kept.
 * Undefined for what is no picture, or is no longer what the digest was taken of. Never throws.
 */
export async function pictureIn(path: string, digest: string): Promise<Properties | undefined> {
  try {
    // Asked first: opening a pipe would wait for whoever writes into it.
    const found = await stat(path);
    if (!found.isFile()) return undefined;
    const bytes = await beginning(path, Math.min(found.size, LARGEST + 1));
    const pictureType = typeOf(bytes);
    if (pictureType === undefined) return undefined;
    if (bytes.byteLength > LARGEST) return { previewLeftOut: 'larger than 128 KiB' };
    if (sha256(bytes) !== digest) return undefined;
    if (pictureType !== SVG) return { picture: bytes.toString('base64'), pictureType };
    const drawing = bytes.toString();
    if (UNSAFE.test(drawing)) return { previewLeftOut: 'an SVG that is more than a drawing' };
    return withoutSecrets(drawing) === drawing ? { picture: bytes.toString('base64'), pictureType } : { previewLeftOut: 'a secret is written in it' };
  } catch {
    return undefined;
  }
}

async function beginning(path: string, length: number): Promise<Buffer> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

const SVG = 'image/svg+xml';

function typeOf(bytes: Buffer): string | undefined {
  const head = bytes.toString('latin1', 0, 4_096);
  if (head.startsWith('\x89PNG\r\n\x1a\n')) return 'image/png';
  if (head.startsWith('\xff\xd8\xff')) return 'image/jpeg';
  if (/^GIF8[79]a/.test(head)) return 'image/gif';
  if (head.startsWith('RIFF') && head.slice(8, 12) === 'WEBP') return 'image/webp';
  const text = head.replace(/^\xef\xbb\xbf/, '').replace(/<!--[^]*?-->/g, '');
  return /^\s*(?:<\?xml[^>]*>\s*)?(?:<!DOCTYPE\s+svg[^>[]*>\s*)?<svg[\s>]/i.test(text) ? SVG : undefined;
}
