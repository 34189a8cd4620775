// Runs in: isolate. What workflow code schedules, starts, signals and hands on, and what comes of it.
import { ActivityFailure } from '@temporalio/common';
import { CancellationScope, workflowInfo, type WorkflowOutboundCallsInterceptor } from '@temporalio/workflow';
import type { Links } from './flow.ts';
import { type CallHeader, withHeader, withNexusHeader } from './header.ts';
import { endOf, guarded, isRetold, now, onCompletion } from './isolate.ts';
import type { ChildFailedMessage, HandedOnMessage, ProvenanceSinks, ScheduledKind, StepFailedMessage, StepScheduledMessage } from './messages.ts';
import { sourceOf, type Trail } from './trail.ts';

type Headers = Parameters<typeof withHeader>[0];

/** A call whose arguments have been looked at. */
interface Seen {
  occurrence: number;
  found: Links;
  followed: string[];
  /** Tells of it by the sink: where no attempt may ever tell what is in its header, or it is not all in there. */
  tell(alone?: true): void;
  resolved(value: unknown): void;
  rejected(error: unknown): void;
}

export function outbound(trail: Trail, sink: ProvenanceSinks['provenance']): WorkflowOutboundCallsInterceptor {
  trail.onFollowed = ({ source, followed, ...timer }) => {
    const id = source.split('/')[1]!;
    sink.stepScheduled(JSON.stringify({ kind: 'timer', id, occurrence: 1, ...timer, links: [], ...(followed.length > 0 && { followed }) } satisfies StepScheduledMessage));
  };

  const scheduled = (kind: Exclude<ScheduledKind, 'timer'>, id: string, activityType: string, taskQueue: string | undefined, args: unknown): Seen => {
    const occurrence = trail.next(`${kind}/${id}`);
    const found = trail.linksOf(args);
    const followed = trail.followed(found);
    const key = { kind, id, occurrence };
    const at = now();
    let isTold = false;
    const tell = (alone?: true) => {
      if (isTold) return;
      isTold = true;
      const queue = taskQueue !== undefined && { taskQueue };
      sink.stepScheduled(JSON.stringify({ ...key, activityType, ...queue, ...found, at, ...(followed.length > 0 && { followed }), ...(alone && { alone }) } satisfies StepScheduledMessage));
    };
    return {
      occurrence, found, followed, tell,
      resolved: (value) => trail.met(sourceOf(kind, id, occurrence), value),
      rejected: (error) => {
        // A local activity that backs off is not over: it is scheduled again as another step.
        if (kind === 'local' && !(error instanceof ActivityFailure)) return;
        trail.ended(sourceOf(kind, id, occurrence), now());
        tell();
        sink.stepFailed(JSON.stringify({ ...key, at: now(), ...endOf(error) } satisfies StepFailedMessage));
      },
    };
  };

  const headersOf = (headers: Headers, { links, incomplete }: Links, more: Omit<CallHeader, 'v' | 'links'>) =>
    withHeader(headers, { run: workflowInfo().runId, ...more, links, ...(incomplete && { more: true }) });

  /** An attempt that is watched tells all that its header holds; one on another queue may well be nobody's whom we watch. */
  const handed = (headers: Headers, { occurrence, found, followed, tell }: Seen, mayBeUnwatched: boolean): Headers => {
    const given = headersOf(headers, found, { occurrence, ...(found.loose && { loose: true }), ...(followed.length > 0 && { followed }) });
    if (given.more) tell(true);
    else if (mayBeUnwatched || isRetold()) tell();
    return given.headers;
  };

  return {
    scheduleActivity(input, next) {
      // A call in a cancelled scope makes no command, so no step.
      if (CancellationScope.current().consideredCancelled) return next(input);
      const { activityId = String(input.seq), taskQueue = workflowInfo().taskQueue } = input.options;
      const seen = guarded(() => scheduled('activity', activityId, input.activityType, taskQueue, input.args));
      const headers = seen && guarded(() => handed(input.headers, seen, taskQueue !== workflowInfo().taskQueue));
      const result = next(headers ? { ...input, headers } : input);
      if (seen) onCompletion('activity', input.seq, seen.resolved, seen.rejected);
      return result;
    },

    scheduleLocalActivity(input, next) {
      if (CancellationScope.current().consideredCancelled) return next(input);
      const seen = guarded(() => scheduled('local', String(input.seq), input.activityType, workflowInfo().taskQueue, input.args));
      const headers = seen && guarded(() => handed(input.headers, seen, false));
      const result = next(headers ? { ...input, headers } : input);
      if (seen) onCompletion('activity', input.seq, seen.resolved, seen.rejected);
      return result;
    },

    startNexusOperation(input, next) {
      if (CancellationScope.current().consideredCancelled) return next(input);
      const seen = guarded(() => {
        // Events have no number of ours in them: which operation of the run it is, is told by their order.
        const id = String(trail.next('nexus'));
        const operation = { id, ...scheduled('nexus', id, `${input.endpoint}/${input.service}/${input.operation}`, undefined, input.input) };
        operation.tell();
        return operation;
      });
      const { namespace, workflowId, runId } = workflowInfo();
      const headers = seen && guarded(() => withNexusHeader(input.headers, { namespace, workflowId, runId, kind: 'nexus', id: seen.id, occurrence: seen.occurrence }));
      const result = next(headers ? { ...input, headers } : input);
      if (seen) {
        onCompletion('nexusOperationStart', input.seq, (output) => {
          const { token } = output as { token?: string };
          // An operation that is done at once brings its result along, in a promise that only its caller may look into.
          if (token !== undefined) onCompletion('nexusOperationComplete', input.seq, seen.resolved, seen.rejected);
          else (output as { result: Promise<unknown> }).result.then((value) => guarded(() => seen.resolved(value)), () => undefined);
        }, seen.rejected);
      }
      return result;
    },

    startChildWorkflowExecution(input, next) {
      const { workflowId, args, memo } = input.options;
      const found = guarded(() => trail.linksOf(args));
      const beside = memo && found && guarded(() => ({ memo: trail.linksOf(memo).links }));
      const given = found && guarded(() => headersOf(input.headers, found, beside ?? {}));
      const promises = next(given ? { ...input, headers: given.headers } : input);
      let child: { workflowId: string; runId: string } | undefined;
      onCompletion('childWorkflowStart', input.seq, (runId) => {
        child = { workflowId, runId: runId as string };
        if (found && (given?.more || isRetold())) sink.handedOn(JSON.stringify({ at: now(), links: found.links, child, ...(isRetold() && beside) } satisfies HandedOnMessage));
      });
      const source = () => ['run', child!.workflowId, child!.runId].map(encodeURIComponent).join('/');
      onCompletion('childWorkflowComplete', input.seq, (value) => child && trail.met(source(), value), (error) => {
        if (!child) return;
        trail.ended(source(), now());
        sink.childFailed(JSON.stringify({ at: now(), child, ...endOf(error) } satisfies ChildFailedMessage));
      });
      return promises;
    },

    signalWorkflow(input, next) {
      const given = guarded(() => headersOf(input.headers, trail.linksOf(input.args), { workflow: workflowInfo().workflowId }));
      return next(given ? { ...input, headers: given.headers } : input);
    },

    startTimer(input, next) {
      guarded(() => trail.timerStarted(String(input.seq), input.durationMs, now()));
      const result = next(input);
      onCompletion('timer', input.seq, () => trail.ended(sourceOf('timer', String(input.seq), 1), now()));
      return result;
    },

    continueAsNew(input, next) {
      const given = guarded(() => {
        const found = trail.linksOf(input.args);
        const { memo } = input.options;
        const beside = memo && { memo: trail.linksOf(memo).links };
        const carried = headersOf(input.headers, found, { previous: workflowInfo().runId, ...beside });
        if (carried.more || isRetold()) sink.handedOn(JSON.stringify({ at: now(), links: found.links, ...(isRetold() && beside) } satisfies HandedOnMessage));
        return carried.headers;
      });
      return next(given ? { ...input, headers: given } : input);
    },
  };
}
