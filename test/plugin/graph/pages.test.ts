// Runs in: tests. Long lists come in pages that leave nothing out, and what is cut says so.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PageOption } from '../../../plugin/graph/answers.ts';
import { artifactVersionId, runId, stepId } from '../../../plugin/model/id.ts';
import type { ProvenanceRecord } from '../../../plugin/model/record.ts';
import { unique } from '../../support/engines.ts';
import { type GraphWith, graphWith } from '../../support/graph-with.ts';

const scope = unique('pages');
const uri = `s3://${scope}/daily.csv`;
const run = { namespace: 'default', workflowId: `daily-${scope}`, runId: `${scope}-run` };
const VERSIONS = Array.from({ length: 130 }, (_, day) => `day-${String(day).padStart(3, '0')}`);
const STEPS = Array.from({ length: 40 }, (_, number) => stepId({ run, kind: 'activity', id: String(number), occurrence: 1 }));

/** Many were told of in the same moment. */
function records(): ProvenanceRecord[] {
  const at = (second: number) => new Date(Date.UTC(2026, 2, 1, 0, 0, second)).toISOString();
  const self = { label: 'Run' as const, id: runId(run) };
  const client = { label: 'Agent' as const, id: `agent/client-${scope}` };
  return [
    ...VERSIONS.map((version, day): ProvenanceRecord => ({
      v: 1, source: 'interceptor', at: at(day), recordedAt: at(Math.floor(day / 7)),
      nodes: [{ label: 'ArtifactVersion', id: artifactVersionId({ uri, version }), kind: 'dataset', aspect: 'declared', timeless: true, set: { kind: 'dataset', uri, version } }], edges: [],
    })),
    ...STEPS.map((id, number): ProvenanceRecord => ({
      v: 1, source: 'sink', at: at(number), recordedAt: at(Math.floor(number / 9)),
      nodes: [{ label: 'Step', id, aspect: 'scheduled', set: { kind: 'activity', activityType: 'daily' } }],
      edges: [{ type: 'PART_OF', from: { label: 'Step', id }, to: self, walk: false }],
    })),
    { v: 1, source: 'sink', at: at(0), recordedAt: at(0), nodes: [{ ...self, aspect: 'started', set: { ...run, startedAt: at(0) } }, { ...client, aspect: 'declared', set: { kind: 'client' } }], edges: [{ type: 'STARTED_BY', from: self, to: client, walk: false }] },
  ];
}

/** All that is listed, page by page. */
async function listed<T extends { next: string | null }>(page: (which: PageOption) => Promise<T>, items: (answer: T) => string[], limit: number): Promise<string[]> {
  const all: string[] = [];
  for (let after: string | undefined; ; ) {
    const answer = await page({ limit, ...(after !== undefined && { after }) });
    const these = items(answer);
    expect(these.length).toBeLessThanOrEqual(limit);
    all.push(...these);
    if (answer.next === null) return all;
    after = answer.next;
  }
}

describe('in pages', () => {
  let all: GraphWith;
  beforeAll(async () => {
    all = await graphWith(scope, records());
  });
  afterAll(() => all.close());

  it.each([1, 8, 13, 129, 130, 500])('of %i, the versions of an artifact are all there, oldest first', async (limit) => {
    const byDay = (versions: { version: string; recordedAt: string }[]) => versions.map(({ recordedAt, version }) => `${recordedAt} ${version}`);
    const whole = byDay((await all.graph.versions(uri)).versions);
    expect(whole.map((each) => each.split(' ')[1]).sort()).toEqual(VERSIONS);
    expect(whole.map((each) => each.split(' ')[0])).toEqual(whole.map((each) => each.split(' ')[0]).sort());
    if (limit > 1) expect(await listed((page) => all.graph.timeline(uri, page), ({ versions }) => byDay(versions), limit)).toEqual(whole);
    if (limit > 1) expect(await listed((page) => all.graph.versions(uri, page), ({ versions }) => byDay(versions), limit)).toEqual(whole);
    else expect((await all.graph.versions(uri, { limit })).versions).toHaveLength(1);
  });

  it.each([1, 6, 40, 41, 42])('of %i, the neighbours of a node are all there: what it leads to first, then what leads to it', async (limit) => {
    const neighbours = await listed((page) => all.graph.node(runId(run), page), (answer) => answer.neighbours.map(({ node }) => node.id), limit);
    expect(neighbours[0]).toBe(`agent/client-${scope}`);
    expect(neighbours.slice(1).sort()).toEqual(STEPS.toSorted());
  });

  it('tells a run how many steps it has, and how they went', async () => {
    expect((await all.graph.node(runId(run))).steps).toEqual({ scheduled: 40 });
    expect((await all.graph.node(runId(run), { asOf: '2026-03-01T00:00:01.500Z' })).steps).toEqual({ scheduled: 18 });
  });

  it('is not the list to choose from: of many versions it holds the newest, and says so', async () => {
    const error = await all.graph.trace(uri).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ name: 'AmbiguousQuestionError', message: expect.stringContaining('has 130 recorded versions (the newest 100 are listed)') });
    expect((error as { choices: { version: string }[] }).choices.map(({ version }) => version)).toContain('day-129');
    await expect(all.graph.trace(`${uri}@day-500`)).rejects.toThrow(/has no version 'day-500'.*, …$/);
  });

  it('of nonsense says what is wrong', async () => {
    for (const page of [() => all.graph.node(runId(run), { after: 'x' }), () => all.graph.versions(uri, { after: 'x' }), () => all.graph.timeline(uri, { after: '' })]) {
      await expect(page()).rejects.toThrow(/'after' must be/);
    }
  });

  it('takes no place in another list for one in its own', async () => {
    const { next } = await all.graph.versions(uri, { limit: 1 });
    expect((await all.graph.versions(uri, { limit: 1, after: next! })).versions).toHaveLength(1);
    for (const other of [() => all.graph.timeline(uri, { after: next! }), () => all.graph.completeness({ after: next! }), () => all.graph.versions(uri, { after: next!, asOf: '2099-01-01' }), () => all.graph.search('x', { kind: 'run', after: next! })]) {
      await expect(other()).rejects.toThrow(/'after' must be what an answer to this very question gave/);
    }
  });
});
