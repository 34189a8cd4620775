// Runs in: worker. A folder of its own for a test file, gone afterwards.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { query, quoted, type Row, withDatabase } from '../../../worker/pipelines/flights/activities/duckdb.ts';

export async function temporaryFolder(): Promise<{ path: string; remove: () => Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'pipelines-'));
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}

/** Asks a Parquet file; `FILE` in the query stands for it. */
export function ask(path: string, sql: string): Promise<Row[]> {
  return withDatabase((db) => query(db, sql.replaceAll('FILE', `read_parquet(${quoted(path)})`)));
}
