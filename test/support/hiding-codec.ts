// Runs in: tests. A payload codec that hides what it is given, as an encrypting one would.
import type { Payload, PayloadCodec } from '@temporalio/common';
import { temporal } from '@temporalio/proto';

const { Payload: Proto } = temporal.api.common.v1;
const flipped = (bytes: Uint8Array) => bytes.map((byte) => byte ^ 0x5a);

export const hidingCodec: PayloadCodec = {
  encode: async (payloads) => payloads.map((payload): Payload => ({ metadata: { encoding: Buffer.from('binary/hidden') }, data: flipped(Proto.encode(payload).finish()) })),
  decode: async (payloads) => payloads.map((payload) => Proto.decode(flipped(payload.data!)) as Payload),
};
