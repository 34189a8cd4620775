// Runs in: worker. What may leave the process of a value: no more than Temporal itself would show.
import { createHmac } from 'node:crypto';
import type { LoadedDataConverter } from '@temporalio/common';
import { sha256 } from '../model/id.ts';
import { preview, redactText, whole } from '../model/redact.ts';
import { decode, type Decoded, describe, describeList, type Digest, HIDDEN, isUndecoded, UNWRITABLE } from '../model/value.ts';
import type { Properties } from '../model/record.ts';

/** How much is kept of values: their digests alone; a short preview as well; all of them, up to 64 KiB each. */
export const VALUES_MODES = ['digest', 'preview', 'full'] as const;
export type ValuesMode = (typeof VALUES_MODES)[number];

/** For all, or by type of activity and workflow. */
export type ValuesOption = ValuesMode | { default?: ValuesMode; activities?: { [type: string]: ValuesMode }; workflows?: { [type: string]: ValuesMode } };

/** A key for the digests of values, so that nobody without it finds a value by guessing. */
export interface DigestKey {
  /** Names the key; stored beside each digest. Default: made from the key, without telling it. */
  id?: string;
  /** At least 16 bytes. */
  key: string | Uint8Array;
}

/** A key that is none. The message says what to do. */
export class BadDigestKeyError extends Error {
  override name = 'BadDigestKeyError';
}

/** With its id. */
type NamedKey = Required<DigestKey>;

/** The key that PROVENANCE_DIGEST_KEY and PROVENANCE_DIGEST_KEY_ID give, if any. */
export function digestKeyFromEnvironment(env: NodeJS.ProcessEnv = process.env): DigestKey | undefined {
  const key = env.PROVENANCE_DIGEST_KEY;
  return key ? { ...(env.PROVENANCE_DIGEST_KEY_ID && { id: env.PROVENANCE_DIGEST_KEY_ID }), key } : undefined;
}

/**
 * With a payload codec configured, values are secret to Temporal: then only keyed digests of them are kept, since the digest of a
 * guessable value tells the value; and without a key none. No previews nor failure messages either, unless `values` asks for them.
 */
export class Privacy {
  readonly #converter: LoadedDataConverter;
  readonly #hasCodec: boolean;
  readonly #values: ValuesOption | undefined;
  readonly #mode: ValuesMode;
  readonly #key: NamedKey | undefined;
  readonly #digest: Digest | undefined;
  #opens = true;
  readonly #views = new Map<string, Privacy>();

  /** @throws BadDigestKeyError */
  constructor(converter: LoadedDataConverter, options: { values?: ValuesOption | undefined; digestKey?: DigestKey | undefined } = {}, mode?: ValuesMode) {
    this.#converter = converter;
    this.#hasCodec = converter.payloadCodecs.length > 0;
    this.#values = options.values;
    this.#mode = mode ?? (typeof options.values === 'string' ? options.values : options.values?.default) ?? (this.#hasCodec ? 'digest' : 'preview');
    this.#key = checkedKey(options.digestKey);
    this.#digest = this.#key ? keyed(this.#key.key) : this.#hasCodec ? undefined : sha256;
  }

  /** True where nothing but keyed digests may be kept of values: no words of theirs, no URIs and references in them. */
  get sealed(): boolean {
    return this.#hasCodec && this.#mode === 'digest';
  }

  /** Whether contents may be shown, in a Detail. */
  get shows(): boolean {
    return this.#mode !== 'digest';
  }

  /** Whether a payload codec is configured: then no key names of values stand in headers, which codecs don't touch. */
  get hasCodec(): boolean {
    return this.#hasCodec;
  }

