// Runs in: server, CLI. A trace made quick to look things up in; Attempts and Values on the way passed over.
import { resultId } from '../model/id.ts';
import type { AnswerEdge, AnswerNode, RunSummary, Trace, VersionSummary } from './answers.ts';
import { runSummary, summaryOf } from './rows.ts';

export class TraceLookup {
  readonly trace: Trace;
  readonly #nodes: Map<string, AnswerNode>;
  readonly #from = new Map<string, AnswerEdge[]>();
  readonly #to = new Map<string, AnswerEdge[]>();

  constructor(trace: Trace) {
    this.trace = trace;
    this.#nodes = new Map([...trace.context.nodes, ...trace.nodes].map((node) => [node.id, node]));
    for (const edge of [...trace.edges, ...trace.context.edges]) {
      push(this.#from, edge.from, edge);
      push(this.#to, edge.to, edge);
    }
  }

  node(id: string): AnswerNode | undefined {
    return this.#nodes.get(id);
  }

  label(id: string): string | undefined {
    return this.#nodes.get(id)?.labels[0];
  }

  /** In the order of the trace: the nearest first. */
  all(label: string): AnswerNode[] {
    return this.trace.nodes.filter(({ labels }) => labels[0] === label);
  }

  /** What it points to. */
  earlier(id: string, ...types: string[]): AnswerNode[] {
    return (this.#from.get(id) ?? []).flatMap(({ type, to }) => (types.includes(type) ? this.#nodes.get(to) ?? [] : []));
  }

  /** What points to it. */
  later(id: string, ...types: string[]): AnswerNode[] {
    return (this.#to.get(id) ?? []).flatMap(({ type, from }) => (types.includes(type) ? this.#nodes.get(from) ?? [] : []));
  }

  /** The run of a Step or Value. A step that a reset took over is in two: the first is its own. */
  runOf(id: string): RunSummary | null {
    const run = this.earlier(id, 'PART_OF').find(({ labels }) => labels[0] === 'Run');
    return run ? runSummary(run) : null;
  }

  version(node: AnswerNode): VersionSummary {
    const own = node.properties.sha256;
    const digests = this.earlier(node.id, 'HAS_CONTENT').map(({ properties }) => String(properties.sha256));
    return summaryOf(node, typeof own === 'string' ? [own, ...digests] : digests);
  }

  /** Steps that made a version. */
  makers(version: string): AnswerNode[] {
    const found = this.earlier(version, 'WAS_GENERATED_BY').flatMap((maker) => (maker.labels[0] === 'Step' ? [maker] : this.earlier(maker.id, 'ATTEMPT_OF')));
    return [...new Map(found.map((step) => [step.id, step])).values()];
  }

  /** Versions that a step made. */
  made(step: string): AnswerNode[] {
    return [step, ...this.later(step, 'ATTEMPT_OF').map(({ id }) => id)].flatMap((maker) => this.later(maker, 'WAS_GENERATED_BY').filter(({ labels }) => labels[0] === 'ArtifactVersion'));
  }

  /** The value that a step gave, where the trace has it. */
  result(step: string): AnswerNode | undefined {
    return this.#nodes.get(resultId(step));
  }

  /** The Steps and versions that a Step, version or Value directly comes from; Values that come from nothing that is known, such as a client's. */
  inputs(id: string): string[] {
    const found = new Set<string>();
    const seen = new Set<string>();
    const open = this.#ways(id, true);
    while (open.length > 0) {
      const next = open.pop()!;
      if (seen.has(next)) continue;
      seen.add(next);
      const label = this.label(next);
      const onward = label === 'Attempt' || label === 'Value' ? this.#ways(next, false) : [];
      if (label !== 'Attempt' && onward.length === 0) found.add(next);
      open.push(...onward);
    }
    found.delete(id);
    return [...found];
  }

  #ways(id: string, isStart: boolean): string[] {
    const own = (edges: AnswerEdge[] | undefined) => (edges ?? []).filter(({ type }) => LINEAGE.has(type)).map(({ to }) => to);
    // What a step's attempts used went into the step.
    const attempts = isStart && this.label(id) === 'Step' ? this.later(id, 'ATTEMPT_OF') : [];
    return [...own(this.#from.get(id)), ...attempts.flatMap((attempt) => own(this.#from.get(attempt.id)))].filter((to) => to !== id);
  }
}

const LINEAGE = new Set(['USED', 'WAS_GENERATED_BY', 'WAS_DERIVED_FROM', 'ATTEMPT_OF', 'HAD_MEMBER', 'CARRIED', 'ALTERNATE_OF']);

/** Versions of a trace up that no other version is behind: where it all comes from. Those that only name the same bytes are none. */
export function originsOf(lookup: TraceLookup): Set<string> {
  const versions = lookup.all('ArtifactVersion').map(({ id }) => id);
  const later = new Map<string, string[]>();
  for (const { id } of [...lookup.all('Step'), ...lookup.all('ArtifactVersion')]) for (const input of lookup.inputs(id)) push(later, input, id);
  const hasOneBehind = new Set<string>();
  const open = [...versions];
  while (open.length > 0) {
    for (const next of later.get(open.pop()!) ?? []) {
      if (hasOneBehind.has(next)) continue;
      hasOneBehind.add(next);
      if (lookup.label(next) === 'Step') open.push(next);
    }
  }
  return new Set(versions.filter((id) => !hasOneBehind.has(id)));
}

function push<T>(map: Map<string, T[]>, key: string, item: T): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [item]);
  else list.push(item);
}
