// Runs in: worker. Turns the isolate's links into edges between the graph's values.
import { inputId, resultId, type RunKey, runId, stepId, type StepKey } from '../model/id.ts';
import type { EdgeAssertion, NodeKey } from '../model/record.ts';
import type { Link } from './header.ts';

/** The Value that a link's source names, within the run whose workflow code made the link. */
export function sourceValue(source: string, within: RunKey): NodeKey | undefined {
  const [kind, ...rest] = source.split('/');
  const parts = rest.map(decodeURIComponent);
  if (kind === 'input') return { label: 'Value', id: inputId(runId(within)) };
  if (kind === 'run' && parts.length === 2) {
    const child = { namespace: within.namespace, workflowId: parts[0]!, runId: parts[1]! };
    return { label: 'Value', id: resultId(runId(child)) };
  }
  if ((kind === 'activity' || kind === 'local') && parts.length === 2) {
    const step: StepKey = { run: within, kind, id: parts[0]!, occurrence: Number(parts[1]) };
    return { label: 'Value', id: resultId(stepId(step)) };
  }
  return undefined; // A later version's source: its own reader will know it.
}

/** `owner` took in, or is made of, what the links name. */
export function linkEdges(owner: NodeKey, type: 'USED' | 'WAS_DERIVED_FROM', via: string, links: Link[], within: RunKey): EdgeAssertion[] {
  return links.flatMap(([toPath, source, fromPath]) => {
    const to = sourceValue(source, within);
    return to ? [{ type, from: owner, to, evidence: 'observed', via, fromPath, toPath, walk: true }] : [];
  });
}

/** Whether the place `path` in the arguments was filled by a value that we know. */
export function isLinked(path: string, links: Link[]): boolean {
  return links.some(([toPath]) => path === toPath || path.startsWith(`${toPath}/`));
}
