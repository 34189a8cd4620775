// Runs in: worker, server, CLI. The URIs of the usual stores: which texts are one, and which of them name an exact version.
import { BadUriError, normaliseUri } from './uri.ts';
import { redactText } from './redact.ts';

/** A place that a text names, and the version if the text itself says which. */
export interface StorePlace {
  /** Normalised, without what names the version. */
  uri: string;
  version?: string;
}

const FILES = /^(?:file|s3[an]?|gs|gcs|abfss?|wasbs?|adl|hdfs|webhdfs|dbfs|lakefs|oss|https?):\/\//i;
const TABLES = /^(?:jdbc:)?(?:postgres(?:ql)?|mysql|mariadb|mssql|sqlserver|oracle|snowflake|redshift|clickhouse|trino|presto|hive|databricks|iceberg|delta|duckdb|sqlite|bigquery|bq):/i;
const LONGEST = 2_048;
// Whoever logs in, or carries a permit, by what stands in the query: nobody declared it to be recorded.
const RISKY = /[?&;][^=&;]*(?:key|token|sig|secret|auth|code|session|pass|cred)[^=&;]*=|[?&;][^=&;]*=[\w.~%+/-]{32,}/i;
const LAKE_COMMIT = /^lakefs:\/\/[^/]+\/([0-9a-f]{64})\//i;

/**
 * The place that a text found in a value names; undefined for any other text. Files need a path, tables a name: the
 * address of a host or of a database is neither.
 */
export function storePlace(text: string): StorePlace | undefined {
  if (text.length > LONGEST || text.length < 6 || !(FILES.test(text) || TABLES.test(text)) || /[\s<>"{}|\\^`]/.test(text)) return undefined;
  try {
    const { uri: bare, version } = versionInUri(text);
    const uri = normaliseUri(bare);
    if (RISKY.test(uri) || redactText(uri) !== uri) return undefined;
    if (!(TABLES.test(uri) ? namesTable(uri) : namesFile(uri))) return undefined;
    return { uri, ...(version !== undefined && { version }) };
  } catch (error) {
    if (error instanceof BadUriError) return undefined;
    throw error;
  }
}

/**
 * Takes apart a URI that says itself which version it means: `?versionId=` (S3, Azure: `versionid`, `snapshot`), `?generation=` or
 * `#GENERATION` (Google), a whole commit as the ref of `lakefs://`. A commit stays part of the URI too, since without it the
 * path would be read as another ref's.
 */
export function versionInUri(text: string): StorePlace {
  const commit = LAKE_COMMIT.exec(text)?.[1]?.toLowerCase();
  if (commit !== undefined) return { uri: text, version: commit };
  const generation = /^(gs:\/\/[^#]*)#(\d{10,})$/i.exec(text);
  if (generation) return { uri: generation[1]!, version: generation[2]! };
  const found = /[?&](?:versionId|generation|snapshot)=([^&#]+)/i.exec(text);
  if (!found || found[1] === 'null' || !FILES.test(text)) return { uri: text };
  const rest = text.slice(found.index + found[0].length);
  // What stood before a parameter goes on to stand before the next.
  const uri = text.slice(0, found.index) + (rest.startsWith('&') ? found[0][0] + rest.slice(1) : rest);
  return { uri, version: decoded(found[1]!) };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function namesFile(uri: string): boolean {
  const [place] = uri.split('?') as [string];
  return /^[a-z0-9]+:\/\/[^/]*\/[^/]/.test(place);
}

/** `…/database/schema.table`, `…?table=x`, `bigquery:project.dataset.table`: a database alone is no table. */
function namesTable(uri: string): boolean {
  if (/[?&;](?:db)?table=[^&;]/i.test(uri)) return true;
  const [place] = uri.split(/[?;]/) as [string];
  if (/^(?:bigquery|bq):/.test(place)) return /^[a-z]+:(?:\/\/)?[^./:]+[.:/][^./]+[./][^./]+$/.test(place);
  const path = /^[a-z:]+:\/\/[^/]*\/(.+)$/.exec(place)?.[1];
  if (path === undefined || /^(?:jdbc:)?(?:sqlite|duckdb):/.test(place)) return false;
  const parts = path.split('/').filter((part) => part !== '');
  return parts.length >= 2 || /^[^.]+\.[^.]+(?:\.[^.]+)?$/.test(parts[0] ?? '');
}
