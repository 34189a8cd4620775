// Runs in: worker. Parquet in and out through DuckDB: the same query over the same bytes writes the same bytes.
import { randomUUID } from 'node:crypto';
import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type DuckDBConnection, type DuckDBValue, DuckDBInstance } from '@duckdb/node-api';
import { dataset } from 'temporal-provenance/activity';
import type { StoredFile } from '../messages.ts';

export type Row = Record<string, string | number | boolean | null>;
type Statistics = NonNullable<StoredFile['reference']['statistics']>;

/** An in-memory database of its own for `work`; closed afterwards, also when `work` fails. */
export async function withDatabase<T>(work: (db: DuckDBConnection) => Promise<T>): Promise<T> {
  const instance = await DuckDBInstance.create(':memory:');
  try {
    const db = await instance.connect();
    try {
      return await work(db);
    } finally {
      db.closeSync();
    }
  } finally {
    instance.closeSync();
  }
}

/** Rows as plain JSON; 64-bit integers come as strings, so cast what is meant as a number. */
export async function query(db: DuckDBConnection, sql: string, values: DuckDBValue[] = []): Promise<Row[]> {
  const reader = await db.runAndReadAll(sql, values);
  return reader.getRowObjectsJson() as Row[];
}

/** Complete or not at all: a reader never sees half a file, however an attempt ends. */
export async function writeParquet(db: DuckDBConnection, sql: string, path: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const partial = `${path}.${randomUUID()}.partial`;
  try {
    await db.run(`COPY (${sql}) TO ${quoted(partial)} (FORMAT parquet, COMPRESSION zstd)`);
    await rename(partial, path);
  } finally {
    await rm(partial, { force: true });
  }
}

/** Writes the query's rows and gives the reference to them, with statistics. */
export async function storeParquet(
  db: DuckDBConnection,
  sql: string,
  path: string,
  about: { name: string; statistics?: Statistics },
): Promise<StoredFile> {
  await writeParquet(db, sql, path);
  const reference = await dataset({ uri: path, name: about.name, statistics: true });
  // Into the same object: what the helper keeps apart, the first rows, it keeps by that.
  Object.assign(reference.statistics!, about.statistics);
  return { reference, path };
}

/** A text as an SQL literal. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
