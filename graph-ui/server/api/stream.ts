// Runs in: server. Large answers as lines of JSON (NDJSON), as fast as the reader takes them.
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Response } from 'express';

export const LINES = 'application/x-ndjson';
/** Lines that are sent as one piece. */
const PIECE = 500;

/** The ETag of these lines. They are gone through for it, and are made again to be sent. */
export function etagOf(lines: Iterable<unknown>): string {
  const digest = createHash('sha256');
  for (const piece of pieces(lines)) digest.update(piece);
  return `"${digest.digest('base64url').slice(0, 27)}"`;
}

/** Ends without an error when the reader goes. */
export async function sendLines(response: Response, lines: Iterable<unknown>): Promise<void> {
  response.type(LINES);
  await pipeline(Readable.from(pieces(lines), { objectMode: false, highWaterMark: 64 * 1_024 }), response).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
  });
}

/** Nothing is made text before it is about to be sent. */
function* pieces(lines: Iterable<unknown>): Generator<string> {
  let piece: string[] = [];
  for (const line of lines) {
    piece.push(`${JSON.stringify(line)}\n`);
    if (piece.length < PIECE) continue;
    yield piece.join('');
    piece = [];
  }
  yield piece.join('');
}
