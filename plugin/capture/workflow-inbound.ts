// Runs in: isolate. What comes into a run, and what it gives back: input, signals, updates, queries, the result.
import { TemporalFailure } from '@temporalio/common';
import { ContinueAsNew, isCancellation, workflowInfo, type WorkflowInboundCallsInterceptor } from '@temporalio/workflow';
import { readHeader } from './header.ts';
import { failureOf, guarded, isLive, now, payloadOf } from './isolate.ts';
import type { GivenPayloads, MessageReceivedMessage, ProvenanceSinks, RunClosedMessage, RunStartedMessage, UpdateAnsweredMessage } from './messages.ts';
import { sourceOf, type Trail } from './trail.ts';

type Headers = Parameters<typeof readHeader>[0];

export function inbound(trail: Trail, sink: ProvenanceSinks['provenance']): WorkflowInboundCallsInterceptor {
  const received = (message: Omit<MessageReceivedMessage, 'at' | 'header'>, headers: Headers, args: unknown[]) => {
    const header = readHeader(headers);
    sink.messageReceived(JSON.stringify({ ...message, at: now(), ...(header && { header }) } satisfies MessageReceivedMessage), args.map(payloadOf));
  };

  const madeOf = (value: unknown): Pick<RunClosedMessage, 'links' | 'followed'> => {
    const found = trail.linksOf(value);
    const followed = value === undefined || value === null ? [] : trail.followed(found);
    return { links: found.links, ...(followed.length > 0 && { followed }) };
  };

  return {
    execute(input, next) {
      guarded(() => {
        const { memo, lastResult } = workflowInfo();
        trail.met('input', input.args);
        if (hasContent(memo)) trail.met('memo', memo);
        if (lastResult !== undefined) trail.met('last-result', lastResult);
        if (!isLive()) return;
        const given: GivenPayloads = { ...(hasContent(memo) && { memo: payloadOf(memo) }), ...(lastResult !== undefined && { lastResult: payloadOf(lastResult) }) };
        sink.runStarted(JSON.stringify(started(input.headers)), input.args.map(payloadOf), given);
      });
      const result = next(input);
      result.then(
        (value) => guarded(() => sink.runClosed(JSON.stringify(completedWith(madeOf(value))), [payloadOf(value)])),
        (error: unknown) => guarded(() => closesRun(error) && sink.runClosed(JSON.stringify(closedBy(error)), [])),
      );
      return result;
    },

    handleSignal(input, next) {
      guarded(() => {
        const number = trail.next(`signal ${input.signalName}`);
        trail.met(sourceOf('signal', input.signalName, number), input.args);
        if (isLive()) received({ kind: 'signal', name: input.signalName, id: String(number) }, input.headers, input.args);
      });
      return next(input);
    },

    validateUpdate(input, next) {
      try {
        next(input);
      } catch (error) {
        guarded(() => {
          received({ kind: 'update', name: input.name, id: input.updateId, rejected: failureOf(error).failures }, input.headers, input.args);
        });
        throw error;
      }
    },

    handleUpdate(input, next) {
      const { updateId: id, name } = input;
      guarded(() => {
        trail.met(sourceOf('update', id), input.args);
        if (isLive()) received({ kind: 'update', name, id }, input.headers, input.args);
      });
      const answered = (rest: Omit<UpdateAnsweredMessage, 'id' | 'name' | 'at'>, payloads: unknown[]) =>
        sink.updateAnswered(JSON.stringify({ id, name, at: now(), ...rest } satisfies UpdateAnsweredMessage), payloads.map(payloadOf));
      const result = next(input);
      result.then(
        (value) => guarded(() => answered({ outcome: 'completed', ...madeOf(value) }, [value])),
        // Any other error fails the workflow task, and the update is tried again.
        (error: unknown) => guarded(() => error instanceof TemporalFailure && answered({ ...failureOf(error), links: [] }, [])),
      );
      return result;
    },

    handleQuery(input, next) {
      guarded(() => sink.queryAnswered(JSON.stringify({ name: input.queryName, at: new Date(workflowInfo().unsafe.now()).toISOString() })));
      return next(input);
    },
  };
}

/** What a run says of itself. */
export function started(headers?: Headers): RunStartedMessage {
  const info = workflowInfo();
  const header = headers && readHeader(headers);
  const scheduledBy = info.typedSearchAttributes.getAll().find(({ key }) => key.name === 'TemporalScheduledById')?.value;
  return {
    workflowType: info.workflowType,
    taskQueue: info.taskQueue,
    attempt: info.attempt,
    startedAt: info.startTime.toISOString(),
    firstRunId: info.firstExecutionRunId,
    ...(header && { header }),
    ...(info.cronSchedule && { cronSchedule: info.cronSchedule }),
    ...(typeof scheduledBy === 'string' && { scheduledBy }),
    ...(info.continuedFromExecutionRunId && { continuedFrom: info.continuedFromExecutionRunId, lastSucceeded: info.lastFailure === undefined }),
    ...(info.parent && { parent: { namespace: info.parent.namespace, workflowId: info.parent.workflowId, runId: info.parent.runId } }),
  };
}

function hasContent(memo: object | undefined): memo is object {
  return memo !== undefined && Object.keys(memo).length > 0;
}

function completedWith(made: Pick<RunClosedMessage, 'links' | 'followed'>): RunClosedMessage {
  const { runId, firstExecutionRunId, originalExecutionRunId, continuedFromExecutionRunId, cronSchedule } = workflowInfo();
  // A cron's runs each have a result of their own, and a reset run's result is not that of the run that was reset.
  const goesOn = continuedFromExecutionRunId !== undefined && continuedFromExecutionRunId !== '' && originalExecutionRunId === runId && !cronSchedule;
  return { outcome: 'completed', at: now(), ...made, ...(goesOn && { firstRunId: firstExecutionRunId }) };
}

/** Any other error fails the workflow task, not the run, and the task is tried again. */
function closesRun(error: unknown): boolean {
  return error instanceof ContinueAsNew || error instanceof TemporalFailure || isCancellation(error);
}

function closedBy(error: unknown): RunClosedMessage {
  const closed = { at: now(), links: [] };
  return error instanceof ContinueAsNew ? { ...closed, outcome: 'continued-as-new' } : { ...closed, ...failureOf(error) };
}
