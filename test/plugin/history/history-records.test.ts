import { loadDataConverter } from '@temporalio/common/lib/internal-non-workflow/index.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Privacy } from '../../../plugin/capture/privacy.ts';
import { Connection } from '../../../plugin/graph/connection.ts';
import { GraphWriter } from '../../../plugin/graph/writer.ts';
import { historyRecords } from '../../../plugin/history/history-records.ts';
import { graphOf, propertiesOf } from '../../../plugin/model/merge.ts';
import type { ProvenanceRecord } from '../../../plugin/model/record.ts';
import { contentOf, openDriver, removeScope } from '../../support/graph-content.ts';
import { outboxRecords } from '../../support/outbox-records.ts';
import { engines, neo4j, recorded } from '../../support/recorded.ts';

/** Where nobody listens: records stay in the outbox. */
const NOWHERE = { uri: 'bolt://127.0.0.1:1', username: 'x', password: 'x' };

describe('interceptors and history', () => {
  const driver = openDriver();
  let connection: Connection;
  let writer: GraphWriter;
  let fromInterceptors: ProvenanceRecord[];
  const fromHistory: ProvenanceRecord[] = [];
  const withAttempts: ProvenanceRecord[] = [];
  const scopes: string[] = [];

  beforeAll(async () => {
    connection = new Connection(neo4j);
    writer = new GraphWriter(connection);
    const privacy = new Privacy(loadDataConverter());
    await recorded(async ({ start, client, directory }) => {
      for (const [type, args] of [['linear', [{ label: 'x', nested: { seed: 1 } }]], ['parent', [{ seed: 1 }]], ['retried', []], ['local', [{ seed: 2 }]], ['sameIds', []], ['continued', []]] as [string, unknown[]][]) {
        const handle = await start(type, args);
        await handle.result();
        scopes.push(handle.workflowId);
        const history = await client.workflow.getHandle(handle.workflowId).fetchHistory();
        const { runId } = await client.workflow.getHandle(handle.workflowId).describe();
        const run = { namespace: engines.namespace, workflowId: handle.workflowId, runId };
        withAttempts.push(...historyRecords({ privacy, attempts: () => true }, run, history, '2030-01-01T00:00:00.000Z'));
        fromHistory.push(...historyRecords({ privacy }, run, history, '2030-01-01T00:00:00.000Z'));
      }
      fromInterceptors = await outboxRecords(directory);
    }, { plugin: { neo4j: NOWHERE, shutdownMs: 0 } });
  });
  afterAll(async () => {
    for (const scope of scopes) await removeScope(driver, scope);
    await connection.close();
    await driver.close();
  });

  it('name the same runs, steps and values', () => {
    const ids = (records: ProvenanceRecord[], label: string) => new Set([...graphOf(records).nodes.values()]
      .filter((node) => node.label === label && scopes.some((scope) => node.id.includes(scope))).map(({ id }) => id));
    for (const label of ['Step', 'Value']) {
      const [seen, told] = [ids(fromInterceptors, label), ids(fromHistory, label)];
      expect([...told].filter((id) => !seen.has(id))).toEqual([]);
      expect(told.size).toBeGreaterThan(8);
    }
  });

  it('name the same first attempts, and history names others by their number alone', async () => {
    const seen = graphOf(fromInterceptors).nodes;
    const numbers = new Map<number, boolean[]>();
    for (const node of graphOf(withAttempts).nodes.values()) {
      if (node.label !== 'Attempt' || !node.id.includes('/activity/')) continue;
      const { number } = propertiesOf(node)! as { number: number };
      numbers.set(number, [...(numbers.get(number) ?? []), seen.has(node.id)]);
      expect(propertiesOf(node)).toMatchObject({ captured: 'history-only', outcome: 'completed', identity: expect.any(String) });
    }
    expect(new Set(numbers.get(1))).toEqual(new Set([true]));
    expect(new Set(numbers.get(2))).toEqual(new Set([false]));
  });

  it('agree on what values and steps hold', () => {
    const seen = graphOf(fromInterceptors).nodes;
    let compared = 0;
    for (const node of graphOf(fromHistory).nodes.values()) {
      const other = seen.get(node.id);
      if (!other || node.facts.length === 0) continue;
      const [ours, theirs] = [propertiesOf(other)!, propertiesOf(node)!];
      for (const name of Object.keys(theirs).filter((key) => key in ours && key !== 'recordedAt')) {
        expect([node.id, name, theirs[name]]).toEqual([node.id, name, ours[name]]);
        compared++;
      }
    }
    expect(compared).toBeGreaterThan(60);
  });

  it('find the same data flow in headers', () => {
    const used = (records: ProvenanceRecord[]) => [...graphOf(records).edges.values()]
      .filter(({ type, from }) => type === 'USED' && from.label === 'Step' && from.id.includes('/activity/')).map(({ id }) => id).sort();
    const told = used(fromHistory);
    expect(told.length).toBeGreaterThan(5);
    expect(used(fromInterceptors).filter((id) => told.includes(id))).toEqual(told);
  });

  it('make one graph, whichever comes first', async () => {
    const contents: unknown[] = [];
    for (const records of [[...fromInterceptors, ...fromHistory], [...fromHistory, ...fromInterceptors], [...fromHistory, ...fromInterceptors, ...fromHistory].toReversed()]) {
      for (const scope of scopes) await removeScope(driver, scope);
      for (let at = 0; at < records.length; at += 7) await writer.write(records.slice(at, at + 7));
      contents.push(await Promise.all(scopes.map((scope) => contentOf(driver, scope))));
    }
    expect(contents[1]).toEqual(contents[0]);
    expect(contents[2]).toEqual(contents[0]);
  });
});
