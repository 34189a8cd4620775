// Runs in: worker. The limits that a step was scheduled with.
import type { Info } from '@temporalio/activity';
import type { Properties } from '../model/record.ts';
import { jsonText } from '../model/redact.ts';

/** How long a step may take, and how often it may be tried. */
export function limitsOf({ startToCloseTimeoutMs, scheduleToCloseTimeoutMs, heartbeatTimeoutMs, retryPolicy }: Info): Properties {
  return {
    ...(startToCloseTimeoutMs > 0 && { startToCloseTimeoutMs }),
    ...(scheduleToCloseTimeoutMs > 0 && { scheduleToCloseTimeoutMs }),
    ...(heartbeatTimeoutMs !== undefined && heartbeatTimeoutMs > 0 && { heartbeatTimeoutMs }),
    ...(retryPolicy && { retryPolicy: policyText(retryPolicy) }),
  };
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
