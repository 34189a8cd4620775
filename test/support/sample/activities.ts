// Runs in: worker. The activities of the sample workflows.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { activityInfo } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import { artifact, type ArtifactReference, dataset, lineage } from 'temporal-provenance/activity';

export async function produce({ seed }: { seed: number }): Promise<{ rows: number[] }> {
  return { rows: [seed, seed + 1, seed + 2] };
}

export async function transform(input: { rows: number[] }): Promise<{ rows: number[] }> {
  return { rows: input.rows.map((row) => row * 10) };
}

export async function combine({ left, right }: { left: { rows: number[] }; right: number[] }): Promise<{ sum: number }> {
  return { sum: [...left.rows, ...right].reduce((a, b) => a + b, 0) };
}

export async function validateRows(input: { rows: number[] }): Promise<{ rows: number[] }> {
  return input;
}

/** Fails on its first attempt, having said what it used. */
export async function flaky(input: { key: string }): Promise<{ key: string }> {
  lineage.used({ kind: 'dataset', uri: `s3://bucket/attempt-${activityInfo().attempt}`, version: 'v1' });
  lineage.params({ attempt: activityInfo().attempt });
  if (activityInfo().attempt === 1) throw ApplicationFailure.retryable('the mount was away', 'MountAway');
  lineage.metrics({ quality: 0.5 });
  return input;
}

export async function failing(): Promise<never> {
  throw ApplicationFailure.nonRetryable('password: hunter2 is wrong, see postgres://me:s3cret@db/x', 'BadLogin');
}

export async function localDouble(input: { rows: number[] }): Promise<{ rows: number[] }> {
  return { rows: input.rows.flatMap((row) => [row, row]) };
}

export async function declare({ directory, name, text }: { directory: string; name: string; text: string }): Promise<ArtifactReference> {
  await mkdir(directory, { recursive: true });
  const path = join(directory, name);
  await writeFile(path, text);
  const made = await dataset({ uri: path, statistics: { characters: text.length } });
  lineage.generated(made);
  return made;
}

export async function validate(reference: ArtifactReference): Promise<ArtifactReference> {
  return reference;
}

export async function useByName({ reference, directory }: { reference: ArtifactReference; directory: string }): Promise<ArtifactReference> {
  lineage.used(reference);
  const path = join(directory, `report-${Math.abs(hash(reference.uri + (reference.sha256 ?? reference.version)))}.txt`);
  await mkdir(directory, { recursive: true });
  await writeFile(path, `about ${reference.uri} ${reference.sha256}`);
  const report = await artifact({ kind: 'report', uri: path });
  lineage.generated(report);
  return report;
}

export async function echo(value: unknown): Promise<unknown> {
  return value;
}

export async function publish(reference: { uri: string; version: string; sha256: string }): Promise<string> {
  lineage.generated({ kind: 'dataset', ...reference });
  return 'published';
}

/** Ways to end that are hard to tell of. */
export async function odd(what: 'no-error' | 'bad-message' | 'big-params' | 'deep'): Promise<unknown> {
  if (what === 'no-error') throw Object.create(null);
  if (what === 'bad-message') throw Object.assign(new Error('x'), { message: { no: 'text' }, nonRetryable: true });
  if (what === 'big-params') {
    lineage.params({ rows: 10n as never, max_tokens: 7, dbPassword: 'hunter2' });
    lineage.metrics({ auc: NaN, loss: Infinity, gain: -Infinity, recall: 0.5 });
  }
  if (what === 'deep') return Array.from({ length: 3_000 }).reduce<unknown>((inner) => ({ inner }), 1);
  return what;
}

/** Its first attempt runs for longer than it may, and comes back all the same. */
export async function slowOnce(): Promise<{ rows: number[] }> {
  const { attempt } = activityInfo();
  lineage.used({ kind: 'dataset', uri: 's3://late/in', version: `attempt-${attempt}` });
  if (attempt === 1) await new Promise((resolve) => setTimeout(resolve, 5_000));
  return { rows: [attempt] };
}

function hash(text: string): number {
  return [...text].reduce((code, character) => (Math.imul(code, 31) + character.charCodeAt(0)) | 0, 7);
}

/** Reads version v1 of a table, and says so. */
export async function readTable(uri: string): Promise<{ rows: number[] }> {
  lineage.used({ kind: 'dataset', uri, version: 'v1' });
  return { rows: [1, 2, 3] };
}

export async function transformTable({ rows }: { rows: number[] }): Promise<{ rows: number[] }> {
  return { rows: rows.map((row) => row * 10) };
}

export async function combineTables(one: { rows: number[] }, two: { rows: number[] }): Promise<{ rows: number[] }> {
  return { rows: [...one.rows, ...two.rows] };
}

export async function slowTable({ rows }: { rows: number[] }): Promise<{ rows: number[] }> {
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  return { rows };
}
