import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Connection } from '../../../plugin/graph/connection.ts';
import { GraphWriter } from '../../../plugin/graph/writer.ts';
import { graphOf } from '../../../plugin/model/merge.ts';
import type { ProvenanceRecord } from '../../../plugin/model/record.ts';
import { contentOf, openDriver, removeScope } from '../../support/graph-content.ts';
import { arbitraryRecords, shuffledAndDoubled } from '../../support/records.ts';
import { neo4j, unique } from '../../support/recorded.ts';

describe('the graph writer', () => {
  const driver = openDriver();
  let connection: Connection;
  let writer: GraphWriter;
  beforeAll(() => {
    connection = new Connection(neo4j);
    writer = new GraphWriter(connection);
  });
  afterAll(async () => {
    await connection.close();
    await driver.close();
  });

  /** Writes the records in batches of the given sizes, then takes what the graph holds of them. */
  const written = async (scope: string, records: ProvenanceRecord[], sizes: number[]) => {
    await removeScope(driver, scope);
    for (let at = 0, batch = 0; at < records.length; batch++) {
      const size = sizes[batch % sizes.length]!;
      await writer.write(records.slice(at, at + size));
      at += size;
    }
    return contentOf(driver, scope);
  };

  it('makes one graph of any records, in any order, any batches, any number of times', async () => {
    const scope = unique('scope');
    const batches = fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 3 });
    await fc.assert(fc.asyncProperty(
      arbitraryRecords(scope).chain((records) => fc.tuple(fc.constant(records), shuffledAndDoubled(records), batches)),
      async ([records, again, sizes]) => {
        const once = await written(scope, records, [records.length]);
        expect(once.nodes.length).toBe([...graphOf(records).nodes.keys()].filter((id) => id.includes(scope)).length);
        expect(once.edges.length).toBe(graphOf(records).edges.size);
        expect(await written(scope, again, sizes)).toEqual(once);
      },
    ), { seed: 13, numRuns: 25, endOnFailure: true });
    await removeScope(driver, scope);
  });

  it('makes the same graph when two write at once', async () => {
    const scope = unique('scope');
    const [records] = fc.sample(arbitraryRecords(scope), { seed: 21, numRuns: 12 }).reduce<[ProvenanceRecord[]]>(([all], some) => [[...all, ...some]], [[]]);
    const alone = await written(scope, records, [records.length]);
    await removeScope(driver, scope);
    await Promise.all([records, records.toReversed()].map(async (some) => {
      for (const record of some) await writer.write([record]);
    }));
    expect(await contentOf(driver, scope)).toEqual(alone);
    await removeScope(driver, scope);
  });
});
