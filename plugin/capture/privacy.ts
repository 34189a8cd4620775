// Runs in: worker. What may leave the process of a value: no more than Temporal itself would show.
import type { LoadedDataConverter } from '@temporalio/common';
import { decode, type Decoded, describe, describeList, preview, redactText } from '../model/value.ts';
import type { Properties } from '../model/record.ts';

/**
 * With a payload codec configured, values are secret to Temporal: then neither previews nor messages nor digests of values
 * are kept, since the digest of a guessable value tells the value.
 */
export class Privacy {
  readonly #converter: LoadedDataConverter;
  readonly sealed: boolean;

  constructor(converter: LoadedDataConverter) {
    this.#converter = converter;
    this.sealed = converter.payloadCodecs.length > 0;
  }

  /** A value as the payload converter would write it. @throws what the converter throws */
  decode(value: unknown): Decoded {
    return decode(this.#converter.payloadConverter.toPayload(value));
  }

  describe(value: Decoded): Properties {
    return this.sealed ? { hidden: 'payload codec' } : describe(value);
  }

  describeList(list: Decoded[]): Properties {
    return this.sealed ? { hidden: 'payload codec' } : describeList(list);
  }

  /** Properties for a Detail node; empty when nothing may be shown. */
  preview(name: string, value: Decoded | Decoded[]): Properties {
    if (this.sealed) return {};
    return { [name]: Array.isArray(value) ? `[${value.map(preview).join(', ')}]` : preview(value) };
  }

  /** Properties for a Detail node; empty when nothing may be shown. */
  failure(message: string, stack: string | undefined): Properties {
    if (this.sealed) return {};
    return { failureMessage: redactText(message), ...(stack !== undefined && { failureStack: redactText(stack) }) };
  }
}
