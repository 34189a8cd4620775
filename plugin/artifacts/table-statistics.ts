// Runs in: worker. Rows, columns and their ranges of a CSV, Parquet or JSON file, by DuckDB where it is installed.
import type { DuckDBConnection } from '@duckdb/node-api';
import type { Json } from '../model/json.ts';
import { redactText } from '../model/redact.ts';
import { firstRowsText } from './first-rows.ts';

/** So many columns are described; the rest is counted. */
const MOST_COLUMNS = 200;
const LONGEST_TEXT = 100;
/** So many of a table's first rows, and of their columns, are given. */
const FIRST_ROWS = 5;
const FIRST_COLUMNS = 30;
const NUMBER = /^(?:U?(?:TINY|SMALL|BIG|HUGE)?INT(?:EGER)?|FLOAT|DOUBLE|DECIMAL.*)$/;
const PLAIN = /^(?:VARCHAR|BOOLEAN|DATE|TIME.*|TIMESTAMP.*|UUID)$/;

/** DuckDB is not installed. The message says how to get it. */
export class NoDuckDbError extends Error {
  override name = 'NoDuckDbError';
}

/** What a table's file tells of it. */
export interface TableDescription {
  statistics: { [key: string]: Json };
  /** JSON text; absent where there are none. */
  firstRows?: string;
}

/**
 * As statistics `{rows, columns: {NAME: {type, nulls, min, max}}}`, read from the whole file; `{failed}` for a file that is no such table.
 * `min` and `max` are of columns of numbers, times and texts, and hold what the file holds, texts cut after 100 characters.
 *
 * @throws NoDuckDbError
 */
export async function tableStatistics(path: string): Promise<TableDescription> {
  const reader = readerOf(path);
  if (reader === undefined) return { statistics: { failed: 'statistics are taken of .csv, .tsv, .parquet, .json, .jsonl and .ndjson files' } };
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
    return { statistics: { failed: redactText(error instanceof Error ? error.message : String(error), 300) } };
  } finally {
    instance.closeSync();
  }
}

async function described(db: DuckDBConnection, table: string): Promise<TableDescription> {
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
  const statistics = { rows, columns: told, ...(all.length > columns.length && { columnsLeftOut: all.length - columns.length }) };
  return { statistics, ...(rows > 0 && { firstRows: await firstRows(db, table, columns.slice(0, FIRST_COLUMNS)) }) };
}

async function firstRows(db: DuckDBConnection, table: string, columns: { name: string; type: string }[]): Promise<string> {
  const rows = await rowsOf(db, `SELECT ${columns.map(({ name }) => identifier(name)).join(', ')} FROM ${table} LIMIT ${FIRST_ROWS}`);
  return firstRowsText(rows.map((row) => Object.fromEntries(columns.map(({ name, type }) => {
    const cell = row[name]!;
    return [name, typeof cell === 'string' ? (numberIn(cell, type) ?? cell) : cell];
  }))));
}

async function rowsOf(db: DuckDBConnection, sql: string): Promise<{ [name: string]: Json }[]> {
  return (await db.runAndReadAll(sql)).getRowObjectsJson() as { [name: string]: Json }[];
}

function edge(value: Json | undefined, type: string): Json {
  return typeof value === 'string' ? (numberIn(value, type) ?? redactText(value, LONGEST_TEXT)) : null;
}

/** Undefined where a number would not hold all of it. */
function numberIn(text: string, type: string): number | undefined {
  const number = Number(text);
  return NUMBER.test(type) && Number.isFinite(number) && (!Number.isInteger(number) || Number.isSafeInteger(number)) ? number : undefined;
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
