import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { artifactVersionId } from '../../../plugin/model/id.ts';
import { readArchive } from '../../../plugin/outbox/archive.ts';
import type { ProvenanceRecord } from '../../../plugin/model/record.ts';
import { unique } from '../../support/engines.ts';
import { type GraphWith, graphWith } from '../../support/graph-with.ts';
import { provenance } from '../../support/provenance.ts';
import { temporaryDirectory } from '../../support/recorded.ts';
import { retrained } from '../../support/retrained.ts';

describe('provenance withdraw', () => {
  const data = retrained(unique('withdraw'));
  const raw = `${data.first.raw.uri}@${data.first.raw.version}`;
  let all: GraphWith;
  let directory: Awaited<ReturnType<typeof temporaryDirectory>>;

  beforeAll(async () => {
    all = await graphWith(data.scope, data.records);
    directory = await temporaryDirectory();
  });
  afterAll(async () => {
    await all.close();
    await directory.remove();
  });
  const withdraw = (...args: string[]) => provenance(['withdraw', ...args, '--archive', join(directory.path, 'archive')]);

  it('marks the version for everybody who asks, keeps who did it apart, and keeps the fact for a rebuild', async () => {
    const { code, out, err } = await withdraw(raw, '--reason', 'the vendor sent a broken file', '--by', `Ada of ${data.scope}`);
    expect([code, err]).toEqual([0, '']);
    expect(out).toContain('Withdrawn: the vendor sent a broken file');
    const detail = await all.graph.node(artifactVersionId(data.first.raw));
    expect(detail.node.properties).toMatchObject({ withdrawnReason: 'the vendor sent a broken file' });
    const who = detail.neighbours.find(({ edge }) => edge.type === 'WAS_INVALIDATED_BY')!.node;
    expect(who.properties.kind).toBe('actor');
    expect(JSON.stringify(who)).not.toContain('Ada');
    expect((await all.graph.node(who.id)).details.name).toBe(`Ada of ${data.scope}`);
    const impact = await provenance(['impact', raw]);
    expect(impact.out).toContain('the vendor sent a broken file');
    expect(impact.out).toContain(data.first.predictions[0]!.uri);
    const archived: ProvenanceRecord[] = [];
    for await (const records of readArchive(join(directory.path, 'archive'), () => expect.fail('damaged'))) archived.push(...records);
    expect(archived.flatMap(({ nodes }) => nodes.map(({ aspect }) => aspect))).toContain('withdrawn');
  });

  it('asks for a reason, and refuses what names no version', async () => {
    expect((await withdraw(raw)).code).toBe(2);
    expect((await withdraw(raw, '--reason', ' ')).err).toContain('--reason is empty');
    expect(await withdraw(data.rawUri, '--reason', 'x')).toMatchObject({ code: 2, err: expect.stringContaining('recorded version') as string });
    expect((await withdraw(`${data.rawUri}@none`, '--reason', 'x')).code).toBe(1);
  });

  it('is not known of before it happened', async () => {
    const { out } = await provenance(['impact', raw, '--as-of', new Date(Date.now() - 60_000).toISOString(), '--json']);
    expect(JSON.parse(out)).toMatchObject({ trust: { withdrawn: [] } });
    expect((await provenance(['trace', raw, '--as-of', 'never'])).err).toContain("'never' is no time");
  });

  it('said again, is known since the first time and for its reason, and each that said so is told', async () => {
    const version = `${data.second.model.uri}@${data.second.model.version}`;
    for (const [reason, by] of [['trained on bad rows', 'Ada'], ['the licence ended', 'Grace']] as const) {
      expect((await withdraw(version, '--reason', reason, '--by', `${by} of ${data.scope}`)).code).toBe(0);
    }
    const { node, neighbours } = await all.graph.node(artifactVersionId(data.second.model));
    const said = neighbours.filter(({ edge }) => edge.type === 'WAS_INVALIDATED_BY').sort((a, b) => (a.edge.at! < b.edge.at! ? -1 : 1));
    expect(said.map(({ edge, details }) => [edge.reason, details!.name])).toEqual([['trained on bad rows', `Ada of ${data.scope}`], ['the licence ended', `Grace of ${data.scope}`]]);
    expect(node.properties).toMatchObject({ withdrawnAt: said[0]!.edge.at, withdrawnReason: 'trained on bad rows' });
    expect((await all.graph.search(version)).exact[0]).toMatchObject({ id: node.id, withdrawnAt: said[0]!.edge.at });
  });

  it('is taken back by another fact, by whom is kept apart, and stays known as of then', async () => {
    const clean = `${data.third.raw.uri}@${data.third.raw.version}`;
    const reinstate = (...args: string[]) => provenance(['reinstate', clean, ...args, '--archive', join(directory.path, 'archive')]);
    expect(await reinstate('--reason', 'x')).toMatchObject({ code: 1, err: expect.stringContaining('is not withdrawn') as string });
    expect((await withdraw(clean, '--reason', 'looked broken')).code).toBe(0);
    const between = new Date().toISOString();
    const { code, out } = await reinstate('--reason', 'it was our parser', '--by', `Grace of ${data.scope}`);
    expect([code, out]).toEqual([0, expect.stringContaining('Reinstated: it was our parser') as string]);
    const withdrawn = async (asOf?: string) => (await all.graph.impact(data.third.model.uri + '@1.0.0', { asOf })).trust.withdrawn.length + (await all.graph.withdrawnBehind(`${data.third.model.uri}@1.0.0`, { asOf })).withdrawn.length;
    expect(await withdrawn()).toBe(0);
    expect(await withdrawn(between)).toBeGreaterThan(0);
    const { node, neighbours } = await all.graph.node(artifactVersionId(data.third.raw));
    expect(neighbours.find(({ edge }) => edge.type === 'WAS_INFLUENCED_BY')).toMatchObject({ edge: { via: 'reinstate', reason: 'it was our parser' }, details: { name: `Grace of ${data.scope}` } });
    expect(node.properties).toMatchObject({ reinstatedReason: 'it was our parser' });
    expect(node.properties.withdrawnAt).toBeUndefined();
    expect((await withdraw(clean, '--reason', 'broken after all')).code).toBe(0);
    expect((await all.graph.node(node.id)).node.properties).toMatchObject({ withdrawnReason: 'broken after all' });
  });
});
