import { fileURLToPath } from 'node:url';
import { loadDataConverter } from '@temporalio/common/lib/internal-non-workflow/index.js';
import { Client } from '@temporalio/client';
import { NativeConnection, Worker } from '@temporalio/worker';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { Privacy } from '../../plugin/capture/privacy.ts';
import { auditPage, type AuditState, newAudit } from '../../plugin/history/audit.ts';
import { runId, type RunKey } from '../../plugin/model/id.ts';
import { auditActivities } from '../../worker/audit/activities.ts';
import type { provenanceAudit } from '../../worker/audit/workflows.ts';
import { engines, recorded, unique } from '../support/recorded.ts';
import { openSealing, type Sealing } from '../support/sealing.ts';

describe('an audit', () => {
  const scope = unique('audited');
  const query = `WorkflowId STARTS_WITH '${scope}'`;
  const runs: RunKey[] = [];
  let sealing: Sealing;

  beforeAll(async () => {
    sealing = await openSealing();
    await recorded(async ({ client, start }) => {
      const handles = await Promise.all(Array.from({ length: 60 }, (_, index) => start('echoes', [{ index }], { workflowId: `${scope}-${index}` })));
      await Promise.all(handles.map((handle) => handle.result()));
      for (const { workflowId, firstExecutionRunId } of handles) runs.push({ namespace: engines.namespace, workflowId, runId: firstExecutionRunId });
      await vi.waitFor(async () => expect((await client.workflow.count(query)).count).toBe(runs.length), { timeout: 60_000 });
    }, { plugin: null, clientPlugin: false });
  });
  afterAll(() => sealing.close());

  it('that is interrupted goes on where it was, and looks at each run once', async () => {
    const options = { service: sealing.temporal.workflowService, graph: sealing.graph, sealer: sealing.sealer, namespace: engines.namespace, query, repair: false };
    const first = await auditPage(options, newAudit());
    expect([first.hasMore, first.report.runs]).toEqual([true, 50]);
    const state = await auditPage(options, JSON.parse(JSON.stringify(first)) as AuditState);
    expect([state.hasMore, state.report.runs, state.report.complete]).toEqual([false, runs.length, false]);
    expect(state.report.perRun.map(({ id }) => id).sort()).toEqual(runs.map(runId).sort());
    expect(state.report.coverage.workflows).toEqual({ echoes: runs.length });
  });

  it('as a workflow fills and seals every run, and says what it found', async () => {
    const connection = await NativeConnection.connect({ address: engines.temporalAddress });
    const taskQueue = unique('audits');
    try {
      const worker = await Worker.create({
        connection, namespace: engines.namespace, taskQueue, workflowsPath: fileURLToPath(new URL('../../worker/audit/workflows.ts', import.meta.url)),
        activities: auditActivities({ connection, graph: sealing.graph, namespace: engines.namespace, opener: loadDataConverter(), privacy: new Privacy(loadDataConverter()) }),
      });
      const client = new Client({ connection: sealing.temporal, namespace: engines.namespace });
      const audit = () => client.workflow.execute<typeof provenanceAudit>('provenanceAudit', { taskQueue, workflowId: unique('audit'), args: [{ query }] });
      const [first, second] = await worker.runUntil(async () => [await audit(), await audit()]);
      expect(first).toMatchObject({ complete: true, runs: runs.length, seals: { sealed: runs.length, unsealed: 0 }, steps: runs.length, duplicate: 0 });
      expect(first.missing).toBeGreaterThan(runs.length);
      expect(first.filled).toBe(first.missing);
      expect(second).toMatchObject({ complete: true, runs: runs.length, steps: runs.length });
    } finally {
      await connection.close();
    }
    for (const run of [runs[0]!, runs.at(-1)!]) expect((await sealing.record(run)).nodes.get(runId(run))!.properties).toMatchObject({ seal: 'sealed', sealNumber: 1 });
  });
});
