import { describe, expect, it } from 'vitest';
import { jsonText, preview, redactText } from '../../../plugin/model/redact.ts';
import { decode } from '../../../plugin/model/value.ts';

const valueOf = (json: unknown) => decode({ metadata: { encoding: Buffer.from('json/plain') }, data: Buffer.from(JSON.stringify(json)) });

describe('secrets in texts', () => {
  it.each([
    ['a password in a URI', 'see postgres://me:p@ss@db/x', 'see postgres://[redacted]@db/x'],
    ['a token', `with ghp_${'a'.repeat(30)}`, 'with [redacted]'],
    ['what follows a telling word', 'password: hunter22, host: x', '[redacted], host: x'],
    ['quoted words with spaces', "password: 'correct horse battery'", '[redacted]'],
    ['JSON within a text', JSON.stringify('{"password":"hunter2"}'), '"{\\"[redacted]}"'],
    ['a key, begun and not ended', 'a -----BEGIN PRIVATE KEY-----\nabc', 'a [redacted]'],
    ['a header', 'Authorization: Basic dXNlcjpwYXNzd29yZA==', 'Authorization: [redacted]'],
  ])('leaves out %s', (_, text, expected) => {
    expect(redactText(text)).toBe(expected);
  });

  it.each(['Basic understanding of it', 'sk-learn-model-training', 'the token is gone', 's3://bucket/a@b/c'])('leaves alone: %s', (text) => {
    expect(redactText(text)).toBe(text);
  });

  it('leaves no half of a secret at a cut', () => {
    const text = `${'x '.repeat(7_995)}token=abcdefgh${'i'.repeat(4_000)}`;
    expect(redactText(text)).not.toMatch(/abcd/);
  });
});

describe('values as texts', () => {
  it('leave out what stands at telling keys, in any spelling, and where it comes again', () => {
    const text = preview(valueOf({ dbPass: 'Swordfish-4711', nested: [{ 'API-Key': 'k' }], note: 'it is Swordfish-4711', max_tokens: 7, [`ghp_${'b'.repeat(30)}`]: 1 }));
    expect(text).toMatch(/^\{"dbPass":"\[redacted\]","nested":\[\{"API-Key":"\[redacted\]"\}\],"note":"it is \[redacted\]","max_tokens":7,"\[redacted:[0-9a-f]{12}\]":1\}$/);
  });

  it('are cut where nobody reads on, without looking at the rest', () => {
    const large = Array.from({ length: 100_000 }, (_, index) => ({ index, name: `row ${index}` }));
    const text = preview({ encoding: 'json/plain', json: large, bytes: new Uint8Array() });
    expect(text).toHaveLength(1_001);
    expect(text.startsWith('[{"index":0,"name":"row 0"},')).toBe(true);
  });

  it('never fail', () => {
    const circle: Record<string, unknown> = { big: 10n, map: new Map([['a', 1]]), twice: [] };
    circle.self = circle;
    expect(jsonText(circle)).toBe('{"big":10,"map":{"a":1},"twice":[],"self":"[again]"}');
    expect(jsonText(Object.defineProperty({}, 'x', { enumerable: true, get: () => { throw new RangeError('no'); } }))).toBe('"[unreadable: RangeError]"');
    const shared = { a: 1 };
    expect(jsonText([shared, shared])).toBe('[{"a":1},{"a":1}]');
  });
});
