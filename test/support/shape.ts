// Runs in: tests. A history without what differs between any two runs of the same: names, times, and who did it.
import type { History } from '@temporalio/common/lib/proto-utils.js';

const ITS_OWN = new Set([
  'eventTime', 'taskId', 'identity', 'requestId', 'header', 'sdkMetadata', 'binaryChecksum', 'workerVersion', 'historySizeBytes', 'taskQueue', 'runId', 'newExecutionRunId',
  'continuedExecutionRunId', 'originalExecutionRunId', 'firstExecutionRunId', 'workflowId', 'workflowExecutionExpirationTime', 'rootWorkflowExecution', 'protocolInstanceId',
  'complete_time', 'original_schedule_time', 'stackTrace', 'acceptedRequestMessageId', 'prevAutoResetPoints', 'backoffStartInterval',
]);

/** @returns the events in order, payloads as text */
export function shapeOf({ events }: History): unknown[] {
  return (events ?? []).map(plain);
}

function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return textOf(value);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  if ('low' in value && 'high' in value) return String(value);
  return Object.fromEntries(Object.entries(value).filter(([name, each]) => !ITS_OWN.has(name) && each !== null && each !== undefined).map(([name, each]) => [name, plain(each)]));
}

function textOf(bytes: Uint8Array): unknown {
  const text = Buffer.from(bytes).toString();
  try {
    return plain(JSON.parse(text));
  } catch {
    return text;
  }
}
