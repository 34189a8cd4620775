// Runs in: isolate. The audit of a namespace as a workflow: as durable as what it audits.
import { continueAsNew, proxyActivities, workflowInfo } from '@temporalio/workflow';
import type { AuditReport } from '../../plugin/history/audit-report.ts';
import type { AuditState } from '../../plugin/history/audit.ts';
import type { AuditActivities, AuditRequest } from './activities.ts';

/** Pages of runs before it continues as new. */
const MOST_PAGES = 200;

const { auditNextPage, unprovableRuns } = proxyActivities<AuditActivities>({
  startToCloseTimeout: '1h',
  heartbeatTimeout: '1m',
  // Engines that are away come back.
  retry: { initialInterval: '1s', maximumInterval: '1m' },
});

/**
 * Goes through every run, filling and sealing. It needs no plugin: what it does is no lineage.
 * @param state where a run of it that continued as new had come to
 */
export async function provenanceAudit(request: AuditRequest, state?: AuditState): Promise<Omit<AuditReport, 'perRun'>> {
  let at = state ?? null;
  for (let pages = 0; at === null || at.hasMore; pages++) {
    if (at && (pages >= MOST_PAGES || workflowInfo().continueAsNewSuggested)) return continueAsNew<typeof provenanceAudit>(request, at);
    at = await auditNextPage(request, at);
  }
  const { perRun: _, ...report } = at.report;
  return { ...report, unprovable: request.query === undefined ? await unprovableRuns() : [] };
}
