// Runs in: isolate. Workflow interceptors of somebody else's.
import { proxySinks, type WorkflowInterceptors } from '@temporalio/workflow';
import type { GuestSinks } from './guest.ts';

const { theirs } = proxySinks<GuestSinks>();

export const interceptors = (): WorkflowInterceptors => ({
  inbound: [{ execute: (input, next) => {
    theirs.saw('inbound');
    return next(input);
  } }],
  outbound: [{ scheduleActivity: (input, next) => {
    theirs.saw(`outbound ${input.activityType}`);
    return next(input);
  } }],
});
