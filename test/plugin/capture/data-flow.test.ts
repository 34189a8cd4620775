import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Trace } from '../../../plugin/graph/answers.ts';
import { openGraph, type OpenGraph } from '../../../plugin/graph/open.ts';
import { neo4j, recorded } from '../../support/recorded.ts';

describe('data flow between steps', () => {
  let graph: OpenGraph;
  beforeAll(() => {
    graph = openGraph(neo4j);
  });
  afterAll(() => graph.close());

  it('follows the objects of one run by identity, with their paths', async () => {
    const { workflowId, runId } = await recorded(async ({ start }) => {
      const handle = await start('linear', [{ label: 'x', nested: { seed: 4 } }]);
      await handle.result();
      return { workflowId: handle.workflowId, runId: handle.firstExecutionRunId };
    });
    const trace = await graph.trace(`run/default/${workflowId}/${runId}`);
    expect(flows(trace)).toEqual([
      'combine /0/left <- transform',
      'combine /0/right <- produce /rows',
      'input',
      'produce /0 <- input /0/nested',
      'result /total <- combine',
      'transform /0 <- produce',
    ].filter((line) => line !== 'input').sort());
  });
});

/** Lineage edges as `who path <- whom path`, by activity types. */
function flows(trace: Trace): string[] {
  const byId = new Map(trace.nodes.map((node) => [node.id, node]));
  const name = (id: string): string => {
    const node = byId.get(id)!;
    if (node.labels[0] === 'Step') return String(node.properties.activityType);
    const maker = trace.edges.find((edge) => edge.from === id && edge.type === 'WAS_GENERATED_BY');
    if (!maker) return String(node.properties.role);
    return name(trace.edges.find((edge) => edge.from === maker.to && edge.type === 'ATTEMPT_OF')!.to);
  };
  return trace.edges
    .filter(({ toPath }) => toPath !== undefined)
    .map(({ from, to, fromPath, toPath }) => `${name(from)} ${toPath} <- ${name(to)} ${fromPath}`.trim())
    .sort();
}
