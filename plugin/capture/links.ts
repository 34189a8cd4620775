// Runs in: worker. Turns the isolate's links into edges between the graph's values.
import { inputId, lastResultId, memoId, resultId, type RunKey, runId, signalId, stepId, type StepKind, updateId } from '../model/id.ts';
import type { EdgeAssertion, NodeKey } from '../model/record.ts';
import { pathWithoutSecrets } from '../model/secrets.ts';
import type { Link } from './header.ts';

/** Its result is that of a step of this run. */
const STEPS: readonly string[] = ['activity', 'local', 'nexus', 'timer'] satisfies StepKind[];

/** The Value that a link's source names, within the run whose workflow code made the link. */
export function sourceValue(source: string, within: RunKey): NodeKey | undefined {
  const step = sourceStep(source, within);
  if (step) return { label: 'Value', id: resultId(step.id) };
  const run = runId(within);
  const [kind, ...rest] = source.replace(/^~/, '').split('/');
  const [first, second] = rest.map(decodeURIComponent);
  switch (`${kind} ${rest.length}`) {
    case 'input 0': return { label: 'Value', id: inputId(run) };
    case 'memo 0': return { label: 'Value', id: memoId(run) };
    case 'last-result 0': return { label: 'Value', id: lastResultId(run) };
    case 'signal 2': return { label: 'Value', id: signalId(run, first!, second!) };
    case 'update 1': return { label: 'Value', id: updateId(run, first!) };
    case 'run 2': return { label: 'Value', id: resultId(runId({ namespace: within.namespace, workflowId: first!, runId: second! })) };
    default: return undefined; // A later version's source: its own reader will know it.
  }
}

/** The step that a source is the result of. */
export function sourceStep(source: string, within: RunKey): NodeKey | undefined {
  const [kind, ...rest] = source.replace(/^~/, '').split('/');
  if (!STEPS.includes(kind!) || rest.length !== 2) return undefined;
  const [id, occurrence] = rest.map(decodeURIComponent) as [string, string];
  return { label: 'Step', id: stepId({ run: within, kind: kind as StepKind, id, occurrence: Number(occurrence) }) };
}

/**
 * `owner` took in, or is made of, what the links name. That workflow code had a step's result in hand proves that the step made
 * it, also where nobody watched the attempt (another language's worker, a completion from elsewhere).
 *
 * @param past the links were made by a run that this one is the copy of: what they name, this run has from there
 */
export function linkEdges(owner: NodeKey, type: 'USED' | 'WAS_DERIVED_FROM', via: string, links: Link[], within: RunKey, past = false): EdgeAssertion[] {
  const edges: EdgeAssertion[] = [];
  const made = new Map<string, EdgeAssertion>();
  for (const [toPath, source, fromPath, marks = 0] of links) {
    const to = sourceValue(source, within);
    if (!to) continue;
    const evidence = marks & 1 ? 'inferred' : 'observed';
    edges.push({ type, from: owner, to, evidence, via, fromPath: pathWithoutSecrets(fromPath), toPath: pathWithoutSecrets(toPath), walk: true, ...(marks & 2 && { qualifiers: { scattered: true } }) });
    const step = past || source.startsWith('~') ? undefined : sourceStep(source, within);
    if (step) made.set(source, { type: 'WAS_GENERATED_BY', from: to, to: step, evidence: 'observed', via: 'result', walk: true });
  }
  return [...edges, ...made.values()];
}

/** It was scheduled, or given back, right after these came in: as much as is known where its parts tell nothing. */
export function followedEdges(later: NodeKey, followed: string[] | undefined, within: RunKey): EdgeAssertion[] {
  return (followed ?? []).flatMap((said) => {
    const hasEnded = said.startsWith('!');
    const source = said.replace(/^!/, '');
    const to = hasEnded ? (sourceStep(source, within) ?? childRun(source, within)) : sourceValue(source, within);
    return to ? [{ type: 'FOLLOWED', from: later, to, evidence: 'followed', via: 'activation', walk: true } satisfies EdgeAssertion] : [];
  });
}

function childRun(source: string, { namespace }: RunKey): NodeKey | undefined {
  const [kind, ...rest] = source.split('/');
  if (kind !== 'run' || rest.length !== 2) return undefined;
  const [workflowId, run] = rest.map(decodeURIComponent) as [string, string];
  return { label: 'Run', id: runId({ namespace, workflowId, runId: run }) };
}

/** Whether the place `path` in the arguments was filled by a value that we know. */
export function isLinked(path: string, links: Link[]): boolean {
  return links.some(([toPath]) => path === toPath || path.startsWith(`${toPath}/`));
}
