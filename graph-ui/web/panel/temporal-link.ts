// Runs in: browser. Where a run is in Temporal's own Web UI.
import type { Settings } from '../base/api.ts';

/** Null when the server does not know where the Web UI is. */
export function temporalLink({ temporalUi }: Settings, namespace: string, workflowId: string, runId: string): string | null {
  if (temporalUi === null) return null;
  const [ns, workflow, run] = [namespace, workflowId, runId].map(encodeURIComponent);
  return `${temporalUi}/namespaces/${ns}/workflows/${workflow}/${run}/history`;
}
