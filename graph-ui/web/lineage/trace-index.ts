// Runs in: browser. A trace made quick to look things up in, context included.
import type { AnswerEdge, AnswerNode, Trace } from '../../../plugin/graph/answers.ts';
import { isA } from './fold.ts';

export class TraceIndex {
  readonly #nodes = new Map<string, AnswerNode>();
  readonly #outgoing = new Map<string, AnswerEdge[]>();
  readonly #incoming = new Map<string, AnswerEdge[]>();

  constructor(trace: Trace) {
    for (const node of [...trace.context.nodes, ...trace.nodes]) this.#nodes.set(node.id, node);
    for (const edge of [...trace.edges, ...trace.context.edges]) {
      push(this.#outgoing, edge.from, edge);
      push(this.#incoming, edge.to, edge);
    }
  }

  node(id: string): AnswerNode | undefined {
    return this.#nodes.get(id);
  }

  /** What a node points to by edges of one of these types. */
  earlier(id: string, ...types: string[]): AnswerNode[] {
    return this.#ends(this.#outgoing.get(id), 'to', types);
  }

  /** What points to a node by edges of one of these types. */
  later(id: string, ...types: string[]): AnswerNode[] {
    return this.#ends(this.#incoming.get(id), 'from', types);
  }

  /** The run that a Step, Attempt or Value, or what they made, belongs to. */
  runOf(id: string): AnswerNode | undefined {
    return this.makers(id).flatMap((maker) => this.earlier(maker.id, 'PART_OF')).find((node) => isA(node, 'Run'));
  }

  /** The Attempts and Steps behind a node: of an artifact those that generated it, of a step its attempts too. */
  makers(id: string): AnswerNode[] {
    const found = new Map<string, AnswerNode>();
    const add = (node: AnswerNode | undefined): void => {
      if (node === undefined || found.has(node.id)) return;
      if (isA(node, 'Attempt')) {
        found.set(node.id, node);
        for (const step of this.earlier(node.id, 'ATTEMPT_OF')) found.set(step.id, step);
      } else if (isA(node, 'Step')) {
        found.set(node.id, node);
        for (const attempt of this.later(node.id, 'ATTEMPT_OF')) found.set(attempt.id, attempt);
      }
    };
    add(this.#nodes.get(id));
    for (const maker of this.earlier(id, 'WAS_GENERATED_BY')) add(maker);
    return [...found.values()];
  }

  #ends(edges: AnswerEdge[] | undefined, end: 'from' | 'to', types: string[]): AnswerNode[] {
    const ids = (edges ?? []).filter(({ type }) => types.includes(type)).map((edge) => edge[end]);
    return [...new Set(ids)].map((id) => this.#nodes.get(id)).filter((node) => node !== undefined);
  }
}

function push(map: Map<string, AnswerEdge[]>, id: string, edge: AnswerEdge): void {
  const list = map.get(id);
  if (list === undefined) map.set(id, [edge]);
  else list.push(edge);
}
