// Runs in: worker, CLI. Goes through every run of a namespace, and says of each whether its record is complete.
import type { temporal } from '@temporalio/proto';
import type { WorkflowService } from '@temporalio/client';
import type { Connection } from '../graph/connection.ts';
import { unsealedRuns } from '../graph/run-seals.ts';
import { runId } from '../model/id.ts';
import { addFinding, type AuditReport, emptyReport, type RunReport, reportOf } from './audit-report.ts';
import { HistoryGoneError, HistoryTooLongError, isNotFound } from './fetch-history.ts';
import type { Finding, Sealer } from './seal.ts';

/** Where an audit that was interrupted goes on: after so many pages of visibility. JSON. */
export interface AuditState {
  /** Runs that started later are another audit's (ISO 8601). */
  until: string;
  /** Base64; empty before the first page. */
  nextPageToken: string;
  /** False once all pages are done. */
  hasMore: boolean;
  report: AuditReport;
}

export interface AuditOptions {
  service: WorkflowService;
  graph: Connection;
  sealer: Pick<Sealer, 'check' | 'seal'>;
  namespace: string;
  /** Of visibility, in Temporal's list filter syntax. Default: all runs. */
  query?: string;
  /** Runs that started then or later (ISO 8601). */
  since?: string;
  /** Whether what lacks is filled, and certificates are issued. */
  repair: boolean;
  /** Only these are looked at. Default: all. */
  only?: (run: { id: string; isOpen: boolean }) => Promise<boolean>;
}

/** Where the audit itself runs: it is not among what it audits. */
export const AUDIT_TASK_QUEUE = 'provenance-audit';

/** Histories at a time: the rest of the time goes into waiting for the engines. */
const AT_ONCE = 4;
const PAGE = 50;
const DAY_MS = 86_400_000;

type Execution = temporal.api.workflow.v1.IWorkflowExecutionInfo;

export function newAudit(now = new Date()): AuditState {
  return { until: now.toISOString(), nextPageToken: '', hasMore: true, report: emptyReport() };
}

/** How many runs there are to go through. @throws what the connection throws */
export async function auditSize(options: AuditOptions, state: AuditState): Promise<number> {
  const { count } = await options.service.countWorkflowExecutions({ namespace: options.namespace, query: filter(options, state) });
  return Number(count ?? 0);
}

/**
 * Does one page of runs, and adds it to the state, which can be written down in between. A run that can't be looked at is reported and the
 * others go on; but engines that are away end it.
 * @param isOver asked before each run: the page is then left, and its state is not to be kept
 * @throws GraphUnavailableError, and what the connection throws while Temporal is away
 */
export async function auditPage(options: AuditOptions, state: AuditState, progress: (run: RunReport) => void = () => undefined, isOver = () => false): Promise<AuditState> {
  const { service, namespace } = options;
  const page = await service.listWorkflowExecutions({
    namespace, pageSize: PAGE, query: filter(options, state), ...(state.nextPageToken !== '' && { nextPageToken: Buffer.from(state.nextPageToken, 'base64') }),
  });
  const waiting = [...(page.executions ?? [])];
  const retention = await retentionOf(service, namespace);
  const report = structuredClone(state.report);
  const fault = new AbortController();
  const lanes = await Promise.allSettled(Array.from({ length: AT_ONCE }, async () => {
    for (let next = waiting.shift(); next && !fault.signal.aborted && !isOver(); next = waiting.shift()) {
      const said = await audited(options, next, retention).catch((error: unknown) => {
        fault.abort();
        throw error;
      });
      if (!said) continue;
      addFinding(report, said);
      progress(said);
    }
  }));
  // Whoever tries again must not meet what is still under way here.
  for (const lane of lanes) if (lane.status === 'rejected') throw lane.reason;
  const nextPageToken = Buffer.from(page.nextPageToken ?? []).toString('base64');
  return { ...state, nextPageToken, hasMore: nextPageToken !== '', report };
}

/** Runs in the graph that Temporal no longer holds, and that nobody sealed while it did: ids. @throws as `auditPage` */
export async function unprovable({ graph, service, namespace }: Pick<AuditOptions, 'graph' | 'service' | 'namespace'>): Promise<string[]> {
  const retentionMs = await retentionOf(service, namespace);
  if (retentionMs === undefined) return [];
  // A run that is over stays for as long as that: what is younger need not be asked for.
  const old = await unsealedRuns(graph, namespace, new Date(Date.now() - retentionMs).toISOString());
  const gone: string[] = [];
  for (const { id, workflowId, runId: run } of old) {
    const isThere = await service.describeWorkflowExecution({ namespace, execution: { workflowId, runId: run } }).then(() => true, (error: unknown) => {
      if (isNotFound(error)) return false;
      throw error;
    });
    if (!isThere) gone.push(id);
  }
  return gone;
}

async function audited({ sealer, namespace, repair, only }: AuditOptions, execution: Execution, retentionMs: number | undefined): Promise<RunReport | undefined> {
  const run = { namespace, workflowId: execution.execution?.workflowId ?? '', runId: execution.execution?.runId ?? '' };
  const isOpen = !execution.closeTime;
  if (only && !(await only({ id: runId(run), isOpen }))) return undefined;
  let finding: Finding;
  try {
    finding = await (repair ? sealer.seal(run) : sealer.check(run));
  } catch (error) {
    const problem = problemOf(error);
    if (problem === undefined) throw error;
    return reportOf({ run, workflowType: execution.type?.name ?? '', isOpen, problem });
  }
  const isLeaving = !isOpen && finding.certificate.state !== 'sealed' && retentionMs !== undefined
    && Number(execution.closeTime?.seconds ?? 0) * 1_000 + retentionMs - Date.now() < Math.min(DAY_MS, retentionMs / 4);
  return reportOf({ run, workflowType: execution.type?.name ?? finding.workflowType, isOpen, finding, isLeaving });
}

/** What is wrong with the one run alone, so that the others can be looked at; undefined where it may be an engine that is away. */
function problemOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if (error instanceof HistoryGoneError || error instanceof HistoryTooLongError) return error.message;
  const isOurs = error instanceof RangeError || error instanceof TypeError || error instanceof SyntaxError;
  return isOurs || /message larger than max/.test(error.message) ? `its history could not be read: ${error.message}` : undefined;
}

function filter({ query, since }: AuditOptions, { until }: AuditState): string {
  return [...(query ? [`(${query})`] : []), ...(since ? [`StartTime >= '${since}'`] : []), `StartTime <= '${until}'`, `TaskQueue != '${AUDIT_TASK_QUEUE}'`].join(' AND ');
}

/** How long the namespace keeps a run that is over, in milliseconds. */
async function retentionOf(service: WorkflowService, namespace: string): Promise<number | undefined> {
  const { config } = await service.describeNamespace({ namespace });
  const seconds = Number(config?.workflowExecutionRetentionTtl?.seconds ?? 0);
  return seconds > 0 ? seconds * 1_000 : undefined;
}
