// Runs in: browser. A trace both ways: what something was made from, and what came out of it, as one.
import type { AnswerEdge, AnswerNode, Trace, Trust } from '../../../plugin/graph/answers.ts';

/** Two traces of the same thing as one, which is otherwise as the first. */
export function joinTraces(first: Trace, second: Trace): Trace {
  const nodes = unique([...first.nodes, ...second.nodes], ({ id }) => id);
  const edges = unique([...first.edges, ...second.edges], edgeKey);
  const own = new Set(nodes.map(({ id }) => id));
  const around = unique([...first.context.nodes, ...second.context.nodes], ({ id }) => id).filter(({ id }) => !own.has(id));
  const byLabel: Trace['counts']['byLabel'] = {};
  for (const { labels } of nodes) byLabel[labels[0]!] = (byLabel[labels[0]!] ?? 0) + 1;
  const limit = first.limit ?? second.limit;
  return {
    ...first,
    nodes, edges,
    tries: { ...first.tries, ...second.tries },
    context: { nodes: around, edges: unique([...first.context.edges, ...second.context.edges], edgeKey) },
    truncated: first.truncated || second.truncated,
    ...(limit !== undefined && { limit }),
    counts: { nodes: nodes.length, edges: edges.length, byLabel },
    trust: joinTrust(first.trust, second.trust, around),
  };
}

/** Lists are joined; runs, which both may count, are counted again. */
function joinTrust(first: Trust, second: Trust, context: AnswerNode[]): Trust {
  const runs = context.filter(({ labels }) => labels[0] === 'Run');
  const sealed = runs.filter(({ properties }) => properties['seal'] === 'sealed').length;
  const ids = (list: 'failedRuns' | 'opaqueSteps' | 'looseSteps' | 'followedOnly' | 'unmadeValues' | 'conflicts' | 'unconfirmed'): string[] => [...new Set([...first[list], ...second[list]])];
  const failedRuns = ids('failedRuns');
  return {
    ...first,
    sealedRuns: sealed,
    pendingRuns: runs.length - sealed - failedRuns.length,
    failedRuns,
    opaqueSteps: ids('opaqueSteps'), looseSteps: ids('looseSteps'), followedOnly: ids('followedOnly'), unmadeValues: ids('unmadeValues'),
    conflicts: ids('conflicts'), unconfirmed: ids('unconfirmed'),
    ambiguousUses: unique([...first.ambiguousUses, ...second.ambiguousUses], ({ version }) => version),
    withdrawn: unique([...first.withdrawn, ...second.withdrawn], ({ version }) => version),
  };
}

function edgeKey({ from, to, type, via, fromPath, toPath }: AnswerEdge): string {
  return [from, to, type, via, fromPath, toPath].join('\n');
}

function unique<T>(all: T[], key: (one: T) => string): T[] {
  return [...new Map(all.toReversed().map((one) => [key(one), one])).values()].toReversed();
}