  /** As it is for payloads that are still as the codec left them: a digest of those would be none of the value. */
  undecoded(): Privacy {
    if (!this.#hasCodec) return this;
    const view = new Privacy(this.#converter, {}, 'digest');
    view.#opens = false;
    return view;
  }

  /** As it is for values of this type of activity. */
  forActivity(type: string): Privacy {
    return this.#for(typeof this.#values === 'object' ? this.#values.activities?.[type] : undefined);
  }

  /** As it is for values of this type of workflow. */
  forWorkflow(type: string): Privacy {
    return this.#for(typeof this.#values === 'object' ? this.#values.workflows?.[type] : undefined);
  }

  #for(mode: ValuesMode | undefined): Privacy {
    if (mode === undefined || mode === this.#mode) return this;
    const view = this.#views.get(mode) ?? new Privacy(this.#converter, { values: this.#values, digestKey: this.#key }, mode);
    this.#views.set(mode, view);
    return view;
  }

  /** A value as the payload converter would write it. @throws what the converter throws */
  decode(value: unknown): Decoded {
    return decode(this.#converter.payloadConverter.toPayload(value));
  }

  /** As `decode`; what the converter can't write is to us a value of which nothing is known. */
  decodedOrGap(value: unknown): Decoded {
    try {
      return this.decode(value);
    } catch {
      return UNWRITABLE;
    }
  }

  describe(value: Decoded): Properties {
    return this.#described([value], (digest) => describe(value, digest));
  }

  describeList(list: Decoded[]): Properties {
    return this.#described(list, (digest) => describeList(list, digest));
  }

  /** A step's arguments, as properties of the step. */
  describeInput(list: Decoded[]): Properties {
    const { digest, bytes, hidden, digestKeyId, gap } = this.describeList(list);
    return {
      ...(digest !== undefined && { inputDigest: digest }), ...(bytes !== undefined && { inputBytes: bytes }),
      ...(hidden !== undefined && { hidden }), ...(digestKeyId !== undefined && { digestKeyId }), ...(gap !== undefined && { inputGap: gap }),
    };
  }

  #described(list: Decoded[], work: (digest: Digest) => Properties): Properties {
    if (!this.#digest) return { hidden: this.#opens && !list.some(isUndecoded) ? HIDDEN.unkeyed : HIDDEN.undecoded };
    const { type, bytes, ...rest } = work(this.#digest);
    // Temporal sees neither how many parts a sealed value has nor, where the codec pads or compresses, its size.
    const described: Properties = this.sealed || type === undefined ? rest : { ...rest, bytes: bytes!, type };
    return this.#key && described.digest !== undefined ? { ...described, digestKeyId: this.#key.id } : described;
  }

  /** Properties for a Detail node; empty when nothing may be shown. */
  preview(name: string, value: Decoded | Decoded[]): Properties {
    if (!this.shows) return {};
    const list = Array.isArray(value) ? value : [value];
    const texts = list.map((each) => (this.#mode === 'full' ? whole(each) : undefined) ?? preview(each));
    const told: Properties = { [name]: Array.isArray(value) ? `[${texts.join(', ')}]` : texts[0]! };
    // Asked for all of it, whoever gets less must know.
    if (this.#mode === 'full' && list.some((each) => whole(each) === undefined)) told[`${name}IsPreview`] = true;
    return told;
  }

  /** Properties for a Detail node; empty when nothing may be shown. */
  failure(message: string, stack: string | undefined): Properties {
    if (!this.shows) return {};
    return { failureMessage: redactText(message), ...(stack !== undefined && { failureStack: redactText(stack) }) };
  }
}

function keyed(key: string | Uint8Array): Digest {
  return (data) => createHmac('sha256', key).update(data).digest('hex');
}

/** @throws BadDigestKeyError */
export function checkedKey(digestKey: DigestKey | undefined): NamedKey | undefined {
  if (digestKey === undefined) return undefined;
  const { id, key } = digestKey;
  if (id !== undefined && (typeof id !== 'string' || id === '')) throw new BadDigestKeyError("a digest key's id, which is stored beside the digests, must be a text that is not empty");
  const called = id === undefined ? 'the digest key' : `the digest key '${id}'`;
  if (typeof key !== 'string' && !(key instanceof Uint8Array)) throw new BadDigestKeyError(`${called} is neither a text nor bytes`);
  if (Buffer.byteLength(key) < 16) throw new BadDigestKeyError(`${called} is shorter than 16 bytes: make one with 'openssl rand -hex 32'`);
  // Two keys under one id would look as if their digests could be compared.
  return { id: id ?? keyed(key)('provenance key id').slice(0, 8), key };
}
