// Runs in: worker. Turns the isolate's links into edges between the graph's values.
import { inputId, resultId, type RunKey, runId, stepId, type StepKey } from '../model/id.ts';
import type { EdgeAssertion, NodeKey } from '../model/record.ts';
import type { Link } from './header.ts';

/** The Value that a link's source names, within the run whose workflow code made the link. */
export function sourceValue(source: string, within: RunKey): NodeKey | undefined {
  const step = sourceStep(source, within);
  if (step) return { label: 'Value', id: resultId(step.id) };
  const [kind, ...rest] = source.split('/');
  if (kind === 'input') return { label: 'Value', id: inputId(runId(within)) };
  if (kind !== 'run' || rest.length !== 2) return undefined; // A later version's source: its own reader will know it.
  const [workflowId, run] = rest.map(decodeURIComponent) as [string, string];
  return { label: 'Value', id: resultId(runId({ namespace: within.namespace, workflowId, runId: run })) };
}

function sourceStep(source: string, within: RunKey): NodeKey | undefined {
  const [kind, ...rest] = source.split('/');
  if ((kind !== 'activity' && kind !== 'local') || rest.length !== 2) return undefined;
  const [id, occurrence] = rest.map(decodeURIComponent) as [string, string];
  const step: StepKey = { run: within, kind, id, occurrence: Number(occurrence) };
  return { label: 'Step', id: stepId(step) };
}

/**
 * `owner` took in, or is made of, what the links name. That workflow code had a step's result in hand proves that the step made
 * it, also where nobody watched the attempt (another language's worker, a completion from elsewhere).
 */
export function linkEdges(owner: NodeKey, type: 'USED' | 'WAS_DERIVED_FROM', via: string, links: Link[], within: RunKey): EdgeAssertion[] {
  const edges: EdgeAssertion[] = [];
  const made = new Map<string, EdgeAssertion>();
  for (const [toPath, source, fromPath] of links) {
    const to = sourceValue(source, within);
    if (!to) continue;
    edges.push({ type, from: owner, to, evidence: 'observed', via, fromPath, toPath, walk: true });
    const step = sourceStep(source, within);
    if (step) made.set(source, { type: 'WAS_GENERATED_BY', from: to, to: step, evidence: 'observed', via: 'result', walk: true });
  }
  return [...edges, ...made.values()];
}

/** Whether the place `path` in the arguments was filled by a value that we know. */
export function isLinked(path: string, links: Link[]): boolean {
  return links.some(([toPath]) => path === toPath || path.startsWith(`${toPath}/`));
}
