import { hostname } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { artifactUri } from '../../../plugin/model/artifact-name.ts';
import { artifactVersionId } from '../../../plugin/model/id.ts';
import { keyMarks, nameWithoutSecrets } from '../../../plugin/model/secrets.ts';

const TOKEN = `ghp_${'a'.repeat(30)}`;
const MARK = '%5Bredacted%3A[0-9a-f]{12}%5D';

describe('what an artifact is called', () => {
  it.each([
    ['s3://lake/a.csv', 's3://lake/a\\.csv'],
    ['/data/ü % #.txt', `file://${hostname().toLowerCase()}/data/%C3%BC%20%25%20%23\\.txt`],
    [`s3://lake/${TOKEN}/a.csv`, `s3://lake/${MARK}/a\\.csv`],
    [`https://${TOKEN}.example/a.csv`, `https://${MARK}\\.example/a\\.csv`],
    [`abfss://${TOKEN}@account/a.csv`, `abfss://${MARK}@account/a\\.csv`],
    [`/data/${TOKEN}.csv`, `file://${hostname().toLowerCase()}/data/${MARK}\\.csv`],
    ['s3://lake/x/password%3Dhunter2/a%20b', `s3://lake/x/${MARK}/a%20b`],
    [`s3://lake/a%20${TOKEN}`, `s3://lake/${MARK}`],
    ['jdbc:postgresql://db/x/token=abc', `jdbc:postgresql://db/x/${MARK}`],
  ])('%s', (uri, expected) => {
    expect(artifactUri(uri)).toMatch(new RegExp(`^${expected}$`));
    // The reference holds the real one, and who asks may have either.
    expect(artifactUri(artifactUri(uri))).toBe(artifactUri(uri));
  });

  it('keeps two that differ in a secret alone apart, and one together', () => {
    const id = (secret: string) => artifactVersionId({ uri: `s3://lake/token=${secret}/a%20b`, version: `password: ${secret}` });
    expect(id('one')).toBe(id('one'));
    expect(id('one')).not.toBe(id('two'));
    expect(id('one')).not.toMatch(/one/);
    for (const text of [`x://${TOKEN}:y@z`, 'a://me:pw@db', `token=${TOKEN}`, `Bearer ${TOKEN}`]) expect(nameWithoutSecrets(nameWithoutSecrets(text))).toBe(nameWithoutSecrets(text));
  });
});

describe('with a key', () => {
  const without = nameWithoutSecrets(TOKEN);
  beforeAll(() => keyMarks('a key of thirty-two bytes or so..'));
  afterAll(() => keyMarks(''));

  it('marks are others, which nobody finds by guessing', () => {
    expect(nameWithoutSecrets(TOKEN)).toMatch(/^\[redacted:[0-9a-f]{12}\]$/);
    expect(nameWithoutSecrets(TOKEN)).not.toBe(without);
  });
});
