import { hostname } from 'node:os';
import { describe, expect, it } from 'vitest';
import { BadUriError, localPath, normaliseUri } from '../../../plugin/model/uri.ts';

describe('normaliseUri', () => {
  it.each([
    ['S3://My-Bucket/Path/To.csv', 's3://my-bucket/Path/To.csv'],
    ['https://me:secret@Example.com/a?x=1&X-Amz-Signature=abc&y=2#part', 'https://example.com/a?x=1&y=2'],
    ['https://store.blob.core.windows.net/c/f?sv=2022&sig=zzz&se=2026', 'https://store.blob.core.windows.net/c/f'],
    ['postgres://admin:pw@db:5432/sales/public.orders', 'postgres://db:5432/sales/public.orders'],
    ['urn:isbn:0451450523', 'urn:isbn:0451450523'],
    ['https://data.gov/d?st=CA&expires=never', 'https://data.gov/d?st=CA&expires=never'],
    ['jdbc:postgresql://bob:secret@DB/x?password=p&schema=s', 'jdbc:postgresql://db/x?schema=s'],
    ['duckdb:f.db#t1', 'duckdb:f.db#t1'],
    ['gs://b/with%20space', 'gs://b/with%20space'],
  ])('%s is %s', (given, expected) => expect(normaliseUri(given)).toBe(expected));

  it('names a file by its host, or by the volume it is on', () => {
    const host = hostname().toLowerCase();
    expect(normaliseUri('/data/a b.csv')).toBe(`file://${host}/data/a%20b.csv`);
    expect(normaliseUri('file:///data/a%20b.csv')).toBe(`file://${host}/data/a%20b.csv`);
    expect(normaliseUri('file://localhost/data/x')).toBe(`file://${host}/data/x`);
    expect(normaliseUri('/data/x', 'shared-nfs')).toBe('file://shared-nfs/data/x');
    expect(normaliseUri('file://other/data/x')).toBe('file://other/data/x');
  });

  it('gives back what it gave', () => {
    for (const uri of ['/tmp/ü % #.txt', 's3://b/k?versionId=3', 'HTTP://H/x?sig=1']) expect(normaliseUri(normaliseUri(uri))).toBe(normaliseUri(uri));
  });

  it.each(['', '   ', 's3://', 'gs:', `data:,${'x'.repeat(5_000)}`])("refuses '%.20s' in one sentence", (uri) => {
    expect(() => normaliseUri(uri)).toThrow(BadUriError);
  });

  it('finds the local file again', () => {
    expect(localPath(normaliseUri('/tmp/ü % x.txt'))).toBe('/tmp/ü % x.txt');
    expect(localPath('s3://b/k')).toBeUndefined();
    expect(localPath('file://nas.example/etc/hostname')).toBeUndefined();
  });
});
