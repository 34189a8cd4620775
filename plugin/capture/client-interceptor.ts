// Runs in: client. Says in the header who starts a run.
import type { WorkflowClientInterceptor } from '@temporalio/client';
import { withHeader } from './header.ts';

export function clientInterceptor(identity: string): WorkflowClientInterceptor {
  return {
    start: (input, next) => next({ ...input, headers: withHeader(input.headers, { client: identity }).headers }),
    startWithDetails: (input, next) => next({ ...input, headers: withHeader(input.headers, { client: identity }).headers }),
    signalWithStart: (input, next) => next({ ...input, headers: withHeader(input.headers, { client: identity }).headers }),
    startUpdateWithStart: (input, next) =>
      next({ ...input, workflowStartHeaders: withHeader(input.workflowStartHeaders, { client: identity }).headers }),
  };
}
