import { describe, expect, it } from 'vitest';
import { ProvenancePlugin } from '../../../plugin/index.ts';
import { artifactUri } from '../../../plugin/model/artifact-name.ts';
import { jsonText, redactText } from '../../../plugin/model/redact.ts';
import { alsoSecret, nameWithoutSecrets } from '../../../plugin/model/secrets.ts';

describe("a team's own secrets", () => {
  it.each([
    [{ values: [/x*/] }, /secrets\.values\[0\], \/x\*\/, matches the empty text/],
    [{ keys: [/a/, 'b' as unknown as RegExp] }, /secrets\.keys\[1\] is no regular expression/],
    [{ keys: /a/ as unknown as RegExp[] }, /secrets\.keys must be a list/],
  ])('that are none are refused at once: %o', (secrets, message) => {
    expect(() => new ProvenancePlugin({ secrets })).toThrow(message);
    expect(redactText('b x')).toBe('b x');
  });

  it.each([
    'DB_PASSWORD=hunter2hunter2', 'AWS_SECRET_ACCESS_KEY=hunter2hunter2', 'GITHUB_TOKEN: hunter2hunter2', 'PGPASSWORD=hunter2hunter2 psql', 'MYSQL_PWD="hunter2hunter2"',
    'https://api.example/x?access_token=hunter2hunter2&a=1', 'X-Api-Key: hunter2hunter2', 'run --password hunter2hunter2 now', 'run --db-api-key hunter2hunter2',
    'run --password=hunter2hunter2 now', "run --db-password='hunter2 hunter2' now", 'PGPASSWORD="hunter2hunter2" psql -h db -c "select 1"',
  ])('are known by the end of the name before them: %s', (text) => {
    expect(redactText(text)).not.toContain('hunter2');
    expect(redactText(redactText(text))).toBe(redactText(text));
  });

  it.each([
    'curl -u me:hunter2 https://h/x', 'curl -sSfu "me:hunter2" https://h/x', 'curl -ume:hunter2 https://h', 'curl "https://h/?a=1&b=2" --user=me:hunter2', "curl -X POST --proxy-user 'me:hunter2' https://h",
    'curl -s \\\n  -u me:hunter2 \\\n  https://h', '["curl","-u","me:hunter2","https://h"]', 'failed: /usr/bin/curl -U me:hunter2:2 https://h (exit 22)',
  ])('are known as what curl logs in with: %s', (text) => {
    expect(redactText(text)).not.toMatch(/hunter2|me:/);
    expect(redactText(text)).toMatch(/https:\/\/h|exit/);
    expect(nameWithoutSecrets(nameWithoutSecrets(text))).toBe(nameWithoutSecrets(text));
  });

  it('are not everything that looks a little like one', () => {
    for (const text of ['max_tokens: 7', 'tokenizer=bert-base', 'the password of the database', '--password --verbose', 'passwords are kept elsewhere', 'docker run -u 1000:1000 image', 'chown -u a:b x', 'curl -u $ME https://h:8080/x', 'curl https://h:8080/a:b --retry 3']) expect(redactText(text)).toBe(text);
  });

  it('are left out of values, by their keys and looks, and of names', () => {
    expect(jsonText({ pin: 1234, note: 'card 4711-0815' })).toBe('{"pin":1234,"note":"card 4711-0815"}');
    alsoSecret({ keys: [/^pin$/gi], values: [/\d{4}-\d{4}/y, /(?=zzz)/] });
    expect(jsonText({ PIN: 1234, note: 'card 4711-0815, again 4711-0815, zzz' })).toBe('{"PIN":"[redacted]","note":"card [redacted], again [redacted], zzz"}');
    expect(nameWithoutSecrets('4711-0815')).toMatch(/^\[redacted:[0-9a-f]{12}\]$/);
    expect(artifactUri('s3://lake/4711-0815/a%204711-0815')).toMatch(/^s3:\/\/lake\/%5Bredacted%3A[0-9a-f]{12}%5D\/a%20%5Bredacted%3A[0-9a-f]{12}%5D$/);
  });

  it('do not see secrets in what already stands for one', () => {
    alsoSecret({ values: [/[0-9a-f]{12}/, /redacted/] });
    const name = nameWithoutSecrets('a 0123456789ab, redacted');
    expect(name).toMatch(/^a \[redacted:[0-9a-f]{12}\], \[redacted:[0-9a-f]{12}\]$/);
    expect(nameWithoutSecrets(name)).toBe(name);
    const uri = artifactUri('s3://lake/0123456789ab/x%200123456789ab');
    expect(artifactUri(uri)).toBe(uri);
    expect(redactText('password: hunter22')).toBe('[redacted]');
  });
});
