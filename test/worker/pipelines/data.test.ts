// Runs in: worker. The pipelines' data steps, on the real three million flights.
import { createHash } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeCleanFlights } from '../../../worker/pipelines/flights/activities/clean.ts';
import { referTo } from '../../../worker/pipelines/flights/activities/raw.ts';
import { writeExamples, writeSplit } from '../../../worker/pipelines/flights/activities/sample.ts';
import { correctedRaw, landDepartures, landRawFlights, publishedFlights } from '../../../worker/pipelines/flights/lake.ts';
import type { SourceFile, StoredFile } from '../../../worker/pipelines/flights/messages.ts';
import { ask, temporaryFolder } from './lake-for-tests.ts';

const PERIOD = { from: '2001-04-01', until: '2001-06-01', rows: 3_000 };
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let raw: SourceFile;
let clean: StoredFile;

beforeAll(async () => {
  folder = await temporaryFolder();
  raw = await landRawFlights(folder.path);
  clean = await writeCleanFlights(raw.path, PERIOD.until, `${folder.path}/clean.parquet`);
});
afterAll(() => folder.remove());

describe('the lake', () => {
  it('lands the published file byte for byte', async () => {
    const digest = async (path: string) => createHash('sha256').update(await readFile(path)).digest('hex');
    const reference = await referTo(raw, { name: 'raw' });
    expect(reference).toMatchObject({ kind: 'dataset', version: '2001-06.v1', sha256: await digest(publishedFlights()) });
  });

  it('refuses bytes other than the expected ones, and says which', async () => {
    const expected = 'a'.repeat(64);
    await expect(referTo({ ...raw, expectedSha256: expected }, { name: 'raw' })).rejects.toThrow(expected);
  });

  it('delivers the corrected version beside the first one, under the same uri, the same bytes each time', async () => {
    const corrected = await correctedRaw(raw);
    const again = await correctedRaw(raw, 'again');
    const [first, second, third] = await Promise.all([raw, corrected, again].map((source) => referTo(source, { name: 'raw' })));
    expect(second!.uri).toBe(first!.uri);
    expect(second!.version).not.toBe(first!.version);
    expect(second!.sha256).not.toBe(first!.sha256);
    expect(third!.sha256).toBe(second!.sha256);
    const [left] = await ask(
      corrected.path,
      `SELECT count(*)::INTEGER AS rows, min(delay)::INTEGER AS low, max(delay)::INTEGER AS high FROM FILE`,
    );
    const twice = await ask(corrected.path, 'SELECT 1 FROM FILE GROUP BY date, origin, destination HAVING count(*) > 1');
    expect(twice).toEqual([]);
    expect(left!.rows).toBeLessThan(3_000_000);
    expect(left!.low).toBeGreaterThanOrEqual(-90);
    expect(left!.high).toBeLessThanOrEqual(1440);
    expect(await readdir(dirname(corrected.path))).toEqual(['2001-06.v2.parquet', 'again.parquet']);
  });

  it('delivers departures without their delays, all of them later than what models are trained on', async () => {
    const departures = await landDepartures(folder.path);
    const [row] = await ask(departures.path, 'SELECT min(departed_at)::VARCHAR AS first, count(*)::INTEGER AS rows FROM FILE');
    expect(String(row!.first) >= PERIOD.until).toBe(true);
    expect(row!.rows).toBeGreaterThan(400_000);
    const columns = await ask(departures.path, 'SELECT column_name FROM (DESCRIBE SELECT * FROM FILE)');
    expect(columns.map(({ column_name }) => column_name)).toEqual(['departed_at', 'origin', 'destination', 'distance']);
  });
});

describe('cleaning', () => {
  it('keeps exactly the flights that it does not count as dropped', async () => {
    const { rows, dropped } = clean.reference.statistics as { rows: number; dropped: Record<string, number> };
    expect(rows + Object.values(dropped).reduce((sum, count) => sum + count, 0)).toBe(3_000_000);
    expect(dropped.impossibleDelay).toBeGreaterThan(0);
  });

  it('leaves no impossible flight and none of a later time', async () => {
    const [found] = await ask(
      clean.path,
      `SELECT count(*) FILTER (delay NOT BETWEEN -90 AND 1440 OR origin = destination OR distance <= 0)::INTEGER AS impossible,
              count(*) FILTER (departed_at >= '2001-06-01'::TIMESTAMP)::INTEGER AS later,
              count(*) FILTER (late <> (delay >= 15))::INTEGER AS mislabelled FROM FILE`,
    );
    expect(found).toEqual({ impossible: 0, later: 0, mislabelled: 0 });
  });
});

describe('sampling and splitting', () => {
  it('draws the same flights for the same seed, and others for another', async () => {
    const draw = (seed: number, name: string) => writeExamples(clean.path, PERIOD, seed, `${folder.path}/${name}.parquet`);
    const [first, again, other] = [await draw(7, 'first'), await draw(7, 'again'), await draw(8, 'other')];
    expect(again.reference.sha256).toBe(first.reference.sha256);
    expect(other.reference.sha256).not.toBe(first.reference.sha256);
  });

  it('splits into two parts that share no flight and leave none out', async () => {
    const examples = await writeExamples(clean.path, PERIOD, 7, `${folder.path}/examples.parquet`);
    const { train, test } = await writeSplit(examples.path, 0.25, 7, folder.path);
    const ids = async (file: StoredFile) => (await ask(file.path, 'SELECT flight_id FROM FILE')).map(({ flight_id }) => String(flight_id));
    const [all, trainIds, testIds] = [await ids(examples), await ids(train), await ids(test)];
    expect(new Set(all).size).toBe(all.length);
    expect([...trainIds, ...testIds].sort()).toEqual([...all].sort());
    expect(testIds.length).toBe(Math.round(all.length * 0.25));
  });
});
