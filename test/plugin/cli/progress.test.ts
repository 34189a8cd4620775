// Runs in: CLI (tests).
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createProgress } from '../../../plugin/cli/progress.ts';

let written: string[];

beforeEach(() => {
  written = [];
  vi.useFakeTimers();
  vi.stubEnv('NO_COLOR', undefined);
  vi.stubEnv('TERM', 'xterm');
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
});

const stream = (more: object) => ({ write: (text: string) => void written.push(text), ...more });
const ESCAPE = '\u001B';

test('off a terminal a quick step is one line, without colour', () => {
  const step = createProgress(stream({})).step('Starting Temporal');
  vi.advanceTimersByTime(900);
  step.done('Temporal is up');
  expect(written).toEqual(['✔ Temporal is up\n']);
});

test('off a terminal a slow step says so after 2 s, every 15 s, and at its end', () => {
  const step = createProgress(stream({})).step('Starting Temporal');
  step.update('building  it\n');
  vi.advanceTimersByTime(33_000);
  step.fail();
  step.done('not twice');
  expect(written).toEqual([
    'Starting Temporal … (building it)\n',
    '  still starting Temporal, 17s: building it\n',
    '  still starting Temporal, 32s: building it\n',
    '✖ Starting Temporal 33s\n',
  ]);
});

test('on a terminal running steps are redrawn in place, and no row is wider than it', () => {
  const progress = createProgress(stream({ isTTY: true, columns: 40 }));
  const first = progress.step('First');
  const second = progress.step('Second');
  second.update('x'.repeat(200));
  vi.advanceTimersByTime(1_000);
  const last = written.at(-1) ?? '';
  expect(last.startsWith(`${ESCAPE}[2F${ESCAPE}[J`)).toBe(true);
  const plain = last.replaceAll(new RegExp(`${ESCAPE}\\[\\d*[A-Za-z]`, 'g'), '');
  expect(plain.split('\n').map((row) => row.length <= 39)).toEqual([true, true, true]);
  first.done();
  expect(written.at(-1)).toContain(`${ESCAPE}[32m✔${ESCAPE}[39m First`);
  second.done();
  const count = written.length;
  vi.advanceTimersByTime(1_000);
  expect(written).toHaveLength(count);
});

test('NO_COLOR leaves out the colours only', () => {
  vi.stubEnv('NO_COLOR', '1');
  createProgress(stream({ isTTY: true })).step('First').done();
  expect(written.join('')).not.toContain(`${ESCAPE}[3`);
  expect(written.join('')).toContain(`${ESCAPE}[1F`);
});
