// Runs in: isolate. The workflow interceptors for values that a payload codec hides: headers bypass codecs, so no key names in them.
import type { WorkflowInterceptors } from '@temporalio/workflow';
import { Trail } from './trail.ts';
import { interceptorsFor } from './workflow-interceptors.ts';

export function interceptors(): WorkflowInterceptors {
  return interceptorsFor(new Trail('positions'));
}
