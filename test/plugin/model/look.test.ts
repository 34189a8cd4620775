import { hostname } from 'node:os';
import { describe, expect, it } from 'vitest';
import { ArtifactFinder } from '../../../plugin/capture/artifact-finder.ts';
import { lookThrough, MOST_MENTIONS } from '../../../plugin/model/look.ts';
import { normaliseUri } from '../../../plugin/model/uri.ts';

const COMMIT = 'c'.repeat(64);

describe('URIs in values', () => {
  it.each([
    ['s3://Lake/raw/a.csv', { uri: 's3://lake/raw/a.csv' }],
    ['s3://lake/raw/a.csv?versionId=3HL4kqtJ', { uri: 's3://lake/raw/a.csv', version: '3HL4kqtJ' }],
    ['gs://lake/a#1360887759327000', { uri: 'gs://lake/a', version: '1360887759327000' }],
    ['gs://lake/a?x=1&generation=7', { uri: 'gs://lake/a?x=1', version: '7' }],
    ['abfss://raw@account.dfs.core.windows.net/x', { uri: 'abfss://raw@account.dfs.core.windows.net/x' }],
    ['hdfs://name-node:8020/data/x', { uri: 'hdfs://name-node:8020/data/x' }],
    ['file:///data/x.csv', { uri: `file://${hostname().toLowerCase()}/data/x.csv` }],
    ['https://data.gov/flights.parquet', { uri: 'https://data.gov/flights.parquet' }],
    ['https://me:pw@data.gov/x?X-Amz-Signature=abc&X-Amz-Date=1', { uri: 'https://data.gov/x' }],
    ['lakefs://repo/main/x.csv', { uri: 'lakefs://repo/main/x.csv' }],
    [`lakefs://repo/${COMMIT}/x.csv`, { uri: `lakefs://repo/${COMMIT}/x.csv`, version: COMMIT }],
    ['postgres://admin:pw@db:5432/sales/public.orders', { uri: 'postgres://db:5432/sales/public.orders' }],
    ['jdbc:postgresql://db/sales?dbtable=orders&password=x', { uri: 'jdbc:postgresql://db/sales?dbtable=orders' }],
    ['snowflake://acc/db/schema/table', { uri: 'snowflake://acc/db/schema/table' }],
    ['bigquery:project.dataset.table', { uri: 'bigquery:project.dataset.table' }],
  ])('%s is one', (text, expected) => {
    expect(lookThrough({ deep: [text] }).mentions).toEqual([{ path: '/deep/0', ...expected }]);
  });

  it.each([
    'plain text', 'see s3://bucket/key for more', 's3://bucket', 's3://bucket/', 'https://example.com/', 'postgres://db/sales', 'bigquery:project',
    '2026-01-01T00:00:00Z', 'C:\\data\\x.csv', 'mailto:a@b.example', 'redis://cache/0', 'urn:isbn:1',
    // Who has these can log in.
    'https://maps.example/v1/tiles?key=AIzaSyD', 'https://files.example/x?t=0123456789abcdef0123456789abcdef', 'https://x.example/ghp_0123456789012345678901234567',
  ])("'%s' is none", (text) => expect(lookThrough([text])).toEqual({ references: [], mentions: [], leftOut: 0 }));

  it('are not looked for inside of references, are told once each, and are bounded', () => {
    const inside = { kind: 'dataset', uri: 's3://b/k', version: '1', origin: 's3://b/other' };
    expect(lookThrough([inside]).mentions).toEqual([]);
    expect(lookThrough(Array.from({ length: 50 }, () => 's3://b/k')).mentions).toHaveLength(1);
    const many = lookThrough(Array.from({ length: MOST_MENTIONS + 5 }, (_, index) => `s3://b/${index}`));
    expect([many.mentions.length, many.leftOut]).toEqual([MOST_MENTIONS, 5]);
  });

  it('are found at the end of a large value, and what is too large is said to be looked at in part', () => {
    const rows = Array.from({ length: 100_000 }, (_, id) => ({ id, at: '2026-01-01T00:00:00Z', text: 'some words' }));
    const whole = lookThrough([...rows, 's3://b/last']);
    expect(whole).toMatchObject({ mentions: [{ path: '/100000', uri: 's3://b/last' }] });
    expect(whole.incomplete).toBeUndefined();
    expect(lookThrough(Array.from({ length: 500_001 }, () => ({}))).incomplete).toBe(true);
  });

  it("keep Azure's containers apart, but nobody's password", () => {
    expect(normaliseUri('abfss://a@acc.dfs.core.windows.net/x')).not.toBe(normaliseUri('abfss://b@acc.dfs.core.windows.net/x'));
    expect(normaliseUri('wasbs://a:key@acc.blob.core.windows.net/x')).toBe('wasbs://acc.blob.core.windows.net/x');
  });
});

describe('recognisers', () => {
  interface Table { table: string; snapshot?: number }
  const table = { match: { table: true as const }, kind: 'dataset', uri: (t: Table) => `iceberg://Lake/${t.table}`, version: (t: Table) => t.snapshot, name: (t: Table) => t.table };

  it("take a team's own shapes for references, anywhere in a value, and without a version for mentions", () => {
    const found = new ArtifactFinder([table]).look({ inputs: [{ table: 'orders', snapshot: 42 }, { table: 'cities' }, { snapshot: 1 }] });
    expect(found.references).toEqual([
      { path: '/inputs/0', recognised: true, reference: { kind: 'dataset', uri: 'iceberg://lake/orders', version: '42', name: 'orders' } },
    ]);
    expect(found.mentions).toEqual([{ path: '/inputs/1', uri: 'iceberg://lake/cities', kind: 'dataset' }]);
  });

  it('may match by a function, and texts', () => {
    const named = { match: (v: unknown) => typeof v === 'string' && /^ds:\w+@\w+$/.test(v), kind: () => 'dataset', uri: (v: string) => v.split('@')[0]!, version: (v: string) => v.split('@')[1] };
    expect(new ArtifactFinder([named]).look(['ds:orders@v1']).references[0]).toMatchObject({ path: '/0', reference: { uri: 'ds:orders', version: 'v1' } });
  });

  it('that throw, make nonsense or change what they look at harm nothing, and are told of once', () => {
    const faults: string[] = [];
    const faulty = [
      { ...table, uri: () => { throw new Error('boom'); } },
      { ...table, match: { odd: true as const }, sha256: () => 'not a digest' },
      { ...table, match: (v: unknown) => { (v as { changed: boolean }).changed = true; return false; } },
    ];
    const value = [{ table: 'a', snapshot: 1 }, { table: 'b', snapshot: 2 }, { odd: 1, table: 'c' }];
    const finder = new ArtifactFinder(faulty, (error, index) => faults.push(`${index} ${(error as Error).name}`));
    expect(finder.look(value).references).toEqual([]);
    expect(faults.sort()).toEqual(['0 Error', '1 TypeError', '2 TypeError']);
    expect(value).toEqual([{ table: 'a', snapshot: 1 }, { table: 'b', snapshot: 2 }, { odd: 1, table: 'c' }]);
  });

  it('are asked once about a value that is looked at again', () => {
    let asked = 0;
    const finder = new ArtifactFinder([{ ...table, match: () => { asked++; return false; } }]);
    const value = [{ a: 1 }];
    finder.look(value);
    const once = asked;
    finder.look(value);
    expect(asked).toBe(once);
  });
});
