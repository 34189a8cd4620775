import { describe, expect, it } from 'vitest';
import { SameObjects } from '../../../plugin/history/same-objects.ts';

describe('equal objects of a history', () => {
  it('are one where one value alone brought them, and something in them is distinctive', () => {
    const objects = new SameObjects();
    const made = () => ({ rows: [{ id: 'order-20260101' }], ok: { small: 1 } });
    const brought = objects.brought(made(), 'activity/1/1') as ReturnType<typeof made>;
    const given = objects.given({ put: made() }) as { put: ReturnType<typeof made> };
    expect(given.put).toBe(brought);
    expect((objects.given([made().ok]) as unknown[])[0]).not.toBe(brought.ok);
  });

  it('may be nested deeply', () => {
    const objects = new SameObjects();
    const made = () => JSON.parse(`{"id":"order-20260101","deep":${'['.repeat(20_000)}1${']'.repeat(20_000)}}`) as unknown;
    const brought = objects.brought(made(), 'activity/1/1');
    expect((objects.given([made()]) as unknown[])[0] === brought).toBe(true);
  });
});
