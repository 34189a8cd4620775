// Runs in: worker. The audit's activities: a page of runs each.
import { hostname } from 'node:os';
import { cancelled, heartbeat, log } from '@temporalio/activity';
import type { NativeConnection } from '@temporalio/worker';
import type { LoadedDataConverter } from '@temporalio/common';
import type { Privacy } from '../../plugin/capture/privacy.ts';
import type { Connection } from '../../plugin/graph/connection.ts';
import { GraphWriter } from '../../plugin/graph/writer.ts';
import { type AuditOptions, auditPage, type AuditState, newAudit, unprovable } from '../../plugin/history/audit.ts';
import { isComplete } from '../../plugin/history/audit-report.ts';
import { Sealer } from '../../plugin/history/seal.ts';

export interface AuditRequest {
  /** A list filter of Temporal's. Default: all runs. */
  query?: string;
}

export interface AuditActivities {
  /** @param state none for the first page */
  auditNextPage(request: AuditRequest, state: AuditState | null): Promise<AuditState>;
  /** Runs in the graph that left Temporal before they were sealed. */
  unprovableRuns(): Promise<string[]>;
}

/** Of the runs that are wanting so many stand in the workflow's state: a payload has its limits. */
const MOST_LISTED = 100;

export function auditActivities({ connection, graph, namespace, opener, privacy }: {
  connection: NativeConnection; graph: Connection; namespace: string; opener: Pick<LoadedDataConverter, 'payloadCodecs'>; privacy: Privacy;
}): AuditActivities {
  const service = connection.workflowService;
  const sealer = new Sealer({ service, graph, writer: new GraphWriter(graph), opener, privacy, by: `provenance audit ${process.pid}@${hostname()}` });
  const options = (request: AuditRequest): AuditOptions => ({ service, graph, sealer, namespace, repair: true, ...request });
  return {
    async auditNextPage(request, state) {
      let isCancelled = false;
      // A retry does the page again, and passes over what is sealed by then.
      cancelled().catch(() => (isCancelled = true));
      let done = 0;
      const next = await auditPage(options(request), state ?? newAudit(), (run) => {
        heartbeat(++done);
        if (!isComplete(run)) log.warn('the record of a run is not complete', { id: run.id, missing: run.missing - run.filled, duplicate: run.duplicate, problem: run.problem });
      }, () => isCancelled);
      if (isCancelled) await cancelled();
      next.report.perRun = next.report.perRun.filter((run) => !isComplete(run)).slice(0, MOST_LISTED);
      return next;
    },
    unprovableRuns: () => unprovable(options({})),
  };
}
