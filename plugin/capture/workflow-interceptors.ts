// Runs in: isolate. Sees what a workflow run takes in, schedules and gives back. Adds no command, no await and no timer.
import { ActivityFailure, CancelledFailure, defaultPayloadConverter, type PayloadConverter, TemporalFailure, TimeoutFailure } from '@temporalio/common';
import { CancellationScope, ContinueAsNew, isCancellation, proxySinks, workflowInfo, type WorkflowInterceptors } from '@temporalio/workflow';
import { maybeGetActivator } from '@temporalio/workflow/lib/global-attributes.js';
import { Flow } from './flow.ts';
import { type Link, readHeader, withHeader } from './header.ts';
import type {
  HandedOnMessage, ProvenanceSinks, RunClosedMessage, RunStartedMessage, SinkPayload, StepFailedMessage, StepScheduledMessage,
} from './messages.ts';

/** Called by the SDK once for each run. */
export function interceptors(): WorkflowInterceptors {
  return interceptorsFor(new Flow('names'));
}

export function interceptorsFor(flow: Flow): WorkflowInterceptors {
  const occurrences = new Map<string, number>();
  const { provenance: sink } = proxySinks<ProvenanceSinks>();

  const scheduled = (kind: 'activity' | 'local', id: string, activityType: string, taskQueue: string, input: { args: unknown[]; headers: Parameters<typeof withHeader>[0] }) => {
    const occurrence = (occurrences.get(`${kind}/${id}`) ?? 0) + 1;
    occurrences.set(`${kind}/${id}`, occurrence);
    const found = flow.linksOf(input.args);
    const key = { kind, id, occurrence };
    sink.stepScheduled(JSON.stringify({ ...key, activityType, taskQueue, at: now(), ...found } satisfies StepScheduledMessage));
    const { headers } = withHeader(input.headers, { occurrence, links: found.links, ...(found.incomplete && { more: true }) });
    return {
      headers,
      resolved: (value: unknown) => flow.tag(value, [kind, id, String(occurrence)].map(encodeURIComponent).join('/')),
      rejected: (error: unknown) => {
        // A local activity that backs off is not over: it is scheduled again as another step.
        if (error instanceof ActivityFailure) sink.stepFailed(JSON.stringify({ ...key, at: now(), outcome: outcomeOf(error) } satisfies StepFailedMessage));
      },
    };
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
            (value) => guarded(() => sink.runClosed(JSON.stringify(completedWith(flow.linksOf(value).links)), [payloadOf(value)])),
            (error: unknown) => guarded(() => closesRun(error) && sink.runClosed(JSON.stringify(closedBy(error)), [])),
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
          const { activityId = String(input.seq), taskQueue = workflowInfo().taskQueue } = input.options;
          const seen = guarded(() => scheduled('activity', activityId, input.activityType, taskQueue, input));
          const result = next(seen ? { ...input, headers: seen.headers } : input);
          if (seen) onCompletion('activity', input.seq, seen.resolved, seen.rejected);
          return result;
        },
        scheduleLocalActivity(input, next) {
          if (CancellationScope.current().consideredCancelled) return next(input);
          const seen = guarded(() => scheduled('local', String(input.seq), input.activityType, workflowInfo().taskQueue, input));
          const result = next(seen ? { ...input, headers: seen.headers } : input);
          if (seen) onCompletion('activity', input.seq, seen.resolved, seen.rejected);
          return result;
        },
        startChildWorkflowExecution(input, next) {
          const found = guarded(() => flow.linksOf(input.options.args));
          const given = found && guarded(() => withHeader(input.headers, { links: found.links, ...(found.incomplete && { more: true }) }));
          const promises = next(given ? { ...input, headers: given.headers } : input);
          const { workflowId } = input.options;
          let source: string | undefined;
          onCompletion('childWorkflowStart', input.seq, (runId) => {
            source = ['run', workflowId, runId as string].map(encodeURIComponent).join('/');
            if (found && given?.more) sink.handedOn(JSON.stringify({ at: now(), links: found.links, child: { workflowId, runId: runId as string } } satisfies HandedOnMessage));
          });
          onCompletion('childWorkflowComplete', input.seq, (value) => source !== undefined && flow.tag(value, source));
          return promises;
        },
        continueAsNew(input, next) {
          const given = guarded(() => {
            const found = flow.linksOf(input.args);
            const carried = withHeader(input.headers, { previous: workflowInfo().runId, links: found.links, ...(found.incomplete && { more: true }) });
            if (carried.more) sink.handedOn(JSON.stringify({ at: now(), links: found.links } satisfies HandedOnMessage));
            return carried.headers;
          });
          return next(given ? { ...input, headers: given } : input);
        },
      },
    ],
    internals: [
      {
        activate(input, next) {
          flow.refill();
          next(input);
        },
      },
    ],
  };
}

/**
 * Sees what the SDK resolves a call with, in the moment it does. A handler on the call's own promise would do that too, but it
 * would also make a rejection count as handled which the workflow does not handle, and any other promise would come a tick later.
 */
function onCompletion(
  of: 'activity' | 'childWorkflowStart' | 'childWorkflowComplete',
  seq: number,
  resolved: (value: unknown) => void,
  rejected?: (error: unknown) => void,
): void {
  const completion = maybeGetActivator()?.completions?.[of]?.get(seq) as { resolve(value: unknown): unknown; reject(error: unknown): unknown } | undefined;
  if (!completion) return;
  const { resolve, reject } = completion;
  completion.resolve = (value) => {
    guarded(() => resolved(value));
    return resolve(value);
  };
  if (!rejected) return;
  completion.reject = (error) => {
    guarded(() => rejected(error));
    return reject(error);
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
    ...(header?.previous !== undefined && { previous: header.previous }),
    ...(header?.more && { more: true }),
    ...(header?.client !== undefined && { client: header.client }),
    ...(info.continuedFromExecutionRunId && { continuedFrom: info.continuedFromExecutionRunId }),
    ...(info.parent && { parent: { namespace: info.parent.namespace, workflowId: info.parent.workflowId, runId: info.parent.runId } }),
  };
}

function completedWith(links: Link[]): RunClosedMessage {
  const { runId, firstExecutionRunId, originalExecutionRunId, continuedFromExecutionRunId, cronSchedule } = workflowInfo();
  // A cron's runs each have a result of their own, and a reset run's result is not that of the run that was reset.
  const goesOn = continuedFromExecutionRunId !== undefined && continuedFromExecutionRunId !== '' && originalExecutionRunId === runId && !cronSchedule;
  return { outcome: 'completed', at: now(), links, ...(goesOn && { firstRunId: firstExecutionRunId }) };
}

/** Any other error fails the workflow task, not the run, and the task is tried again. */
function closesRun(error: unknown): boolean {
  return error instanceof ContinueAsNew || error instanceof TemporalFailure || isCancellation(error);
}

function closedBy(error: unknown): RunClosedMessage {
  const closed = { at: now(), links: [] };
  if (error instanceof ContinueAsNew) return { ...closed, outcome: 'continued-as-new' };
  const { name, message, stack } = error as Error;
  const type = error instanceof TemporalFailure && 'type' in error && typeof error.type === 'string' ? error.type : name;
  return { ...closed, outcome: isCancellation(error) ? 'cancelled' : 'failed', failure: { type, message, ...(stack !== undefined && { stack }) } };
}

function outcomeOf({ cause }: ActivityFailure): StepFailedMessage['outcome'] {
  return cause instanceof CancelledFailure ? 'cancelled' : cause instanceof TimeoutFailure ? 'timed-out' : 'failed';
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
