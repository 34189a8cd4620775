import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { factsOf, textsOf } from '../../../plugin/graph/facts.ts';
import { graphOf, type NodeState, propertiesOf } from '../../../plugin/model/merge.ts';
import { arbitraryRecords } from '../../support/records.ts';

const written = ({ facts, ...node }: NodeState) => {
  const properties = propertiesOf({ ...node, facts })!;
  return { facts, properties, texts: textsOf(facts, properties) };
};

describe('facts beside the properties that they amount to', () => {
  it('are read as they were written, contradicted ones too', () => {
    fc.assert(fc.property(arbitraryRecords('scope'), (records) => {
      for (const node of graphOf(records).nodes.values()) {
        const { facts, properties, texts } = written(node);
        expect(factsOf(texts, properties)).toEqual(facts);
      }
    }), { seed: 5 });
  });

  it('name neither properties nor times that are told anyway', () => {
    const said = (aspect: string, recordedAt: string, set: { [name: string]: string }) => ({ aspect, source: 'interceptor' as const, at: '1', recordedAt, set });
    const { texts } = written({ label: 'Step', id: 'a', kinds: [], facts: [said('ended', '3', { outcome: 'failed' }), said('started', '2', { kind: 'local', activityType: 'x' })] });
    expect(texts).toEqual(['["ended","interceptor","1","3",["outcome"]]', '["started","interceptor","1",0,0]']);
  });

  it('say again only what the properties do not', () => {
    const said = (source: 'history' | 'interceptor', outcome: string, text: string) =>
      ({ aspect: 'ended', source, at: '1', recordedAt: '1', set: { outcome, text } });
    const { texts } = written({ label: 'Step', id: 'a', kinds: [], facts: [said('history', 'failed', 'x\ud800'), said('interceptor', 'completed', 'y')] });
    expect(texts).toEqual([
      // Half a surrogate pair is none after Neo4j has had it.
      String.raw`["ended","history",0,0,["outcome"],{"text":"x\ud800"}]`,
      '["ended","interceptor",0,0,[],{"outcome":"completed","text":"y"}]',
    ]);
  });
});
