// Runs in: worker, CLI. The limits that a step was scheduled with.
import type { Info } from '@temporalio/activity';
import { decompileRetryPolicy } from '@temporalio/common';
import { optionalTsToMs } from '@temporalio/common/lib/time.js';
import type { temporal } from '@temporalio/proto';
import type { Properties } from '../model/record.ts';
import { jsonText } from '../model/redact.ts';

type Limits = Pick<Info, 'startToCloseTimeoutMs' | 'scheduleToCloseTimeoutMs' | 'heartbeatTimeoutMs'> & { retryPolicy?: Info['retryPolicy'] | undefined };

/** How long a step may take, and how often it may be tried. */
export function limitsOf({ startToCloseTimeoutMs, scheduleToCloseTimeoutMs, heartbeatTimeoutMs, retryPolicy }: Limits): Properties {
  return {
    ...(startToCloseTimeoutMs > 0 && { startToCloseTimeoutMs }),
    ...(scheduleToCloseTimeoutMs > 0 && { scheduleToCloseTimeoutMs }),
    ...(heartbeatTimeoutMs !== undefined && heartbeatTimeoutMs > 0 && { heartbeatTimeoutMs }),
    ...(retryPolicy && { retryPolicy: policyText(retryPolicy) }),
  };
}

/** The same, as the event history has them. */
export function scheduledLimits({ startToCloseTimeout, scheduleToCloseTimeout, heartbeatTimeout, retryPolicy }: temporal.api.history.v1.IActivityTaskScheduledEventAttributes): Properties {
  return limitsOf({
    startToCloseTimeoutMs: optionalTsToMs(startToCloseTimeout) ?? 0, scheduleToCloseTimeoutMs: optionalTsToMs(scheduleToCloseTimeout) ?? 0,
    heartbeatTimeoutMs: optionalTsToMs(heartbeatTimeout) ?? 0, retryPolicy: decompileRetryPolicy(retryPolicy),
  });
}

const policies = new Map<string, string>();

/** There are few, and they are met again and again. */
function policyText(policy: object): string {
  const raw = JSON.stringify(policy);
  let text = policies.get(raw);
  if (text === undefined) {
    if (policies.size >= 1_000) policies.clear();
    text = jsonText(policy);
    policies.set(raw, text);
  }
  return text;
}
