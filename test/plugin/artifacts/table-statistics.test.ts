import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BadArtifactError, dataset } from '../../../plugin/activity.ts';
import { temporaryDirectory } from '../../support/recorded.ts';

const CSV = 'id,city,"odd ""name",at\n1,Oslo,1.5,2026-01-02\n2,,2.5,2026-01-03\n3,Bern,,2026-01-01\n';
const EXPECTED = {
  rows: 3,
  columns: {
    id: { type: 'BIGINT', nulls: 0, min: 1, max: 3 },
    city: { type: 'VARCHAR', nulls: 1, min: 'Bern', max: 'Oslo' },
    'odd "name': { type: 'DOUBLE', nulls: 1, min: 1.5, max: 2.5 },
    at: { type: 'DATE', nulls: 0, min: '2026-01-01', max: '2026-01-03' },
  },
};

describe('statistics of a dataset', () => {
  let directory: string;
  let remove: () => Promise<void>;
  beforeAll(async () => void ({ path: directory, remove } = await temporaryDirectory()));
  afterAll(() => remove());
  const file = async (name: string, content: string) => {
    await writeFile(join(directory, name), content);
    return join(directory, name);
  };

  it('tell rows, columns, types, nulls and ranges of CSV, Parquet and JSON alike', async () => {
    const csv = await file("it's [a] *.csv", CSV);
    await file("it's a b.csv", 'other\n1\n');
    expect((await dataset({ uri: csv, statistics: true })).statistics).toEqual(EXPECTED);
    const instance = await DuckDBInstance.create(':memory:');
    const db = await instance.connect();
    for (const [name, format] of [['t.parquet', 'parquet'], ['t.jsonl', 'json']]) {
      await db.run(`COPY (SELECT * FROM (VALUES (1, 'Oslo'), (2, NULL)) AS t(id, city)) TO '${join(directory, name!)}' (FORMAT ${format!})`);
      expect((await dataset({ uri: join(directory, name!), statistics: true })).statistics).toMatchObject({
        rows: 2, columns: { id: { nulls: 0, min: 1, max: 2 }, city: { type: 'VARCHAR', nulls: 1, min: 'Oslo', max: 'Oslo' } },
      });
    }
    db.closeSync();
    instance.closeSync();
  });

  it('that can not be taken say so, and fail nothing', async () => {
    expect((await dataset({ uri: await file('bad.parquet', 'no parquet'), statistics: true })).statistics).toMatchObject({ failed: expect.any(String) });
    expect((await dataset({ uri: await file('a.txt', 'x'), statistics: true })).statistics).toMatchObject({ failed: expect.stringContaining('.csv') });
    await expect(dataset({ uri: 's3://b/k.csv', version: '1', statistics: true })).rejects.toThrow(BadArtifactError);
  });
});
