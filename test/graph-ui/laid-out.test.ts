// Runs in: tests. JSON on lines of its own, whole or cut off; other text is left alone.
import { expect, it } from 'vitest';
import { laidOut } from '../../graph-ui/web/panel/laid-out.ts';

it.each([
  ['{"a":1,"b":[true,null],"c":{},"d":[]}'], ['[{"x":"a, {b}: \\"c\\""},-1.5]'], ['[]'],
])('lays out %s as JSON.stringify does', (text) => {
  expect(laidOut(text)).toBe(JSON.stringify(JSON.parse(text), null, 2));
});

it('lays out what was cut off, as far as it goes', () => {
  expect(laidOut('{"rows":[{"id":1,"name":"O\'Hare, C…')).toBe('{\n  "rows": [\n    {\n      "id": 1,\n      "name": "O\'Hare, C…');
});

it('leaves other text alone', () => {
  for (const text of ['plain {"a":1}', '', '<b>[x]</b>']) expect(laidOut(text)).toBeNull();
});
