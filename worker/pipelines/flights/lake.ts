// Runs in: worker. Fills a small data lake with what the pipelines read; stands in for the systems that deliver it.
import { constants } from 'node:fs';
import { access, copyFile, mkdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { quoted, withDatabase, writeParquet } from './activities/duckdb.ts';
import type { SourceFile } from './messages.ts';

/**
 * Three million flights of January to June 2001 as the US Bureau of Transportation Statistics published them, from the
 * package vega-datasets: date (when the flight left), delay (of the arrival, minutes), distance (miles), origin, destination.
 */
export function publishedFlights(): string {
  const entry = createRequire(import.meta.url).resolve('vega-datasets');
  return join(dirname(entry), '..', 'data', 'flights-3m.parquet');
}

/** Delivers the published file, byte for byte, as `raw/flights-3m.parquet`. Does nothing when it is there. */
export async function landRawFlights(lakeDir: string, version = '2001-06.v1'): Promise<SourceFile> {
  const path = join(lakeDir, 'raw', 'flights-3m.parquet');
  if (!(await exists(path))) {
    await mkdir(dirname(path), { recursive: true });
    await copyFile(publishedFlights(), path, constants.COPYFILE_EXCL);
  }
  return { uri: path, version, path };
}

/**
 * Delivers a corrected version of the same dataset. Nothing is overwritten: it lies beside the first one and shares its
 * URI. Corrected are arrivals more than 90 minutes early or a day late, which no flight can have had, and flights reported
 * twice: of several on one route in one minute, only the most punctual stays.
 */
export async function correctedRaw(raw: SourceFile, version = '2001-06.v2'): Promise<SourceFile> {
  const path = join(`${raw.path}.d`, `${version}.parquet`);
  if (!(await exists(path))) {
    await withDatabase(async (db) => {
      await db.run(
        `CREATE VIEW possible AS
         SELECT * FROM read_parquet(${quoted(raw.path)}, file_row_number = true) WHERE delay BETWEEN -90 AND 1440`,
      );
      await db.run(
        `CREATE TABLE surplus AS
         SELECT file_row_number FROM possible
         SEMI JOIN (SELECT date, origin, destination FROM possible GROUP BY ALL HAVING count(*) > 1)
           USING (date, origin, destination)
         QUALIFY row_number() OVER (PARTITION BY date, origin, destination ORDER BY abs(delay), file_row_number) > 1`,
      );
      await writeParquet(
        db,
        `SELECT date, delay, distance, origin, destination
         FROM possible ANTI JOIN surplus USING (file_row_number) ORDER BY file_row_number`,
        path,
      );
    });
  }
  return { uri: raw.uri, version, path };
}

/** Delivers the feed of flights that left in June 2001: what is known at departure, so no delays. Models are not trained on it. */
export async function landDepartures(lakeDir: string, version = '2001-06'): Promise<SourceFile> {
  const path = join(lakeDir, 'feeds', 'departures.parquet.d', `${version}.parquet`);
  if (!(await exists(path))) {
    await withDatabase((db) =>
      writeParquet(
        db,
        `SELECT DISTINCT date AS departed_at, origin, destination, distance::INTEGER AS distance
         FROM read_parquet(${quoted(publishedFlights())})
         WHERE date >= TIMESTAMP '2001-06-01' AND date < TIMESTAMP '2001-07-01'
         ORDER BY ALL`,
        path,
      ),
    );
  }
  return { uri: join(lakeDir, 'feeds', 'departures.parquet'), version, path };
}

function exists(path: string): Promise<boolean> {
  return access(path).then(() => true, () => false);
}
