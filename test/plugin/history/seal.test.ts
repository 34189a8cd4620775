import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { digestOfRecord } from '../../../plugin/history/certificate.ts';
import { RunSealer } from '../../../plugin/history/run-sealer.ts';
import { HistoryGoneError } from '../../../plugin/history/fetch-history.ts';
import { attemptId, resultId, runId, type RunKey, stepId } from '../../../plugin/model/id.ts';
import { SealQueue } from '../../../plugin/outbox/seal-queue.ts';
import type { NodeAssertion, ProvenanceRecord } from '../../../plugin/model/record.ts';
import { contentOf, openDriver } from '../../support/graph-content.ts';
import { engines, neo4j, recorded, temporaryDirectory, unique } from '../../support/recorded.ts';
import { openSealing, type Sealing } from '../../support/sealing.ts';

const LATER = '2031-01-01T00:00:00.000Z';

function told(nodes: NodeAssertion[], edges: ProvenanceRecord['edges'] = []): ProvenanceRecord[] {
  return [{ v: 1, source: 'interceptor', at: LATER, recordedAt: LATER, nodes, edges }];
}

describe('sealing', () => {
  const driver = openDriver();
  const runs = new Map<string, RunKey>();
  let sealing: Sealing;
  const cypher = (query: string, parameters: object = {}) => driver.executeQuery(query, parameters, { database: neo4j.database });

  /** Runs sample workflows, one after the other. */
  async function ran(workflows: [type: string, args: unknown[]][], plugin: object | null = {}): Promise<RunKey[]> {
    return recorded(async ({ start }) => {
      const keys: RunKey[] = [];
      for (const [type, args] of workflows) {
        const handle = await start(type, args);
        await handle.result().catch(() => undefined);
        keys.push({ namespace: engines.namespace, workflowId: handle.workflowId, runId: handle.firstExecutionRunId });
      }
      return keys;
    }, { plugin, ...(plugin === null && { clientPlugin: false }) });
  }

  beforeAll(async () => {
    sealing = await openSealing();
    const workflows: [string, unknown[]][] = [['linear', [{ label: 'x', nested: { seed: 1 } }]], ['retried', []], ['failed', []], ['local', [{ seed: 2 }]], ['sameIds', []], ['parent', [{ seed: 1 }]]];
    for (const [index, run] of (await ran(workflows)).entries()) runs.set(workflows[index]![0], run);
  });
  afterAll(async () => {
    await sealing.close();
    await driver.close();
  });

  it('finds nothing wanting where everything was recorded, and says what it covers', async () => {
    for (const [type, run] of runs) {
      const { certificate, isClosed } = await sealing.sealer.check(run);
      expect([type, isClosed, certificate.state, certificate.missing, certificate.unconfirmed, certificate.duplicate, certificate.unseen]).toEqual([type, true, 'unsealed', 0, 0, 0, 0]);
    }
    const { certificate } = await sealing.sealer.seal(runs.get('retried')!);
    expect(certificate).toMatchObject({ state: 'sealed', number: 1, steps: 1, attempts: 2, full: 2, startOnly: 0, historyOnly: 0, opaque: [], unwatched: [], by: 'tests', problem: '' });
    expect(certificate.historyDigest).toMatch(/^[0-9a-f]{64}$/);
    const { events } = certificate;
    const history = await sealing.temporal.workflowService.getWorkflowExecutionHistory({ namespace: engines.namespace, execution: runs.get('retried')! });
    expect(events).toBe(history.history!.events!.length);
    const { properties } = (await sealing.record(runs.get('retried')!)).nodes.get(runId(runs.get('retried')!))!;
    expect(properties).toMatchObject({ seal: 'sealed', sealedBy: 'tests', historyDigest: certificate.historyDigest });
  });

  it('finds what was lost, whatever it is, and fills it from history', async () => {
    const run = runs.get('linear')!;
    const before = await contentOf(driver, run.runId);
    for (const [what, query] of [
      ['steps', 'MATCH (s:Step)-[:PART_OF]->(:Run {id: $run}) WITH s LIMIT 1 DETACH DELETE s'],
      ['values', 'MATCH (v:Value)-[:WAS_GENERATED_BY]->(:Attempt)-[:ATTEMPT_OF]->(:Step)-[:PART_OF]->(:Run {id: $run}) WITH DISTINCT v LIMIT 1 DETACH DELETE v'],
      ['links', 'MATCH (:Run {id: $run})<-[:PART_OF]-(:Step)-[u:USED]->() WITH u LIMIT 1 DELETE u'],
      ['attempts', 'MATCH (a:Attempt)-[:ATTEMPT_OF]->(:Step)-[:PART_OF]->(:Run {id: $run}) WITH a LIMIT 1 DETACH DELETE a'],
      ['runs', 'MATCH (r:Run {id: $run}) DETACH DELETE r'],
    ] as const) {
      await cypher(query, { run: runId(run) });
      const { lacking, certificate } = await sealing.sealer.check(run);
      expect([what, certificate.state]).toEqual([what, 'unsealed']);
      expect(lacking[what], what).toBeGreaterThan(0);
      const sealed = await sealing.sealer.seal(run);
      expect(sealed.certificate).toMatchObject({ state: 'sealed', missing: certificate.missing, filled: certificate.missing });
    }
    const ids = (content: { nodes: unknown[] }, label: string) => (content.nodes as { labels: string[]; properties: { id: string } }[]).filter(({ labels }) => labels.includes(label)).map(({ properties }) => properties.id);
    const after = await contentOf(driver, run.runId);
    for (const label of ['Run', 'Step', 'Attempt', 'Value']) expect(ids(after, label)).toEqual(ids(before, label));
  });

  it('marks what history does not confirm, and keeps it', async () => {
    const run = runs.get('sameIds')!;
    const mine = { run, kind: 'activity' as const, id: 'mine', occurrence: 1 };
    const phantom = stepId({ ...mine, id: 'never-scheduled' });
    const zombie = attemptId(mine, 7, 1);
    await sealing.writer.write(told([
      { label: 'Step', id: phantom, aspect: 'started', set: { kind: 'activity' } },
      { label: 'Value', id: resultId(phantom), aspect: 'seen', set: { role: 'result', digest: 'x' } },
      { label: 'Attempt', id: zombie, aspect: 'ended', set: { number: 7, outcome: 'completed', captured: 'full', scheduledAt: '1970-01-01T00:00:00.001Z' } },
    ], [
      { type: 'PART_OF', from: { label: 'Step', id: phantom }, to: { label: 'Run', id: runId(run) }, walk: false },
      { type: 'ATTEMPT_OF', from: { label: 'Attempt', id: zombie }, to: { label: 'Step', id: stepId(mine) }, walk: true },
      { type: 'WAS_GENERATED_BY', from: { label: 'Value', id: resultId(stepId(mine)) }, to: { label: 'Attempt', id: zombie }, evidence: 'observed', via: 'result', walk: true },
    ]));
    const { certificate } = await sealing.sealer.seal(run);
    expect(certificate).toMatchObject({ state: 'sealed', unconfirmed: 3, steps: 2, attempts: 2 });
    const { nodes } = await sealing.record(run);
    expect([...nodes.values()].filter(({ properties }) => properties.unconfirmed === true).map(({ id }) => id).sort()).toEqual([phantom, resultId(phantom), zombie].sort());
  });

  it('is done again when something is told later, and only then', async () => {
    const run = runs.get('failed')!;
    const first = await sealing.sealer.seal(run);
    expect(await sealing.sealer.seal(run)).toMatchObject({ certificate: { number: 1, at: first.certificate.at } });
    await sealing.writer.write(told([{ label: 'Run', id: runId(run), aspect: 'noted', set: { note: 'late' } }]));
    const second = await sealing.sealer.seal(run);
    expect(second.certificate).toMatchObject({ state: 'sealed', number: 2 });
    expect(second.certificate.historyDigest).toBe(first.certificate.historyDigest);
    expect(second.certificate.recordDigest).not.toBe(first.certificate.recordDigest);
  });

  it('is done again by whoever brings in what comes late, and left alone where nothing does', async () => {
    const [run, other] = [runs.get('retried')!, runs.get('failed')!];
    await sealing.sealer.seal(run);
    const numberOf = async (key: RunKey) => Number((await sealing.record(key)).nodes.get(runId(key))!.properties.sealNumber);
    const before = [await numberOf(run), await numberOf(other)] as const;
    const { path, remove } = await temporaryDirectory();
    const late = new RunSealer(new SealQueue(path), sealing.graph, () => undefined);
    late.serve(engines.namespace, sealing.sealer);
    await late.noting(sealing.writer).write(told([{ label: 'Step', id: stepId({ run, kind: 'activity', id: '1', occurrence: 1 }), aspect: 'noted', set: { note: 'late' } }]));
    await late.stop(Date.now() + 30_000);
    await remove();
    expect([await numberOf(run), await numberOf(other)]).toEqual([before[0] + 1, before[1]]);
  });

  it('builds a run that nobody watched, and says so', async () => {
    const [run] = (await ran([['linear', [{ label: 'y', nested: { seed: 5 } }]]], null)) as [RunKey];
    expect((await sealing.record(run)).nodes.size).toBe(0);
    const { certificate, lacking } = await sealing.sealer.seal(run);
    expect(certificate).toMatchObject({ state: 'sealed', steps: 3, attempts: 3, full: 0, historyOnly: 3 });
    expect(lacking).toMatchObject({ runs: 1, steps: 3, attempts: 3 });
    expect(certificate.unwatched).toContain('workflow linear');
  });

  it('gives a run that goes on a checkpoint', async () => {
    await recorded(async ({ start }) => {
      const handle = await start('late', []);
      const run = { namespace: engines.namespace, workflowId: handle.workflowId, runId: handle.firstExecutionRunId };
      const { isClosed, certificate } = await sealing.sealer.seal(run);
      expect([isClosed, certificate.state]).toEqual([false, 'open']);
      await handle.terminate();
      expect((await sealing.sealer.seal(run)).certificate).toMatchObject({ state: 'sealed' });
      expect((await sealing.record(run)).nodes.get(runId(run))!.properties).toMatchObject({ outcome: 'terminated', seal: 'sealed' });
    });
  });

  it('says so where Temporal has no history', async () => {
    await expect(sealing.sealer.seal({ namespace: engines.namespace, workflowId: unique('nobody'), runId: crypto.randomUUID() })).rejects.toThrow(HistoryGoneError);
  });

  it('is done by the worker itself, soon after a run is over, and of what was over last when it shuts down', async () => {
    const [first, last] = await recorded(async ({ start }) => {
      const keys: RunKey[] = [];
      for (const wait of [true, false]) {
        const handle = await start('linear', [{ label: 'z', nested: { seed: 9 } }]);
        await handle.result();
        const run = { namespace: engines.namespace, workflowId: handle.workflowId, runId: handle.firstExecutionRunId };
        keys.push(run);
        if (wait) await vi.waitFor(async () => expect((await sealing.record(run)).nodes.get(runId(run))?.properties.seal).toBe('sealed'), { timeout: 60_000, interval: 200 });
      }
      return keys as [RunKey, RunKey];
    }, { plugin: { seal: true } });
    for (const run of [first, last]) expect((await sealing.record(run)).nodes.get(runId(run))!.properties).toMatchObject({ seal: 'sealed', sealMissing: 0, sealFull: 3 });
  });

  it('changes nothing where nothing was wanting', async () => {
    const run = runs.get('local')!;
    const before = digestOfRecord(await sealing.record(run));
    const { certificate } = await sealing.sealer.seal(run);
    expect(certificate).toMatchObject({ state: 'sealed', missing: 0, recordDigest: before });
    expect(digestOfRecord(await sealing.record(run))).toBe(before);
  });
});
