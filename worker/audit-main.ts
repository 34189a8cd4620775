// Runs in: worker. The audit on a schedule, as a program of its own: `node dist/worker/audit-main.js`.
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Client, Connection, ScheduleAlreadyRunning, ScheduleOverlapPolicy } from '@temporalio/client';
import { loadDataConverter } from '@temporalio/common/lib/internal-non-workflow/index.js';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { NativeConnection, Worker } from '@temporalio/worker';
import { digestKeyFromEnvironment, Privacy } from '../plugin/capture/privacy.ts';
import { addressFromEnvironment, Connection as Graph } from '../plugin/graph/connection.ts';
import { ensureSchema } from '../plugin/graph/schema.ts';
import { AUDIT_TASK_QUEUE } from '../plugin/history/audit.ts';
import { knownEncodings } from '../plugin/history/known-encodings.ts';
import { auditActivities } from './audit/activities.ts';

const SCHEDULE = 'provenance-audit';
const HELP = `Usage: node dist/worker/audit-main.js [--every <duration>]

Audits every run of a namespace on a schedule of Temporal's: compares its record with its history, fills what is missing, and seals it.
The schedule '${SCHEDULE}' is made where it is not there, and its workflow is served until this program is told to stop.

Options
  --every <duration>  how often, such as 15m, 1h or 1d (default 1h); a schedule that is there already is given this
  --help              show this

Environment
  TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE, TEMPORAL_API_KEY, TEMPORAL_TLS_…, or a profile in temporal.toml
  NEO4J_URI, NEO4J_USERNAME, NEO4J_PASSWORD, NEO4J_DATABASE, PROVENANCE_DIGEST_KEY
`;

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { every: { type: 'string', default: '1h' }, help: { type: 'boolean', short: 'h' } } });
  if (values.help) {
    process.stdout.write(HELP);
    return;
  }
  const { connectionOptions, namespace = 'default' } = loadClientConnectConfig();
  const connection = await NativeConnection.connect(connectionOptions);
  const client = await Connection.connect(connectionOptions);
  const graph = new Graph(addressFromEnvironment());
  try {
    await ensureSchema(graph);
    await schedule(new Client({ connection: client, namespace }), values.every);
    const digestKey = digestKeyFromEnvironment();
    const privacy = new Privacy(loadDataConverter(), { ...(digestKey && { digestKey }) });
    const worker = await Worker.create({
      connection, namespace, taskQueue: AUDIT_TASK_QUEUE,
      workflowsPath: fileURLToPath(new URL(`./audit/workflows${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url)),
      activities: auditActivities({ connection, graph, namespace, opener: { payloadCodecs: [knownEncodings] }, privacy }),
    });
    console.error(`audit: every ${values.every} of namespace '${namespace}', on the task queue '${AUDIT_TASK_QUEUE}'`);
    await worker.run();
  } finally {
    await Promise.allSettled([graph.close(), client.close(), connection.close()]);
  }
}

/** One at a time: an audit that takes longer than the time between two is let end. */
async function schedule(client: Client, every: string): Promise<void> {
  const options = {
    spec: { intervals: [{ every: every as '1h' }] },
    policies: { overlap: ScheduleOverlapPolicy.SKIP },
    action: { type: 'startWorkflow' as const, workflowType: 'provenanceAudit', args: [{}], taskQueue: AUDIT_TASK_QUEUE, workflowId: SCHEDULE },
  };
  try {
    await client.schedule.create({ scheduleId: SCHEDULE, ...options, state: { triggerImmediately: true } });
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
    await client.schedule.getHandle(SCHEDULE).update((known) => ({ ...known, spec: options.spec, policies: options.policies, action: { ...options.action, memo: {} } }));
  }
}

try {
  await main();
} catch (error) {
  console.error(`audit: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
