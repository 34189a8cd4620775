// Runs in: isolate. Sees what a workflow run takes in, schedules and gives back. Adds no command, no await and no timer.
import { CancelledFailure, defaultPayloadConverter, type PayloadConverter, TemporalFailure } from '@temporalio/common';
import {
  CancellationScope, ContinueAsNew, isCancellation, proxySinks, workflowInfo, type WorkflowInterceptors,
} from '@temporalio/workflow';
import { maybeGetActivator } from '@temporalio/workflow/lib/global-attributes.js';
import { Flow } from './flow.ts';
import { type Link, readHeader, withHeader } from './header.ts';
import type { ProvenanceSinks, RunClosedMessage, RunStartedMessage, SinkPayload, StepScheduledMessage } from './messages.ts';

/** Called by the SDK once for each run. */
export function interceptors(): WorkflowInterceptors {
  return interceptorsFor(new Flow('names'));
}

export function interceptorsFor(flow: Flow): WorkflowInterceptors {
  const occurrences = new Map<string, number>();
  const { provenance: sink } = proxySinks<ProvenanceSinks>();

  const step = (kind: 'activity' | 'local', id: string, args: unknown[], activityType: string, taskQueue: string | undefined) => {
    const occurrence = (occurrences.get(`${kind}/${id}`) ?? 0) + 1;
    occurrences.set(`${kind}/${id}`, occurrence);
    const links = flow.linksOf(args);
    const message: StepScheduledMessage = {
      kind, id, occurrence, activityType, taskQueue: taskQueue ?? workflowInfo().taskQueue, at: now(), links,
    };
    sink.stepScheduled(JSON.stringify(message));
    return { source: [kind, id, String(occurrence)].map(encodeURIComponent).join('/'), header: { occurrence, links } };
  };

  return {
    inbound: [
      {
        execute(input, next) {
          guarded(() => {
            flow.tag(input.args, 'input');
            sink.runStarted(JSON.stringify(started(input.headers)), input.args.map(payloadOf));
          });
          const result = next(input);
          result.then(
            (value) => guarded(() => sink.runClosed(JSON.stringify(completedWith(flow.linksOf(value))), [payloadOf(value)])),
            (error: unknown) => guarded(() => sink.runClosed(JSON.stringify(closedBy(error)), [])),
          );
          return result;
        },
      },
    ],
    outbound: [
      {
        scheduleActivity(input, next) {
          // A call in a cancelled scope makes no command, so no step.
          if (CancellationScope.current().consideredCancelled) return next(input);
          const seen = guarded(() => step('activity', input.options.activityId ?? String(input.seq), input.args, input.activityType, input.options.taskQueue));
          const result = next(seen ? { ...input, headers: withHeader(input.headers, seen.header) } : input);
          if (seen) result.then((value) => guarded(() => flow.tag(value, seen.source)), () => undefined);
          return result;
        },
        scheduleLocalActivity(input, next) {
          if (CancellationScope.current().consideredCancelled) return next(input);
          const seen = guarded(() => step('local', String(input.seq), input.args, input.activityType, undefined));
          const result = next(seen ? { ...input, headers: withHeader(input.headers, seen.header) } : input);
          if (seen) result.then((value) => guarded(() => flow.tag(value, seen.source)), () => undefined);
          return result;
        },
        startChildWorkflowExecution(input, next) {
          const headers = guarded(() => withHeader(input.headers, { links: flow.linksOf(input.options.args) }));
          const promises = next(headers ? { ...input, headers } : input);
          promises.then(([startPromise, result]) => {
            let source: string | undefined;
            startPromise.then((runId) => {
              source = ['run', input.options.workflowId, runId].map((part) => encodeURIComponent(part ?? '')).join('/');
            }, () => undefined);
            result.then((value) => guarded(() => source !== undefined && flow.tag(value, source)), () => undefined);
          }, () => undefined);
          return promises;
        },
        continueAsNew(input, next) {
          const headers = guarded(() => withHeader(input.headers, { previous: true, links: flow.linksOf(input.args) }));
          return next(headers ? { ...input, headers } : input);
        },
      },
    ],
  };
}

function started(headers: Parameters<typeof readHeader>[0]): RunStartedMessage {
  const info = workflowInfo();
  const header = readHeader(headers);
  return {
    workflowType: info.workflowType,
    taskQueue: info.taskQueue,
    attempt: info.attempt,
    startedAt: info.startTime.toISOString(),
    firstRunId: info.firstExecutionRunId,
    links: header?.links ?? [],
    ...(header?.previous && { previous: true }),
    ...(header?.more && { moreLinks: true }),
    ...(header?.client !== undefined && { client: header.client }),
    ...(info.continuedFromExecutionRunId && { continuedFrom: info.continuedFromExecutionRunId }),
    ...(info.parent && { parent: { namespace: info.parent.namespace, workflowId: info.parent.workflowId, runId: info.parent.runId } }),
  };
}

function completedWith(links: Link[]): RunClosedMessage {
  const { runId, firstExecutionRunId, cronSchedule } = workflowInfo();
  // A cron's runs each have a result of their own: nobody waits for the last.
  const isLast = firstExecutionRunId !== runId && !cronSchedule;
  return { outcome: 'completed', at: now(), links, ...(isLast && { firstRunId: firstExecutionRunId }) };
}

function closedBy(error: unknown): RunClosedMessage {
  const closed = { at: now(), links: [] };
  if (error instanceof ContinueAsNew) return { ...closed, outcome: 'continued-as-new' };
  const { name, message, stack } = error instanceof Error ? error : new Error(String(error));
  const type = error instanceof TemporalFailure && 'type' in error && typeof error.type === 'string' ? error.type : name;
  const cancelled = error instanceof CancelledFailure || isCancellation(error);
  return { ...closed, outcome: cancelled ? 'cancelled' : 'failed', failure: { type, message, ...(stack !== undefined && { stack }) } };
}

/** The workflow's time: the same at every replay. */
function now(): string {
  return new Date().toISOString();
}

function payloadOf(value: unknown): SinkPayload {
  const converter: PayloadConverter = maybeGetActivator()?.payloadConverter ?? defaultPayloadConverter;
  const payload = converter.toPayload(value);
  return { encoding: String.fromCharCode(...(payload?.metadata?.encoding ?? [])), data: payload?.data ?? new Uint8Array() };
}

/** No fault of ours may reach the workflow. What is lost by it is missing from the record, and sealing will find it. */
function guarded<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}
