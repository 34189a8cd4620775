import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { dataset } from '../../../plugin/activity.ts';
import { Flow } from '../../../plugin/capture/flow.ts';
import { openGraph, type OpenGraph } from '../../../plugin/graph/open.ts';
import { runId } from '../../../plugin/model/id.ts';
import { flows } from '../../support/flows.ts';
import { engines, neo4j, recorded } from '../../support/recorded.ts';

describe('hard cases', () => {
  let graph: OpenGraph;
  const runs = new Map<string, string>();

  beforeAll(async () => {
    graph = openGraph(neo4j);
    await recorded(async ({ start, client }) => {
      const cases: [string, unknown[], object?][] = [
        ['oddities', []], ['continuedAndRetried', [], { retry: { initialInterval: '50ms', maximumAttempts: 3 } }], ['late', []], ['wide', [200]],
      ];
      await Promise.all(cases.map(async ([type, args, options]) => {
        const handle = await start(type, args, options);
        await handle.result();
        const { runId: last } = await client.workflow.getHandle(handle.workflowId).describe();
        runs.set(type, runId({ namespace: engines.namespace, workflowId: handle.workflowId, runId: last }));
        runs.set(`first ${type}`, runId({ namespace: engines.namespace, workflowId: handle.workflowId, runId: handle.firstExecutionRunId }));
      }));
    });
  });
  afterAll(() => graph.close());

  const stepsOf = async (subject: string) => (await graph.trace(subject)).nodes
    .filter(({ labels }) => labels[0] === 'Step').map(({ properties }) => properties.activityType).sort();

  it('a failure that the workflow does not heed fails its task, as without the plugin', async () => {
    await recorded(async ({ start, client }) => {
      const handle = await start('unheeded', []);
      const failures = async () => ((await client.workflow.getHandle(handle.workflowId).fetchHistory()).events ?? [])
        .map((event) => event.workflowTaskFailedEventAttributes?.failure?.message ?? '').filter((message) => message !== '');
      await vi.waitFor(async () => expect((await failures()).join()).toMatch(/[Uu]nhandled/), { timeout: 30_000, interval: 200 });
      await handle.terminate();
    });
  });

  it('activities that end in odd ways end as without the plugin, and are recorded', async () => {
    const trace = await graph.trace(runs.get('oddities')!);
    const ended = trace.nodes.filter(({ labels, properties }) => labels[0] === 'Attempt' && properties.status !== 'running');
    expect(ended.length).toBe(trace.nodes.filter(({ labels }) => labels[0] === 'Attempt').length);
    const params = trace.nodes.map(({ properties }) => properties.params).filter(Boolean);
    expect(params).toEqual(['{"rows":10,"max_tokens":7,"dbPassword":"[redacted]"}']);
    const messages = await Promise.all(ended.map(async ({ id }) => (await graph.node(id)).details.failureMessage));
    expect(messages.join()).not.toMatch(/endOf|Cannot convert/);
  });

  it('a retried run that had been continued knows the run that made its input', async () => {
    expect(await stepsOf(`${runs.get('continuedAndRetried')}/result`)).toEqual(['produce', 'transform']);
    const { neighbours } = await graph.node(runs.get('continuedAndRetried')!);
    expect(neighbours.find(({ edge }) => edge.type === 'CONTINUED_FROM' && edge.from === runs.get('continuedAndRetried'))!.edge.via).toBe('retry');
  });

  it('what a given-up attempt brings in late is not the result', async () => {
    const trace = await graph.trace(`${runs.get('late')}/result`);
    const inputs = trace.nodes.filter(({ properties }) => properties.uri === 's3://late/in').map(({ properties }) => properties.version);
    expect(inputs).toEqual(['attempt-2']);
  });

  it('links that do not fit a header are not lost', async () => {
    const wide = flows(await graph.trace(`${runs.get('wide')}/result`));
    expect(wide).toContain('transform /0 <- input /0/parts/4');
    expect(wide.filter((line) => line.endsWith('<- localDouble'))).toHaveLength(1);
    const child = runs.get('first wide')!;
    const { neighbours } = await graph.node(child);
    const childRun = neighbours.find(({ edge }) => edge.type === 'STARTED_BY' && edge.to === child)!.node.id;
    expect(await stepsOf(`${childRun}/result`)).toEqual(['localDouble', 'transform']);
  });

  it('large inputs are walked within bounds, and what was not walked is said', () => {
    const flow = new Flow('names');
    const rows = Array.from({ length: 200_000 }, (_, index) => ({ a: index, b: index, c: index, d: index }));
    flow.tag(rows, 'input');
    expect(flow.linksOf([rows])).toMatchObject({ incomplete: true });
    flow.refill();
    const numbers = { values: Array.from({ length: 1_000_000 }, (_, index) => index) };
    flow.tag(numbers, 'activity/1/1');
    expect(flow.linksOf([numbers])).toEqual({ links: [['/0', 'activity/1/1', '']] });
    expect(flow.linksOf([{ ...numbers, note: 'x' }])).toEqual({ links: [['/0/values', 'activity/1/1', '/values']], loose: true });
  });

  it('a version that one names by its version, another by its digest, is one', async () => {
    const sha256 = 'c'.repeat(63) + String(Date.now() % 10);
    const uri = `s3://same/${runs.get('late')!.split('/')[2]}`;
    const byName = await dataset({ uri, version: 'v1', sha256 });
    const byDigest = await dataset({ uri, sha256 });
    await recorded(async ({ start }) => {
      for (const reference of [byName, byDigest]) await (await start('usesGiven', [{ reference, directory: '/tmp/provenance-same' }])).result();
    });
    for (const subject of [`${uri}@v1`, `${uri}@sha256:${sha256}`, `sha256:${sha256}`]) expect((await graph.runsUsing(subject)).runs).toHaveLength(2);
  });
});
