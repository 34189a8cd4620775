// Runs in: worker. What each group of features is: one SQL text for training and for scoring, so that they can't drift apart.
import type { DuckDBConnection } from '@duckdb/node-api';
import { quoted, type Row } from './activities/duckdb.ts';
import { FEATURE_GROUPS, type FeatureGroupName } from './messages.ts';

interface FeatureGroup {
  /** The features' names, in the order of the model's columns. */
  features: string[];
  /** Over the view `past` (clean flights before the examples' period): what is known beforehand. */
  history: string;
  /** The history's columns, for reading it back out of a model. */
  historyColumns: Record<string, string>;
  /** Over `flights` and the group's own history: each flight's id and features. */
  select: string;
}

// Rates are rounded to 1 %: finer steps are noise, and every further value costs the trees time. A rate over fewer than 100
// flights is noise too: who has none gets the mean of the others.
export const GROUPS: Record<FeatureGroupName, FeatureGroup> = {
  time: {
    features: ['hour', 'weekday', 'hour_late_rate'],
    history: 'SELECT hour(departed_at)::INTEGER AS hour, round(avg(late::INTEGER), 2) AS late_rate FROM past GROUP BY ALL HAVING count(*) >= 100 ORDER BY hour',
    historyColumns: { hour: 'INTEGER', late_rate: 'DOUBLE' },
    select: `SELECT flight_id, hour(departed_at)::INTEGER AS hour, isodow(departed_at)::INTEGER AS weekday,
                    coalesce(late_rate, (SELECT round(avg(late_rate), 2) FROM time_history)) AS hour_late_rate
             FROM flights LEFT JOIN time_history AS known ON known.hour = hour(departed_at)`,
  },
  route: {
    features: ['distance_100_miles', 'origin_late_rate', 'destination_late_rate'],
    history: `SELECT airport, round(avg(late::INTEGER) FILTER (leaving), 2) AS leaving_late_rate,
                     round(avg(late::INTEGER) FILTER (NOT leaving), 2) AS arriving_late_rate
              FROM (SELECT origin AS airport, true AS leaving, late FROM past
                    UNION ALL SELECT destination, false, late FROM past)
              GROUP BY airport HAVING count(*) >= 100 ORDER BY airport`,
    historyColumns: { airport: 'VARCHAR', leaving_late_rate: 'DOUBLE', arriving_late_rate: 'DOUBLE' },
    select: `SELECT flight_id, (distance // 100)::INTEGER AS distance_100_miles,
                    coalesce(o.leaving_late_rate, (SELECT round(avg(leaving_late_rate), 2) FROM route_history)) AS origin_late_rate,
                    coalesce(d.arriving_late_rate, (SELECT round(avg(arriving_late_rate), 2) FROM route_history)) AS destination_late_rate
             FROM flights LEFT JOIN route_history AS o ON o.airport = origin
                          LEFT JOIN route_history AS d ON d.airport = destination`,
  },
  traffic: {
    features: ['origin_departures', 'destination_departures'],
    history: `SELECT origin AS airport, hour(departed_at)::INTEGER AS hour,
                     round(count(*) / (SELECT count(DISTINCT departed_at::DATE) FROM past))::INTEGER AS departures
              FROM past GROUP BY ALL HAVING departures > 0 ORDER BY ALL`,
    historyColumns: { airport: 'VARCHAR', hour: 'INTEGER', departures: 'INTEGER' },
    select: `SELECT flight_id, coalesce(o.departures, 0) AS origin_departures, coalesce(d.departures, 0) AS destination_departures
             FROM flights LEFT JOIN traffic_history AS o ON o.airport = origin AND o.hour = hour(departed_at)
                          LEFT JOIN traffic_history AS d ON d.airport = destination AND d.hour = hour(departed_at)`,
  },
};

/** All features, in the order of the model's columns. */
export const FEATURES = FEATURE_GROUPS.flatMap((group) => GROUPS[group].features);

/** Makes a group's history of a Parquet file readable as `GROUP_history`. */
export async function openHistory(db: DuckDBConnection, group: FeatureGroupName, path: string): Promise<void> {
  await db.run(`CREATE VIEW ${group}_history AS SELECT * FROM read_parquet(${quoted(path)})`);
}

/** Makes a history that a model carries readable as `GROUP_history`. */
export async function loadHistory(db: DuckDBConnection, group: FeatureGroupName, rows: Row[]): Promise<void> {
  const shape = JSON.stringify([GROUPS[group].historyColumns]);
  await db.run(
    `CREATE TABLE ${group}_history AS SELECT unnest(from_json($1::JSON, ${quoted(shape)}), recursive := true)`,
    [JSON.stringify(rows)],
  );
}
