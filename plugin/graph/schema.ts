// Runs in: worker, server, CLI. The constraints and indexes, made at start-up.
import { Neo4jError } from 'neo4j-driver';
import { EDGE_TYPES, LABELS } from '../model/record.ts';
import type { Connection } from './connection.ts';

/** The full-text indexes behind the search box: of words, and of the names of people and clients, which an erasure takes out of it. */
export const WORDS_INDEX = 'provenance_words';
export const PEOPLE_INDEX = 'provenance_people';

/** Neo4j Community has uniqueness constraints for nodes and relationships, and no other kinds. */
const STATEMENTS = [
  ...LABELS.map((label) => `CREATE CONSTRAINT provenance_${label.toLowerCase()}_id IF NOT EXISTS FOR (n:${label}) REQUIRE n.id IS UNIQUE`),
  ...EDGE_TYPES.map((type) => `CREATE CONSTRAINT provenance_${type.toLowerCase()}_id IF NOT EXISTS FOR ()-[r:${type}]-() REQUIRE r.id IS UNIQUE`),
  'CREATE INDEX provenance_version_uri IF NOT EXISTS FOR (n:ArtifactVersion) ON (n.uri)',
  'CREATE INDEX provenance_version_prediction IF NOT EXISTS FOR (n:ArtifactVersion) ON (n.predictionId)',
  'CREATE INDEX provenance_version_withdrawn IF NOT EXISTS FOR (n:ArtifactVersion) ON (n.withdrawnAt)',
  'CREATE INDEX provenance_run_recorded IF NOT EXISTS FOR (n:Run) ON (n.recordedAt)',
  'CREATE INDEX provenance_run_workflow IF NOT EXISTS FOR (n:Run) ON (n.workflowId)',
  'CREATE INDEX provenance_run_run IF NOT EXISTS FOR (n:Run) ON (n.runId)',
  'CREATE INDEX provenance_run_type_started IF NOT EXISTS FOR (n:Run) ON (n.workflowType, n.startedAt)',
  'CREATE INDEX provenance_step_type IF NOT EXISTS FOR (n:Step) ON (n.activityType, n.recordedAt)',
  'CREATE INDEX provenance_code_commit IF NOT EXISTS FOR (n:CodeVersion) ON (n.gitCommit)',
  // Words are split by us: Lucene's own analyzers keep '3m.parquet' or drop its digits.
  `CREATE FULLTEXT INDEX ${WORDS_INDEX} IF NOT EXISTS FOR (n:Run|ArtifactVersion|CodeVersion|Agent) ON EACH [n.searchText]
   OPTIONS {indexConfig: {\`fulltext.analyzer\`: 'whitespace'}}`,
  `CREATE FULLTEXT INDEX ${PEOPLE_INDEX} IF NOT EXISTS FOR (n:Detail) ON EACH [n.name, n.identity]
   OPTIONS {indexConfig: {\`fulltext.analyzer\`: 'simple'}}`,
];

/** Makes what is missing; safe to call at any time and from many places at once. @throws GraphUnavailableError */
export async function ensureSchema(connection: Connection): Promise<void> {
  const rows = await connection.read((run) => run('SHOW INDEXES YIELD name RETURN collect(name) AS names'));
  const there = rows[0]!.names as string[];
  for (const statement of STATEMENTS) if (!there.some((name) => statement.includes(` ${name} `))) await made(connection, statement);
}

/** Two that make things at once may wait for each other: Neo4j then ends one of them, which is tried again. */
async function made(connection: Connection, statement: string): Promise<void> {
  try {
    await connection.write((run) => run(statement));
  } catch (error) {
    // Made by somebody else in the same moment.
    if (!(error instanceof Neo4jError && error.code.endsWith('.EquivalentSchemaRuleAlreadyExists'))) throw error;
  }
}
