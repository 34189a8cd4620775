import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { silentProgress } from '../../worker/engines/index.ts';
import { temporaryDirectory } from '../support/recorded.ts';
import { chaos } from './chaos.ts';

describe('while workers, Neo4j and Temporal are killed', () => {
  it('nothing is lost, nothing is there twice, nothing untrue is said, and no pipeline fails', async () => {
    const { path, remove } = await temporaryDirectory();
    const { runs, attempts, kills, verdict, audit, undrained } = await chaos({ seed: 'short', ms: 8_000, directory: join(path, 'chaos'), progress: silentProgress });
    expect(verdict).toMatchObject({ missing: [], duplicate: [], falseCommitted: [], failedByPlugin: [] });
    expect(audit).toMatchObject({ complete: true, runs, seals: { sealed: runs } });
    expect(undrained).toBe(0);
    expect(attempts).toBeGreaterThan(runs);
    for (const count of [runs, ...Object.values(kills)]) expect(count).toBeGreaterThan(0);
    await remove();
  }, 300_000);
});
