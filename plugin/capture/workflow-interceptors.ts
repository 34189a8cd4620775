// Runs in: isolate. Sees what a workflow run takes in, schedules and gives back. Adds no command, no await and no timer.
import { proxySinks, type WorkflowInterceptors } from '@temporalio/workflow';
import { guarded } from './isolate.ts';
import type { ProvenanceSinks, RunResetMessage } from './messages.ts';
import { Trail } from './trail.ts';
import { inbound, started } from './workflow-inbound.ts';
import { outbound } from './workflow-outbound.ts';

/** Called by the SDK once for each run. */
export function interceptors(): WorkflowInterceptors {
  return interceptorsFor(new Trail('names'));
}

export function interceptorsFor(trail: Trail): WorkflowInterceptors {
  const { provenance: sink } = proxySinks<ProvenanceSinks>();
  const tellReset = () => {
    const reset = trail.takeReset();
    if (reset) sink.runReset(JSON.stringify({ ...started(), ...reset } satisfies RunResetMessage));
  };
  return {
    inbound: [inbound(trail, sink)],
    outbound: [outbound(trail, sink)],
    internals: [
      {
        activate(input, next) {
          guarded(() => trail.begin(input.batchIndex));
          next(input);
          guarded(() => trail.settle());
          guarded(tellReset);
        },
      },
    ],
  };
}
