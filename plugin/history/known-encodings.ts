// Runs in: CLI. Tells payloads that anybody can read from those that some codec has closed, where no codec is given.
import type { PayloadCodec } from '@temporalio/common';

/** Of the SDKs' own payload converters. */
const KNOWN = new Set(['binary/null', 'binary/plain', 'json/plain', 'json/protobuf', 'binary/protobuf']);
const decoder = new TextDecoder();

/** Decodes nothing: it refuses what is encoded in a way that no SDK has by itself, whose digest would be none of the value. */
export const knownEncodings: PayloadCodec = {
  encode: async (payloads) => payloads,
  decode: async (payloads) => {
    for (const { metadata } of payloads) {
      const encoding = decoder.decode(metadata?.encoding ?? new Uint8Array());
      if (!KNOWN.has(encoding)) throw new Error(`payloads encoded as '${encoding}' need a codec to be read`);
    }
    return payloads;
  },
};
