// Runs in: server, CLI. What there is to narrow a search to: kinds of artifacts, types of workflows and of activities.
import { LABELS } from '../model/record.ts';
import type { SearchNames } from './answers.ts';
import type { Connection, Query } from './connection.ts';

const MOST = 1_000;
const MAIN = new Set<string>(LABELS);

/** @throws GraphUnavailableError */
export function searchNames(connection: Connection): Promise<SearchNames> {
  return connection.read(async (query) => {
    const labels = await query('CALL db.labels() YIELD label RETURN label');
    const pipelines = await distinct(query, 'Run', 'workflowType', 'startedAt');
    const activities = await distinct(query, 'Step', 'activityType', 'recordedAt');
    return {
      kinds: labels.map(({ label }) => String(label)).filter((label) => !MAIN.has(label)).map((label) => label.toLowerCase()).sort(),
      pipelines, activities, truncated: pipelines.length === MOST || activities.length === MOST,
    };
  });
}

/** From each value to the next greater one in the index: a few looks into it, however many nodes there are. */
async function distinct(query: Query, label: 'Run' | 'Step', property: string, time: string): Promise<string[]> {
  const found: string[] = [];
  for (let last = ''; found.length < MOST; ) {
    // The index holds a time as well, which has to be asked for.
    const [row] = await query(`MATCH (n:${label}) WHERE n.${property} > $last AND n.${time} IS NOT NULL RETURN n.${property} AS value ORDER BY n.${property} LIMIT 1`, { last });
    if (row === undefined) break;
    last = String(row.value);
    found.push(last);
  }
  return found;
}
