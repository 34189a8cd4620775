import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openGraph, type OpenGraph } from '../../../plugin/graph/open.ts';
import { runId } from '../../../plugin/model/id.ts';
import { flows } from '../../support/flows.ts';
import { engines, neo4j, recorded } from '../../support/recorded.ts';

const WORKFLOWS: [type: string, args: unknown[]][] = [
  ['linear', [{ label: 'x', nested: { seed: 4 } }]],
  ['parent', [{ seed: 1 }]],
  ['local', [{ seed: 1 }]],
  ['sameIds', []],
  ['continued', []],
  ['sideBySide', []],
  ['parentOfContinued', []],
];

describe('data flow', () => {
  let graph: OpenGraph;
  const runs = new Map<string, string>();

  beforeAll(async () => {
    graph = openGraph(neo4j);
    await recorded(async ({ start, client }) => {
      await Promise.all(WORKFLOWS.map(async ([type, args]) => {
        const handle = await start(type, args);
        await handle.result();
        // The last run of the chain.
        const { runId: last } = await client.workflow.getHandle(handle.workflowId).describe();
        runs.set(type, runId({ namespace: engines.namespace, workflowId: handle.workflowId, runId: last }));
      }));
    });
  });
  afterAll(() => graph.close());

  it('is followed by identity, with the paths on both ends', async () => {
    expect(flows(await graph.trace(runs.get('linear')!))).toEqual([
      'combine /0/left <- transform',
      'combine /0/right <- produce /rows',
      'produce /0 <- input /0/nested',
      'result /total <- combine',
      'transform /0 <- produce',
    ]);
  });

  it('goes into a child workflow and out again', async () => {
    expect(flows(await graph.trace(`${runs.get('parent')}/result`))).toEqual([
      'input /0/given <- produce',
      'produce /0 <- input /0',
      'result  <- transform',
      'result  <- transform',
      'transform /0 <- input /0/given',
      'transform /0 <- result',
    ]);
  });

  it('passes through local activities, which have no header in history', async () => {
    expect(flows(await graph.trace(`${runs.get('local')}/result`))).toContain('transform /0 <- localDouble');
    expect(flows(await graph.trace(`${runs.get('local')}/result`))).toContain('localDouble /0 <- produce');
  });

  it('goes from one run to the next that continues it', async () => {
    expect(flows(await graph.trace(`${runs.get('continued')}/result`))).toEqual([
      'input /0 <- produce',
      'result  <- transform',
      'transform /0 <- input /0',
    ]);
    const { neighbours } = await graph.node(runs.get('continued')!);
    expect(neighbours.map(({ edge }) => [edge.type, edge.via])).toContainEqual(['CONTINUED_FROM', 'continue-as-new']);
  });

  it('comes out of a child that continued as another run', async () => {
    const trace = await graph.trace(`${runs.get('parentOfContinued')}/result`);
    expect(trace.nodes.filter(({ labels }) => labels[0] === 'Step').map(({ properties }) => properties.activityType).sort()).toEqual(['produce', 'transform', 'transform']);
  });

  it('tells two uses of one activity id apart', async () => {
    const trace = await graph.trace(`${runs.get('sameIds')}/result`);
    const steps = trace.nodes.filter(({ labels }) => labels[0] === 'Step').map(({ properties }) => [properties.activityId, properties.occurrence, properties.activityType]);
    expect(steps.sort()).toEqual([['mine', 1, 'produce'], ['mine', 2, 'transform']]);
    expect(flows(trace)).toContain('transform /0 <- produce');
  });

  it('keeps apart what travels side by side in one value', async () => {
    const stepsOf = async (subject: string, direction: 'upstream' | 'downstream') => (await graph.trace(subject, { direction })).nodes
      .filter(({ labels }) => labels[0] === 'Step').map(({ properties }) => properties.activityType).sort();
    const whole = await graph.trace(`${runs.get('sideBySide')}/result`);
    const step = (type: string) => whole.nodes.find(({ labels, properties }) => labels[0] === 'Step' && properties.activityType === type)!.id;
    expect(await stepsOf(step('combine'), 'upstream')).toEqual(['combine', 'produce']);
    expect(await stepsOf(step('validateRows'), 'upstream')).toEqual(['transform', 'validateRows']);
    expect(await stepsOf(step('produce'), 'downstream')).toEqual(['combine', 'produce']);
    expect(await stepsOf(`${runs.get('sideBySide')}/result`, 'upstream')).toEqual(['combine', 'produce', 'transform', 'validateRows']);
  });

  it('can be walked down as well as up', async () => {
    const trace = await graph.trace(`${runs.get('linear')}/input`, { direction: 'downstream' });
    const types = trace.nodes.filter(({ labels }) => labels[0] === 'Step').map(({ properties }) => properties.activityType);
    expect(types.sort()).toEqual(['combine', 'produce', 'transform']);
    expect(trace.nodes.map(({ id }) => id)).toContain(`${runs.get('linear')}/result`);
  });

  it('never joins runs by equal values, nor steps by their run or code', async () => {
    const up = await graph.trace(`${runs.get('linear')}/result`);
    const own = up.context.nodes.filter(({ labels }) => labels[0] === 'Run').map(({ id }) => id);
    expect(own).toEqual([runs.get('linear')]);
  });
});
