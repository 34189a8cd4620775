import { afterEach, expect, it, vi } from 'vitest';
import { Stopwatch } from '../../../plugin/capture/stopwatch.ts';

afterEach(() => void vi.useRealTimers());

it('is not led astray by a clock that is set while it runs', async () => {
  const stopwatch = new Stopwatch();
  await new Promise((resolve) => setTimeout(resolve, 20));
  vi.useFakeTimers({ toFake: ['Date'], now: stopwatch.startedAt.getTime() + 86_400_000 });
  const forward = stopwatch.now().getTime() - stopwatch.startedAt.getTime();
  vi.setSystemTime(stopwatch.startedAt.getTime() - 86_400_000);
  const back = stopwatch.now().getTime() - stopwatch.startedAt.getTime();
  for (const spent of [forward, back]) {
    expect(spent).toBeGreaterThanOrEqual(15);
    expect(spent).toBeLessThan(10_000);
  }
});
