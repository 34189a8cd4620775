import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { artifactVersionId, attemptId, runId, stepId, type StepKey } from '../../../plugin/model/id.ts';

const text = fc.string({ unit: 'binary', maxLength: 12 });
const key = fc.record({
  run: fc.record({ namespace: text, workflowId: text, runId: text }),
  kind: fc.constantFrom('activity' as const, 'local' as const), id: text, occurrence: fc.integer({ min: 1, max: 3 }),
});

describe('ids', () => {
  it('differ when the things differ, whatever characters their names hold', () => {
    fc.assert(fc.property(key, key, (a, b) => {
      const same = JSON.stringify(wellFormed(a)) === JSON.stringify(wellFormed(b));
      expect(stepId(a) === stepId(b)).toBe(same);
    }), { seed: 3, numRuns: 500 });
  });

  it('are never longer than an index key may be, and differ still', () => {
    const long = (end: string) => runId({ namespace: 'default', workflowId: 'w'.repeat(5_000) + end, runId: 'r' });
    expect(Buffer.byteLength(long('a'))).toBeLessThanOrEqual(1_024);
    expect(long('a')).not.toBe(long('b'));
    expect(long('a')).toMatch(/^run\//);
  });

  it('tell two tries with the same number apart', () => {
    const step: StepKey = { run: { namespace: 'n', workflowId: 'w', runId: 'r' }, kind: 'activity', id: '1', occurrence: 1 };
    expect(attemptId(step, 1, 1_000)).not.toBe(attemptId(step, 1, 2_000));
  });

  it('name a version by its declared version, else by its digest', () => {
    expect(artifactVersionId({ uri: 'S3://Bucket/Key', version: 'v1', sha256: 'ab' })).toBe('artifact-version/s3:%2F%2Fbucket%2FKey@v1');
    expect(artifactVersionId({ uri: 's3://bucket/Key', sha256: 'ab' })).toBe('artifact-version/s3:%2F%2Fbucket%2FKey@sha256:ab');
  });
});

function wellFormed({ run, ...rest }: StepKey): unknown {
  return JSON.parse(JSON.stringify({ ...run, ...rest }, (_, value: unknown) => (typeof value === 'string' ? value.toWellFormed() : value)));
}
