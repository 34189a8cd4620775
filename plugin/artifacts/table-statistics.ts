// Runs in: worker. Rows, columns and their ranges of a CSV, Parquet or JSON file, by DuckDB where it is installed.
import type { DuckDBConnection } from '@duckdb/node-api';
import type { Json } from '../model/json.ts';
import { redactText } from '../model/redact.ts';

/** So many columns are described; the rest is counted. */
const MOST_COLUMNS = 200;
const LONGEST_TEXT = 100;
const NUMBER = /^(?:U?(?:TINY|SMALL|BIG|HUGE)?INT(?:EGER)?|FLOAT|DOUBLE|DECIMAL.*)$/;
const PLAIN = /^(?:VARCHAR|BOOLEAN|DATE|TIME.*|TIMESTAMP.*|UUID)$/;

/** DuckDB is not installed. The message says how to get it. */
export class NoDuckDbError extends Error {
  override name = 'NoDuckDbError';
}

/**
 * `{rows, columns: {NAME: {type, nulls, min, max}}}`, read from the whole file; `{failed}` for a file that is no such table.
 * `min` and `max` are of columns of numbers, times and texts, and hold what the file holds, texts cut after 100 characters.
 *
 * @throws NoDuckDbError
 */
export async function tableStatistics(path: string): Promise<{ [key: string]: Json }> {
  const reader = readerOf(path);
  if (reader === undefined) return { failed: 'statistics are taken of .csv, .tsv, .parquet, .json, .jsonl and .ndjson files' };
  const { DuckDBInstance } = await duckDb();
  const instance = await DuckDBInstance.create(':memory:', { threads: '1', autoinstall_known_extensions: 'false', autoload_known_extensions: 'false' });
  try {
    const db = await instance.connect();
    try {
      return await described(db, `${reader}(${text(literalPath(path))}${reader === 'read_csv' ? ', sample_size = -1' : ''})`);
    } finally {
      db.closeSync();
    }
  } catch (error) {
    return { failed: redactText(error instanceof Error ? error.message : String(error), 300) };
  } finally {
    instance.closeSync();
  }
}

async function described(db: DuckDBConnection, table: string): Promise<{ [key: string]: Json }> {
  const all = await rowsOf(db, `DESCRIBE SELECT * FROM ${table}`);
  const columns = all.slice(0, MOST_COLUMNS).map((row) => ({ name: String(row.column_name), type: String(row.column_type) }));
  const wanted = columns.flatMap(({ name, type }, index) => {
    const ranged = NUMBER.test(type) || PLAIN.test(type);
    return [`count(${identifier(name)}) AS c${index}`, ...(ranged ? [`min(${identifier(name)})::VARCHAR AS a${index}`, `max(${identifier(name)})::VARCHAR AS z${index}`] : [])];
  });
  const [totals] = await rowsOf(db, `SELECT count(*) AS rows, ${wanted.join(', ')} FROM ${table}`);
  const rows = Number(totals!.rows);
  const told: { [name: string]: Json } = {};
  for (const [index, { name, type }] of columns.entries()) {
    told[name] = { type, nulls: rows - Number(totals![`c${index}`]), min: edge(totals![`a${index}`], type), max: edge(totals![`z${index}`], type) };
  }
  return { rows, columns: told, ...(all.length > columns.length && { columnsLeftOut: all.length - columns.length }) };
}

async function rowsOf(db: DuckDBConnection, sql: string): Promise<{ [name: string]: Json }[]> {
  return (await db.runAndReadAll(sql)).getRowObjectsJson() as { [name: string]: Json }[];
}

function edge(value: Json | undefined, type: string): Json {
  if (typeof value !== 'string') return null;
  const number = Number(value);
  if (NUMBER.test(type) && Number.isFinite(number) && (!Number.isInteger(number) || Number.isSafeInteger(number))) return number;
  return redactText(value, LONGEST_TEXT);
}

function readerOf(path: string): 'read_csv' | 'read_parquet' | 'read_json' | undefined {
  const name = path.toLowerCase().replace(/\.(gz|zst)$/, '');
  if (/\.(csv|tsv)$/.test(name)) return 'read_csv';
  if (/\.(parquet|pq)$/.test(name)) return 'read_parquet';
  return /\.(json|jsonl|ndjson)$/.test(name) ? 'read_json' : undefined;
}

/** One file and no pattern: DuckDB would read others that it matches as well. */
const literalPath = (path: string): string => path.replace(/[*?[]/g, '[$&]');
const text = (value: string): string => `'${value.replaceAll("'", "''")}'`;
const identifier = (name: string): string => `"${name.replaceAll('"', '""')}"`;

async function duckDb(): Promise<typeof import('@duckdb/node-api')> {
  try {
    return await import('@duckdb/node-api');
  } catch (error) {
    throw new NoDuckDbError("statistics need the package '@duckdb/node-api': npm install @duckdb/node-api", { cause: error });
  }
}
