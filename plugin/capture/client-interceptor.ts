// Runs in: client. Says in the header who starts a run, signals or updates it, and in which step, if it is done in one.
import type { ScheduleClientInterceptor, WorkflowClientInterceptor } from '@temporalio/client';
import type { Headers } from '@temporalio/common';
import { currentDeclarations } from './declarations.ts';
import { type CallHeader, readHeader, withHeader } from './header.ts';

/** Who has a call made, as the header says it. */
export type Named = Pick<CallHeader, 'actor' | 'actorDigest'>;

/** @param actor tells at each call who has it made */
export function clientInterceptor(identity: string, actor: () => Named = () => ({})): WorkflowClientInterceptor {
  const signed = (headers: Headers): Headers => withHeader(headers, { client: identity, ...namedIn(headers, actor()), ...calling() }).headers;
  return {
    start: async (input, next) => started(input.options.workflowId, await next({ ...input, headers: signed(input.headers) })),
    startWithDetails: async (input, next) => {
      const answer = await next({ ...input, headers: signed(input.headers) });
      started(input.options.workflowId, answer.runId);
      return answer;
    },
    signal: (input, next) => next({ ...input, headers: signed(input.headers) }),
    signalWithStart: async (input, next) => started(input.options.workflowId, await next({ ...input, headers: signed(input.headers) })),
    startUpdate: (input, next) => next({ ...input, headers: signed(input.headers) }),
    startUpdateWithStart: (input, next) =>
      next({ ...input, workflowStartHeaders: signed(input.workflowStartHeaders), updateHeaders: signed(input.updateHeaders) }),
  };
}

/** A schedule's runs are told who made the schedule; those that a client starts are told by the other one. */
export function scheduleInterceptor(actor: () => Named): ScheduleClientInterceptor {
  return {
    create: (input, next) => {
      const own = actor();
      return next(Object.keys(own).length === 0 ? input : { ...input, headers: withHeader(input.headers, own).headers });
    },
  };
}

/** Another plugin of ours, on the connection say, may not know the actor that this call has already. */
function namedIn(headers: Headers, own: Named): Named {
  if (Object.keys(own).length > 0) return own;
  const { actor, actorDigest } = readHeader(headers) ?? {};
  return { ...(actor !== undefined && { actor }), ...(actorDigest !== undefined && { actorDigest }) };
}

/** The step in which the call is made. */
function calling(): Pick<CallHeader, 'step'> {
  const step = currentDeclarations()?.step;
  if (!step) return {};
  const { run, kind, id, occurrence } = step;
  return { step: { ...run, kind, id, occurrence } };
}

function started(workflowId: string, runId: string): string {
  currentDeclarations()?.started.push({ workflowId, runId });
  return runId;
}
