import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { dataset } from '../../../plugin/activity.ts';
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
      await vi.waitFor(async () => expect((await failures()).join()).toMatch(/[Uu]nhandled/), { timeout: 60_000, interval: 200 });
      await handle.terminate();
    });
  });

  it('activities that end in odd ways end as without the plugin, and are recorded', async () => {
    const trace = await graph.trace(runs.get('oddities')!);
    const ended = trace.nodes.filter(({ labels, properties }) => labels[0] === 'Attempt' && properties.status !== 'running');
    expect(ended.length).toBe(trace.nodes.filter(({ labels }) => labels[0] === 'Attempt').length);
    const params = trace.nodes.map(({ properties }) => properties.params).filter(Boolean);
    expect(params).toEqual(['{"rows":10,"max_tokens":7,"dbPassword":"[redacted]"}']);
    expect(trace.nodes.map(({ properties }) => properties.metrics).filter(Boolean)).toEqual(['{"auc":"NaN","loss":"Infinity","gain":"-Infinity","recall":0.5}']);
    const messages = await Promise.all(ended.map(async ({ id }) => (await graph.node(id)).details.failureMessage));
    expect(messages.join()).not.toMatch(/endOf|Cannot convert/);
  });

  it('a result that is nested thousands deep has its digest, and its attempt no gap', async () => {
    const { nodes } = await graph.trace(runs.get('oddities')!);
    expect(new Set(nodes.filter(({ labels }) => labels[0] === 'Attempt').map(({ properties }) => properties.captured))).toEqual(new Set(['full']));
    const text = `${'{"inner":'.repeat(3_000)}1${'}'.repeat(3_000)}`;
    const { node } = await graph.node(`${runs.get('oddities')!.replace(/^run/, 'step')}/activity/4/1/result`);
    expect(node.properties).toMatchObject({ role: 'result', type: 'object', digest: createHash('sha256').update(text).digest('hex'), lookedThrough: 'partly' });
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

  it('the same bytes under two versions stay two; under a digest alone, either may be meant', async () => {
    const uri = `s3://same/${runs.get('late')!.split('/')[2]}`;
    const sha256 = createHash('sha256').update(uri).digest('hex');
    const use = { v2: await dataset({ uri, version: 'v2', sha256 }), digest: await dataset({ uri, sha256 }) };
    const made: Record<string, string> = {};
    await recorded(async ({ start, directory }) => {
      for (const version of ['v1', 'v2']) {
        const handle = await start('publishes', [{ uri, version, sha256 }]);
        await handle.result();
        made[`maker of ${version}`] = handle.workflowId;
      }
      for (const [name, reference] of Object.entries(use)) {
        const handle = await start('usesGiven', [{ reference, directory }]);
        await handle.result();
        made[name] = runId({ namespace: engines.namespace, workflowId: handle.workflowId, runId: handle.firstExecutionRunId });
      }
    });
    const publishers = async (subject: string) => {
      const trace = await graph.trace(subject);
      const steps = trace.nodes.filter(({ labels, properties }) => labels[0] === 'Step' && properties.activityType === 'publish');
      return { by: steps.map(({ id }) => id.split('/')[2]).sort(), ambiguous: trace.trust.ambiguousUses.length > 0 };
    };
    expect(await publishers(made.v2!)).toEqual({ by: [made['maker of v2']], ambiguous: false });
    expect(await publishers(made.digest!)).toEqual({ by: [made['maker of v1'], made['maker of v2']].sort(), ambiguous: true });
    const using = async (subject: string) => (await graph.runsUsing(subject)).runs.map(({ id }) => id);
    expect(await using(`${uri}@v1`)).toEqual([made.digest]);
    expect((await using(`${uri}@v2`)).sort()).toEqual([made.digest, made.v2].sort());
    expect((await using(`sha256:${sha256}`)).sort()).toEqual([made.digest, made.v2].sort());
    // Down from the first: who named the digest may have used it, who named the second did not.
    const down = (await graph.trace(`${uri}@v1`, { direction: 'downstream' })).context.nodes.map(({ id }) => id);
    expect(down).toContain(made.digest);
    expect(down).not.toContain(made.v2);
  });
});
