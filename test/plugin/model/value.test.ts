import { defaultPayloadConverter, type Payload } from '@temporalio/common';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { preview } from '../../../plugin/model/redact.ts';
import { decode, describe as describeValue, digestOf } from '../../../plugin/model/value.ts';
import { findReferences } from '../../../plugin/model/look.ts';

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

  it('of bytes are digested as bytes', () => {
    expect(describeValue(decode(payload(new TextEncoder().encode('abc')))))
      .toEqual({ digest: 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad', bytes: 3, type: 'bytes' });
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
