import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { artifactVersionId, runId } from '../../../plugin/model/id.ts';
import type { ProvenanceRecord } from '../../../plugin/model/record.ts';
import { unique } from '../../support/engines.ts';
import { type GraphWith, graphWith } from '../../support/graph-with.ts';
import { key, retrained } from '../../support/retrained.ts';

describe('a question about what was known at a past time', () => {
  const data = retrained(unique('as-of'));
  const { first, third } = data;
  const name = ({ uri, version }: { uri: string; version?: string }) => `${uri}@${version}`;
  let all: GraphWith;
  /** Between the first training and the second. */
  let then: string;

  beforeAll(async () => {
    all = await graphWith(data.scope, data.records);
    const predicted = data.records.filter(({ edges }) => edges.some(({ from }) => from.id === key(first.batch).id)).map(({ recordedAt }) => recordedAt).sort();
    then = predicted.at(-1)!;
  });
  afterAll(() => all.close());

  it('knows nothing of what was recorded later', async () => {
    const now = await all.graph.impact(name(first.raw));
    const before = await all.graph.impact(name(first.raw), { asOf: then });
    expect(now.byKind.model).toBe(2);
    expect(before.byKind).toEqual({ dataset: 1, model: 1, prediction: 4 });
    expect(before.runs.map(({ id }) => id).sort()).toEqual([first.run, first.predictRun].sort());
    expect((await all.graph.runsUsing(name(first.raw), { asOf: then })).runs.map(({ id }) => id)).toEqual([first.run]);
    expect((await all.graph.timeline(data.rawUri, { asOf: then })).versions.map(({ version, usedBy }) => [version, usedBy.runs])).toEqual([['2026-01', 1]]);
    expect((await all.graph.versions(data.rawUri, { asOf: then })).versions.map(({ version }) => version)).toEqual(['2026-01']);
    await expect(all.graph.runBefore(third.run, { asOf: then })).rejects.toThrow(/or was by/);
    await expect(all.graph.trace(name(third.model), { asOf: then })).rejects.toThrow(/nothing was recorded under/);
    await expect(all.graph.node(artifactVersionId(third.model), { asOf: then })).rejects.toThrow(/or was by/);
  });

  it('gives a trace as it was, which is that of today where all of it was known', async () => {
    const withoutTime = ({ asOf: _, ...rest }: Awaited<ReturnType<typeof all.graph.trace>>) => ({ ...rest, nodes: rest.nodes.map(({ id }) => id).sort(), edges: rest.edges.length, context: rest.context.nodes.map(({ id }) => id).sort() });
    const now = await all.graph.trace(name(first.model));
    const before = await all.graph.trace(name(first.model), { asOf: then });
    expect(before.asOf).toBe(then);
    expect(withoutTime(before)).toEqual(withoutTime(now));
  });

  it('shows of each node what was said by then: the status of a run, a seal, a withdrawal', async () => {
    const [namespace, workflowId, run] = first.run.split('/').slice(1).map(decodeURIComponent) as [string, string, string];
    const sealedAt = new Date().toISOString();
    const sealed: ProvenanceRecord = { v: 1, source: 'history', at: sealedAt, recordedAt: sealedAt, nodes: [{ label: 'Run', id: runId({ namespace, workflowId, runId: run }), aspect: 'sealed', set: { seal: 'sealed', sealedAt } }], edges: [] };
    await all.write([sealed]);
    expect((await all.graph.node(first.run)).node.properties.seal).toBe('sealed');
    expect((await all.graph.node(first.run, { asOf: then })).node.properties).toMatchObject({ status: 'completed', workflowType: 'trainModel' });
    expect((await all.graph.node(first.run, { asOf: then })).node.properties.seal).toBeUndefined();
    expect((await all.graph.trace(name(first.model), { asOf: then })).trust).toMatchObject({ sealedRuns: 0, pendingRuns: 1 });
    const begun = data.records.find(({ nodes }) => nodes.some(({ id, aspect }) => id === first.run && aspect === 'started'))!.recordedAt;
    expect((await all.graph.node(first.run, { asOf: begun })).node.properties.status).toBe('running');
  });

  it('takes a day as all of that day, and refuses what is no time', async () => {
    const today = then.slice(0, 10);
    expect((await all.graph.trace(name(first.model), { asOf: today })).asOf).toBe(`${today}T23:59:59.999Z`);
    for (const asOf of ['yesterday', '2026-13-45', '2026-02-30', '2026-02-30T12:00:00Z', '']) await expect(all.graph.trace(name(first.model), { asOf })).rejects.toThrow(/is no time/);
  });
});
