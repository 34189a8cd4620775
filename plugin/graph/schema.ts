// Runs in: worker, CLI. The constraints and indexes, made at start-up.
import { EDGE_TYPES, LABELS } from '../model/record.ts';
import type { Connection } from './connection.ts';

/** The full-text index behind the search box. */
export const SEARCH_INDEX = 'provenance_search';

/** Neo4j Community has uniqueness constraints for nodes and relationships, and no other kinds. */
const STATEMENTS = [
  ...LABELS.map((label) => `CREATE CONSTRAINT provenance_${label.toLowerCase()}_id IF NOT EXISTS FOR (n:${label}) REQUIRE n.id IS UNIQUE`),
  ...EDGE_TYPES.map((type) => `CREATE CONSTRAINT provenance_${type.toLowerCase()}_id IF NOT EXISTS FOR ()-[r:${type}]-() REQUIRE r.id IS UNIQUE`),
  'CREATE INDEX provenance_version_uri IF NOT EXISTS FOR (n:ArtifactVersion) ON (n.uri)',
  'CREATE INDEX provenance_version_recorded IF NOT EXISTS FOR (n:ArtifactVersion) ON (n.recordedAt)',
  'CREATE INDEX provenance_run_recorded IF NOT EXISTS FOR (n:Run) ON (n.recordedAt)',
  'CREATE INDEX provenance_run_workflow IF NOT EXISTS FOR (n:Run) ON (n.workflowId)',
  `CREATE FULLTEXT INDEX ${SEARCH_INDEX} IF NOT EXISTS FOR (n:Run|ArtifactVersion) ON EACH [n.workflowId, n.workflowType, n.runId, n.uri, n.version, n.name, n.sha256]`,
];

/** Makes what is missing; safe to call at any time and from many places at once. @throws GraphUnavailableError */
export async function ensureSchema(connection: Connection): Promise<void> {
  for (const statement of STATEMENTS) await connection.run(statement);
}
