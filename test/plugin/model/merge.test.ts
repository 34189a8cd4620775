import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ERASED, graphOf, kindLabel, mergeNodes, type NodeState, propertiesOf } from '../../../plugin/model/merge.ts';
import type { Properties, ProvenanceRecord, Source } from '../../../plugin/model/record.ts';
import { arbitraryRecords, shuffledAndDoubled } from '../../support/records.ts';

const sorted = (records: ProvenanceRecord[]) => {
  const { nodes, edges } = graphOf(records);
  const byId = <T extends { id: string }>(a: T, b: T) => (a.id < b.id ? -1 : 1);
  return {
    nodes: [...nodes.values()].sort(byId).map((node) => ({ ...node, properties: propertiesOf(node) })),
    edges: [...edges.values()].sort(byId),
  };
};

const said = (source: Source, at: string, recordedAt: string, outcome: string): ProvenanceRecord => ({
  v: 1, source, at, recordedAt, edges: [],
  nodes: [{ label: 'Run', id: 'run/a', aspect: 'ended', set: { outcome } }],
});

describe('merging records', () => {
  it('gives the same graph in any order, and however often each is applied', () => {
    fc.assert(fc.property(
      arbitraryRecords('merge').chain((records) => fc.tuple(fc.constant(records), shuffledAndDoubled(records))),
      ([records, again]) => {
        expect(sorted(again)).toEqual(sorted(records));
      },
    ), { seed: 7, numRuns: 300 });
  });

  it('gives the same node however its facts are split between merges', () => {
    fc.assert(fc.property(arbitraryRecords('split'), fc.nat(), (records, cut) => {
      const [left, right] = [records.slice(0, cut % records.length), records.slice(cut % records.length)];
      const whole = graphOf(records).nodes;
      const [a, b] = [graphOf(left).nodes, graphOf(right).nodes];
      for (const [id, node] of whole) {
        const parts = [a.get(id), b.get(id)].filter((part) => part !== undefined);
        expect(parts.reduce(mergeNodes)).toEqual(node);
      }
    }), { seed: 11 });
  });

  it('believes history over a worker, and keeps what the worker said', () => {
    const node = graphOf([
      said('sink', '2026-01-02T00:00:00Z', '2026-01-02T00:00:00Z', 'completed'),
      said('history', '2026-01-01T00:00:00Z', '2026-01-03T00:00:00Z', 'terminated'),
    ]).nodes.get('run/a')!;
    expect(propertiesOf(node)).toMatchObject({ status: 'terminated' });
    expect(node.facts.map(({ set }) => set.outcome).sort()).toEqual(['completed', 'terminated']);
  });

  it('answers as it was known at a past time', () => {
    const node = graphOf([
      said('sink', '2026-01-01T00:00:00Z', '2026-01-02T00:00:00Z', 'failed'),
      said('history', '2026-01-01T00:00:00Z', '2026-01-04T00:00:00Z', 'completed'),
    ]).nodes.get('run/a')!;
    expect(propertiesOf(node, '2026-01-01T12:00:00Z')).toBeUndefined();
    expect(propertiesOf(node, '2026-01-03T00:00:00Z')).toMatchObject({ status: 'failed' });
    expect(propertiesOf(node)).toMatchObject({ status: 'completed' });
  });

  it('says of steps and attempts how much of them was seen, in any order', () => {
    const fact = (label: 'Step' | 'Attempt', source: Source, aspect: string, set: Properties = {}): ProvenanceRecord =>
      ({ v: 1, source, at: `${aspect} ${source}`, recordedAt: '1', edges: [], nodes: [{ label, id: 'x', aspect, set }] });
    const captured = (...records: ProvenanceRecord[]) => [records, records.toReversed()].map((each) => propertiesOf(graphOf(each).nodes.get('x')!)!.captured);
    for (const label of ['Step', 'Attempt'] as const) {
      const history = [fact(label, 'history', 'started'), fact(label, 'history', 'ended', { outcome: 'timed-out' })];
      expect(captured(...history)).toEqual(['history-only', 'history-only']);
      const seen = fact(label, 'interceptor', 'started');
      expect(captured(...history, seen)).toEqual(label === 'Attempt' ? ['start-only', 'start-only'] : [undefined, undefined]);
      expect(captured(...history, seen, fact(label, 'interceptor', 'ended', { outcome: 'completed', captured: 'full' }))).toEqual(['full', 'full']);
    }
  });

  it('takes what one source could see for what another could not', () => {
    const told = (source: Source, set: Properties): ProvenanceRecord => ({ v: 1, source, at: '1', recordedAt: '1', edges: [], nodes: [{ label: 'Value', id: 'v', aspect: 'seen', set }] });
    const [hidden, seen] = [told('history', { hidden: 'payload codec' }), told('interceptor', { digest: 'd', digestKeyId: 'k' })];
    expect(propertiesOf(graphOf([hidden]).nodes.get('v')!)).toMatchObject({ hidden: 'payload codec' });
    for (const records of [[hidden, seen], [seen, hidden]]) expect(propertiesOf(graphOf(records).nodes.get('v')!)).toEqual({ id: 'v', digest: 'd', digestKeyId: 'k', recordedAt: '1' });
  });

  it('keeps nothing of what was erased, whenever it is said again', () => {
    const told: NodeState = { label: 'Detail', id: 'detail/a', kinds: [], facts: [{ aspect: 'ended', source: 'interceptor', at: '1', recordedAt: '1', set: { failureMessage: 'Jane Doe' } }] };
    const erased: NodeState = { ...told, facts: [{ aspect: ERASED, source: 'import', at: '2', recordedAt: '2', set: { reason: 'request 12' } }] };
    for (const node of [mergeNodes(told, erased), mergeNodes(erased, told), mergeNodes(mergeNodes(told, erased), told)]) {
      expect(JSON.stringify(node)).not.toContain('Jane');
      expect(propertiesOf(node)).toMatchObject({ reason: 'request 12' });
    }
  });

  it("reads a kind as a label, whatever the user's word", () => {
    expect(['dataset', 'feature table', 'prediction-batch', '`DETACH`', '…', 'größe', 'artifact'].map(kindLabel))
      .toEqual(['Dataset', 'FeatureTable', 'PredictionBatch', 'DETACH', 'Other', 'Größe', 'ArtifactKind']);
  });
});
