// Runs in: browser. Where a trace ends: the raw data that all is made of, or what came out last.
import type { AnswerNode, Trace } from '../../../plugin/graph/answers.ts';
import { fold, isA } from './fold.ts';

/** The artifact versions beyond which, in the trace's direction, there is no other. What was asked for is not among them. */
export function endsOf(trace: Trace): AnswerNode[] {
  const { nodes, edges } = fold(trace, { values: false, attempts: false });
  const beyond = new Map<string, string[]>();
  for (const { from, to } of edges) {
    const [here, there] = trace.direction === 'upstream' ? [from, to] : [to, from];
    const list = beyond.get(here);
    if (list === undefined) beyond.set(here, [there]);
    else list.push(there);
  }
  const artifacts = new Map(nodes.filter(({ node }) => isA(node, 'ArtifactVersion')).map(({ id, node }) => [id, node]));
  const isEnd = (start: string): boolean => {
    const seen = new Set([start]);
    const queue = [start];
    for (let id = queue.pop(); id !== undefined; id = queue.pop()) {
      for (const next of beyond.get(id) ?? []) {
        if (seen.has(next)) continue;
        if (artifacts.has(next)) return false;
        seen.add(next);
        queue.push(next);
      }
    }
    return true;
  };
  return [...artifacts.values()].filter(({ id }) => !trace.roots.includes(id) && isEnd(id));
}
