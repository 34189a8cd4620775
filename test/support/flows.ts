// Runs in: tests. A trace as lines that a person can check.
import type { Trace } from '../../plugin/graph/answers.ts';

/** The data-flow edges as `who /path <- whom /path`, by activity types; a run's own values go by their role. */
export function flows(trace: Trace): string[] {
  const byId = new Map(trace.nodes.map((node) => [node.id, node]));
  const step = (attempt: string) => trace.edges.find(({ from, type }) => from === attempt && type === 'ATTEMPT_OF')!.to;
  const name = (id: string): string => {
    const node = byId.get(id)!;
    if (node.labels[0] === 'Step') return String(node.properties.activityType);
    const maker = trace.edges.find(({ from, to, type }) => from === id && type === 'WAS_GENERATED_BY' && byId.get(to)!.labels[0] === 'Attempt');
    return maker ? name(step(maker.to)) : String(node.properties.role);
  };
  return trace.edges
    .filter(({ toPath }) => toPath !== undefined)
    .map(({ from, to, fromPath, toPath }) => `${name(from)} ${toPath} <- ${name(to)} ${fromPath}`.trim())
    .sort();
}
