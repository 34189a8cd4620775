// Runs in: CLI. Replays histories with the workflow code that made them, to tell by identity what nobody recorded when it ran.
import { readFileSync } from 'node:fs';
import type { DataConverter } from '@temporalio/common';
import { loadDataConverter } from '@temporalio/common/lib/internal-non-workflow/index.js';
import type { temporal } from '@temporalio/proto';
import { bundleWorkflowCode, DefaultLogger, Worker, type WorkflowBundle } from '@temporalio/worker';
import { DeterminismViolationError } from '@temporalio/workflow';
import { HEADER } from '../capture/header.ts';
import { INTERCEPTORS } from '../capture/interceptor-modules.ts';
import type { Privacy } from '../capture/privacy.ts';
import type { Content } from '../capture/recorder.ts';
import { RETELLING } from '../capture/retelling.ts';
import { retoldSinks } from '../capture/sink.ts';
import type { RunKey } from '../model/id.ts';
import type { ProvenanceRecord } from '../model/record.ts';

/** The code is not what made the history, or it can't be run. */
export class ReplayError extends Error {
  override name = 'ReplayError';
}

export interface ReplayOptions {
  /** With the payload codec that the histories went through. */
  dataConverter?: DataConverter;
  privacy: Privacy;
}

/**
 * Workflow code as `records` takes it.
 * @param code the module that exports the workflows, or `{ bundle }`: the file of a bundle that was made with the plugin
 * @throws ReplayError
 */
export async function replayable(code: string | { bundle: string }, { dataConverter }: Pick<ReplayOptions, 'dataConverter'> = {}): Promise<WorkflowBundle> {
  if (typeof code === 'string') {
    const paths = loadDataConverter(dataConverter).payloadCodecs.length > 0 ? 'positions' : 'names';
    const { payloadConverterPath } = dataConverter ?? {};
    return bundleWorkflowCode({ workflowsPath: code, workflowInterceptorModules: [INTERCEPTORS[paths]], logger: new DefaultLogger('WARN'), ...(payloadConverterPath !== undefined && { payloadConverterPath }) });
  }
  const bundle = { code: readFileSync(code.bundle, 'utf8') };
  if (!bundle.code.includes(HEADER)) throw new ReplayError(`the bundle ${code.bundle} was made without temporal-provenance: give its workflows' module instead, or make it with bundleWorkflowCode({ plugins })`);
  return bundle;
}

/**
 * What the workflow code tells when it is replayed, as it would have told it when it ran: `observed` where the same object travelled. What it
 * does not see (the outcomes of its activities, their attempts) `historyRecords` tells. Of a run that was made by a reset nothing is told: which of its
 * steps are its own only its history knows.
 * @throws ReplayError
 */
export async function replayedRecords(bundle: WorkflowBundle, { dataConverter, privacy }: ReplayOptions, run: RunKey, history: temporal.api.history.v1.IHistory): Promise<ProvenanceRecord[]> {
  const events = history.events ?? [];
  const started = events[0]?.workflowExecutionStartedEventAttributes;
  if (started?.originalExecutionRunId && started.originalExecutionRunId !== run.runId) return [];
  const type = started?.workflowType?.name ?? '';
  const recordedAt = new Date().toISOString();
  const records: ProvenanceRecord[] = [];
  const faults: unknown[] = [];
  const say = (make: () => Content) => {
    // What a sink throws is swallowed.
    try {
      records.push({ v: 1, source: 'sink', recordedAt, ...make() });
    } catch (error) {
      faults.push(error);
    }
  };
  const next = events.at(-1)?.workflowExecutionContinuedAsNewEventAttributes?.newExecutionRunId;
  const sinks = retoldSinks({ privacy: privacy.forWorkflow(type) }, run, started?.taskQueue?.name ?? '', next ? { workflowId: run.workflowId, runId: next } : undefined, say);
  const replay = Worker.runReplayHistories({ workflowBundle: bundle, sinks, replayName: RETELLING, ...(dataConverter && { dataConverter }) }, [{ workflowId: run.workflowId, history }]);
  for await (const { error } of replay) {
    if (!error) continue;
    const why = error instanceof DeterminismViolationError ? 'this is not the code that made its history' : error.message;
    throw new ReplayError(`the run ${run.runId} of the workflow '${type}' can not be replayed: ${why}`, { cause: error });
  }
  if (faults.length > 0) throw new ReplayError(`what the workflow '${type}' tells in the replay of ${run.runId} can not be recorded`, { cause: faults[0] });
  return records;
}
