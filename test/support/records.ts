// Runs in: tests. Arbitrary records over a few things, so that they meet.
import fc from 'fast-check';
import { attemptId, codeId, contentId, resultId, runId, type StepKey, stepId } from '../../plugin/model/id.ts';
import { artifactStatement } from '../../plugin/capture/artifact-records.ts';
import { type EdgeAssertion, type NodeAssertion, type NodeKey, type ProvenanceRecord, SOURCES } from '../../plugin/model/record.ts';

const time = fc.integer({ min: 0, max: 50 }).map((seconds) => new Date(Date.UTC(2026, 0, 1, 0, 0, seconds)).toISOString());

/** @param scope keeps the ids of one use apart from those of another */
export function arbitraryRecords(scope: string): fc.Arbitrary<ProvenanceRecord[]> {
  const run = { namespace: 'default', workflowId: scope, runId: 'r' };
  const step = (id: number): StepKey => ({ run, kind: 'activity', id: String(id), occurrence: 1 });
  const runKey: NodeKey = { label: 'Run', id: runId(run) };
  const stepKey = fc.integer({ min: 1, max: 4 }).map((id): NodeKey => ({ label: 'Step', id: stepId(step(id)) }));
  const attemptKey = fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 2 }))
    .map(([id, number]): NodeKey => ({ label: 'Attempt', id: attemptId(step(id), number, 1_000 * number) }));
  const valueKey = stepKey.map((key): NodeKey => ({ label: 'Value', id: resultId(key.id) }));
  const codeKey = fc.constantFrom('a', 'b').map((digest): NodeKey => ({ label: 'CodeVersion', id: codeId(scope + digest) }));
  const contentKey = fc.constantFrom('1', '2').map((digest): NodeKey => ({ label: 'Content', id: contentId(scope + digest) }));
  const node: fc.Arbitrary<NodeAssertion> = fc.record({
    key: fc.oneof(fc.constant(runKey), stepKey, attemptKey, valueKey, codeKey),
    aspect: fc.constantFrom('scheduled', 'started', 'ended'),
    set: fc.record({
      outcome: fc.constantFrom('completed', 'failed'), number: fc.integer({ min: -3, max: 3 }), ratio: fc.constantFrom(0.5, -2.25),
      text: fc.string({ maxLength: 4 }), flag: fc.boolean(), list: fc.array(fc.constantFrom('x', 'y'), { minLength: 1, maxLength: 2 }),
    }, { requiredKeys: [] }),
    timeless: fc.boolean(),
  }).map(({ key, aspect, set, timeless }) => ({ ...key, aspect, set, ...(timeless && { timeless: true as const }) }));
  const edge: fc.Arbitrary<EdgeAssertion> = fc.oneof(
    fc.tuple(attemptKey, stepKey).map(([from, to]): EdgeAssertion => ({ type: 'ATTEMPT_OF', from, to, walk: true })),
    fc.tuple(stepKey, valueKey, fc.constantFrom('/0', '/1/x')).map(([from, to, toPath]): EdgeAssertion =>
      ({ type: 'USED', from, to, evidence: 'observed', via: 'argument', toPath, walk: true })),
    fc.tuple(valueKey, attemptKey).map(([from, to]): EdgeAssertion => ({ type: 'WAS_GENERATED_BY', from, to, evidence: 'observed', walk: true })),
    fc.tuple(stepKey).map(([from]): EdgeAssertion => ({ type: 'PART_OF', from, to: runKey, walk: false })),
    fc.tuple(attemptKey, codeKey).map(([from, to]): EdgeAssertion => ({ type: 'RAN_CODE', from, to, walk: false })),
    fc.tuple(valueKey, contentKey).map(([from, to]): EdgeAssertion => ({ type: 'HAS_CONTENT', from, to, walk: false })),
  );
  const artifact = fc.constantFrom('model', 'dataset', 'feature table').chain((kind) =>
    fc.constantFrom('v1', 'v2').map((version) => artifactStatement({ kind, uri: `s3://${scope}/x`, version, sha256: 'ab'.repeat(32) })!));
  return fc.array(
    fc.record({
      v: fc.constant(1 as const), source: fc.constantFrom(...SOURCES), at: time, recordedAt: time,
      nodes: fc.array(node, { maxLength: 3 }), edges: fc.array(edge, { maxLength: 3 }), artifacts: fc.array(artifact, { maxLength: 1 }),
    }).map(({ artifacts, nodes, edges, ...rest }): ProvenanceRecord => ({
      ...rest,
      nodes: [...nodes, ...artifacts.flatMap((made) => made.nodes)],
      edges: [...edges, ...artifacts.flatMap((made) => made.edges)],
    })),
    { minLength: 1, maxLength: 8 },
  );
}

/** The records in another order, some of them more than once. */
export function shuffledAndDoubled(records: ProvenanceRecord[]): fc.Arbitrary<ProvenanceRecord[]> {
  return fc.subarray(records).chain((again) => fc.shuffledSubarray([...records, ...again], { minLength: records.length + again.length }));
}
