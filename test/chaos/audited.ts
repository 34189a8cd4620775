// Runs in: CLI, tests (chaos). `provenance audit --repair`, as anybody would run it.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Connection } from '@temporalio/client';
import type { AuditReport } from '../../plugin/history/audit-report.ts';
import type { Neo4jEngine } from '../../worker/engines/index.ts';

const PROVENANCE = fileURLToPath(new URL(import.meta.url.endsWith('.ts') ? '../../dist/plugin/cli/main.js' : '../../plugin/cli/main.js', import.meta.url));
/** Temporal's list of runs lags behind their histories, more so after it was killed. */
const LAG_MS = 30_000;

export interface AuditedOptions {
  address: string;
  namespace: string;
  neo4j: Neo4jEngine;
  /** Where it keeps how far it is. */
  directory: string;
  connection: Connection;
  /** How many there are, by their histories. */
  runs: number;
}

/** @throws Error with what the command said, if it gave no report */
export async function audited({ address, namespace, neo4j, directory, connection, runs }: AuditedOptions): Promise<AuditReport> {
  for (const until = Date.now() + LAG_MS; Date.now() < until; await sleep(200)) {
    const { count } = await connection.workflowService.countWorkflowExecutions({ namespace, query: "ExecutionStatus != 'Running'" });
    if (Number(count) >= runs) break;
  }
  const { uri: NEO4J_URI, username: NEO4J_USERNAME, password: NEO4J_PASSWORD, database: NEO4J_DATABASE } = neo4j;
  const child = spawn(process.execPath, [PROVENANCE, 'audit', '--repair', '--json', '--address', address, '--namespace', namespace], {
    cwd: directory, env: { ...process.env, NEO4J_URI, NEO4J_USERNAME, NEO4J_PASSWORD, NEO4J_DATABASE }, stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [out, said, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
  if (out === '') throw new Error(`provenance audit ended with ${code as number}: ${said}`);
  return JSON.parse(out) as AuditReport;
}
