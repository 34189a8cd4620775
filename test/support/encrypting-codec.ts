// Runs in: tests. A payload codec that encrypts (AES-256-GCM).
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { Payload, PayloadCodec } from '@temporalio/common';
import { temporal } from '@temporalio/proto';

const { Payload: Proto } = temporal.api.common.v1;
const key = randomBytes(32);
const NONCE = 12;
const TAG = 16;

export const encryptingCodec: PayloadCodec = {
  encode: async (payloads) => payloads.map((payload): Payload => {
    const nonce = randomBytes(NONCE);
    const cipher = createCipheriv('aes-256-gcm', key, nonce);
    const data = Buffer.concat([nonce, cipher.update(Proto.encode(payload).finish()), cipher.final(), cipher.getAuthTag()]);
    return { metadata: { encoding: Buffer.from('binary/encrypted') }, data };
  }),
  decode: async (payloads) => payloads.map((payload): Payload => {
    const data = Buffer.from(payload.data!);
    const decipher = createDecipheriv('aes-256-gcm', key, data.subarray(0, NONCE));
    decipher.setAuthTag(data.subarray(-TAG));
    return Proto.decode(Buffer.concat([decipher.update(data.subarray(NONCE, -TAG)), decipher.final()])) as Payload;
  }),
};
