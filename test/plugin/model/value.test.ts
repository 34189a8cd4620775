import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import { defaultPayloadConverter, type Payload } from '@temporalio/common';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import canonicalize from '../../../plugin/model/canonicalize.ts';
import { preview } from '../../../plugin/model/redact.ts';
import { decode, describe as describeValue, digestOf } from '../../../plugin/model/value.ts';
import { findReferences, lookThrough } from '../../../plugin/model/look.ts';

const payload = (value: unknown): Payload => defaultPayloadConverter.toPayload(value)!;

describe('values', () => {
  it('have one digest, however their JSON is written', () => {
    fc.assert(fc.property(fc.json(), (text) => {
      const value: unknown = JSON.parse(text);
      const spaced = { metadata: payload(value).metadata!, data: Buffer.from(JSON.stringify(value, null, 3)) };
      expect(digestOf(decode(spaced))).toBe(digestOf(decode(payload(value))));
    }), { seed: 5 });
    expect(digestOf(decode(payload({ a: 1, b: 2 })))).toBe(digestOf(decode(payload({ b: 2, a: 1 }))));
  });

  it('are written as RFC 8785 asks for', () => {
    const known = createRequire(import.meta.url)('canonicalize') as (value: unknown) => string;
    const json = fc.oneof(fc.jsonValue({ noUnicodeString: false }), fc.dictionary(fc.string({ unit: 'binary' }), fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.constant(undefined))));
    fc.assert(fc.property(json, (value) => void expect(canonicalize(value)).toBe(known(value))), { seed: 8785, numRuns: 1_000 });
    expect(canonicalize({ b: [undefined, 1e21, -0, '\ud800'], a: undefined, '\ufb33': 1, '😀': 2 })).toBe('{"b":[null,1e+21,0,"\\ud800"],"😀":2,"\ufb33":1}');
    const circle: unknown[] = [];
    circle.push({ circle });
    for (const none of [NaN, [Infinity], { n: 1n }, circle]) expect(() => canonicalize(none)).toThrow(TypeError);
  });

  it('are digested however deep they are, and what is not looked at in them is said', () => {
    const deep = { metadata: payload(1).metadata!, data: Buffer.from(`${'['.repeat(100_000)}"s3://b/k"${']'.repeat(100_000)}`) };
    expect(describeValue(decode(deep))).toEqual({ digest: createHash('sha256').update(deep.data).digest('hex'), bytes: 200_010, type: 'array(1)' });
    expect(preview(decode(deep))).toContain('[deeper]');
    expect(lookThrough(decode(deep).json)).toEqual({ references: [], mentions: [], leftOut: 0, incomplete: true });
  });

  it('of bytes are digested as bytes', () => {
    expect(describeValue(decode(payload(new TextEncoder().encode('abc')))))
      .toEqual({ digest: 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad', bytes: 3, type: 'bytes' });
  });

  it('that are nothing have no bytes, also as a history gives them', () => {
    const { metadata } = payload(undefined);
    for (const data of [new Uint8Array(), undefined, []]) expect(describeValue(decode({ metadata, data } as Payload))).toMatchObject({ bytes: 0, type: 'null' });
  });

  it('give up the references inside of them, with the path', () => {
    const reference = { kind: 'model', uri: 's3://b/m', version: 'v1' };
    expect(findReferences([{ deep: [reference] }, { kind: 'x', uri: 'y' }])).toEqual([{ path: '/0/deep/0', reference }]);
  });

  it('are previewed without secrets', () => {
    const text = preview(decode(payload({ password: 'hunter2', nested: { apiKey: 'k', ok: 1 }, url: 'https://u:p4ss@h/x', header: 'Bearer abcdefghijkl' })));
    expect(text).toContain('"ok":1');
    for (const secret of ['hunter2', '"k"', 'p4ss', 'abcdefghijkl']) expect(text).not.toContain(secret);
  });
});
