import { spawn } from 'node:child_process';
import { once } from 'node:events';
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
        const alone = await written(scope, records, [records.length]);
        expect(alone.nodes.length).toBe([...graphOf(records).nodes.keys()].filter((id) => id.includes(scope)).length);
        expect(alone.edges.length).toBe(graphOf(records).edges.size);
        expect(await written(scope, again, sizes)).toEqual(alone);
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

  it('makes the same graph when a writer is killed in the midst, another writes the same at once, and a third does all again', async () => {
    const scope = unique('scope');
    const sets = fc.sample(arbitraryRecords(scope), { seed: 34, numRuns: 15 }).flat();
    const [again] = fc.sample(shuffledAndDoubled(sets), { seed: 34, numRuns: 1 }) as [ProvenanceRecord[]];
    const whole = await written(scope, sets, [sets.length]);
    for (const kills of [2, 11]) {
      await removeScope(driver, scope);
      await Promise.all([killedAfter(kills, sets), inPieces(writer, again.toReversed())]);
      expect(await contentOf(driver, scope)).toEqual(whole);
      await inPieces(writer, again);
      expect(await contentOf(driver, scope)).toEqual(whole);
    }
    await removeScope(driver, scope);
  });
});

async function inPieces(writer: GraphWriter, records: ProvenanceRecord[]): Promise<void> {
  for (let at = 0; at < records.length; at += 3) await writer.write(records.slice(at, at + 3));
}

/** A writer of its own process: SIGKILL while it writes what comes after so many pieces. */
async function killedAfter(pieces: number, records: ProvenanceRecord[]): Promise<void> {
  const built = (module: string) => JSON.stringify(new URL(`../../../dist/plugin/graph/${module}.js`, import.meta.url).href);
  const script = `
    import { Connection } from ${built('connection')};
    import { GraphWriter } from ${built('writer')};
    process.once('message', async ({ neo4j, records }) => {
      const writer = new GraphWriter(new Connection(neo4j));
      for (let at = 0; ; at = (at + 3) % records.length) {
        await writer.write(records.slice(at, at + 3));
        process.send('written');
      }
    });`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  child.send({ neo4j, records });
  let written = 0;
  child.on('message', () => ++written === pieces && child.kill('SIGKILL'));
  const [, signal] = (await once(child, 'exit')) as [number | null, string | null];
  expect(signal).toBe('SIGKILL');
}
