import type { PayloadCodec } from '@temporalio/common';
import { loadDataConverter } from '@temporalio/common/lib/internal-non-workflow/index.js';
import { Client } from '@temporalio/client';
import type { temporal } from '@temporalio/proto';
import { beforeAll, describe, expect, it } from 'vitest';
import { type DigestKey, Privacy } from '../../../plugin/capture/privacy.ts';
import { compare } from '../../../plugin/history/compare.ts';
import { decodedHistory } from '../../../plugin/history/decoded-history.ts';
import { historyRecords } from '../../../plugin/history/history-records.ts';
import { type RunKey, runId } from '../../../plugin/model/id.ts';
import { graphOf, type NodeState, propertiesOf } from '../../../plugin/model/merge.ts';
import type { ProvenanceRecord } from '../../../plugin/model/record.ts';
import { encryptingCodec } from '../../support/encrypting-codec.ts';
import { outboxRecords } from '../../support/outbox-records.ts';
import { engines, recorded, unique } from '../../support/recorded.ts';

const NOWHERE = { uri: 'bolt://127.0.0.1:1', username: 'x', password: 'x' };
const digestKey = { id: 'k1', key: 'a key of thirty-two bytes or so..' };
const dataConverter = { payloadCodecs: [encryptingCodec] };
const foreign: PayloadCodec = { encode: encryptingCodec.encode, decode: async () => { throw new Error('not mine'); } };

describe('a history behind a payload codec', () => {
  const histories: { run: RunKey; history: temporal.api.history.v1.IHistory }[] = [];
  let seen: Map<string, NodeState>;

  beforeAll(async () => {
    await recorded(async ({ client, taskQueue, directory }) => {
      const own = new Client({ connection: client.connection, namespace: engines.namespace, dataConverter });
      for (const [type, args] of [['linear', [{ label: 'x', nested: { seed: 1 } }]], ['parent', [{ seed: 1 }]], ['retried', ['x']], ['local', [{ seed: 2 }]]] as [string, unknown[]][]) {
        const workflowId = unique(type);
        const handle = await own.workflow.start(type, { taskQueue, args, workflowId, memo: { given: args } });
        await handle.result();
        histories.push({ run: { namespace: engines.namespace, workflowId, runId: handle.firstExecutionRunId }, history: await handle.fetchHistory() });
      }
      seen = graphOf(await outboxRecords(directory)).nodes;
    }, { plugin: { neo4j: NOWHERE, shutdownMs: 0, digestKey }, worker: { dataConverter } });
  });

  async function recordsOf(payloadCodecs: PayloadCodec[], keyed: { digestKey?: DigestKey } = { digestKey }): Promise<ProvenanceRecord[]> {
    const converter = loadDataConverter({ payloadCodecs });
    const privacy = new Privacy(converter, keyed);
    const records: ProvenanceRecord[] = [];
    for (const { run, history } of histories) records.push(...historyRecords({ privacy, decoded: true }, run, await decodedHistory(converter, run, history), '2030-01-01T00:00:00.000Z'));
    return records;
  }

  const told = async (payloadCodecs: PayloadCodec[]): Promise<NodeState[]> => [...graphOf(await recordsOf(payloadCodecs)).nodes.values()];

  it('gives the digests that the interceptors gave, of everything', async () => {
    let compared = 0;
    for (const node of (await told([encryptingCodec])).filter(({ id, label, facts }) => facts.length > 0 && !(label === 'Step' && id.includes('/local/')))) {
      // (A local activity's marker has no input.)
      const [theirs, ours] = [propertiesOf(node)!, seen.has(node.id) ? propertiesOf(seen.get(node.id)!)! : {}];
      expect(theirs.hidden).toBeUndefined();
      for (const name of ['digest', 'inputDigest', 'digestKeyId', 'role', 'bytes', 'type', 'inputBytes'].filter((each) => each in theirs || each in ours)) {
        expect([node.id, name, theirs[name]]).toEqual([node.id, name, ours[name]]);
        compared++;
      }
    }
    expect(compared).toBeGreaterThan(40);
  });

  it('that the codec can not decode stays hidden, and so does one that nobody decoded', async () => {
    const converter = loadDataConverter(dataConverter);
    const undecoded = histories.flatMap(({ run, history }) => historyRecords({ privacy: new Privacy(converter, { digestKey }) }, run, history, '2030-01-01T00:00:00.000Z'));
    for (const nodes of [await told([foreign]), [...graphOf(undecoded).nodes.values()]]) {
      const values = nodes.filter(({ label, facts }) => label === 'Value' && facts.length > 0).map((node) => propertiesOf(node)!);
      expect(values.length).toBeGreaterThan(8);
      expect(values.filter(({ digest, hidden }) => digest !== undefined || hidden !== 'payload codec')).toEqual([]);
    }
  });

  it('that was decoded without a key is told from what could not be decoded', async () => {
    const nothing = { nodes: new Map(), edges: new Map(), elsewhere: new Set<string>() };
    const counted = async (codec: PayloadCodec, keyed: { digestKey?: DigestKey }) => {
      const { undecoded, unkeyed } = compare(await recordsOf([codec], keyed), nothing, runId(histories[0]!.run), true);
      return { undecoded, unkeyed };
    };
    const { undecoded: all } = await counted(foreign, { digestKey });
    expect(all).toBeGreaterThan(8);
    expect(await counted(foreign, {})).toEqual({ undecoded: all, unkeyed: 0 });
    expect(await counted(encryptingCodec, {})).toEqual({ undecoded: 0, unkeyed: all });
    expect(await counted(encryptingCodec, { digestKey })).toEqual({ undecoded: 0, unkeyed: 0 });
  });

  it('of a run that nobody watched gives links by positions alone: no key name leaves the process', async () => {
    const converter = loadDataConverter(dataConverter);
    const links = await recorded(async ({ client, taskQueue }) => {
      const own = new Client({ connection: client.connection, namespace: engines.namespace, dataConverter });
      const workflowId = unique('echoes');
      const handle = await own.workflow.start('echoes', { taskQueue, args: [{ dataset: 's3://raw/customers-2026-11.parquet' }], workflowId });
      await handle.result();
      const run = { namespace: engines.namespace, workflowId, runId: handle.firstExecutionRunId };
      const history = await decodedHistory(converter, run, await handle.fetchHistory());
      const records = historyRecords({ privacy: new Privacy(converter, { digestKey }), decoded: true, infer: () => true }, run, history, '2030-01-01T00:00:00.000Z');
      return [...graphOf(records).edges.values()].filter(({ type, properties }) => type === 'USED' || (type === 'WAS_DERIVED_FROM' && properties.via === 'result')).map(({ properties }) => properties);
    }, { plugin: null, clientPlugin: false, worker: { dataConverter } });
    expect(links).toContainEqual({ evidence: 'inferred', via: 'argument', fromPath: '', toPath: '/0', walk: true });
    for (const { fromPath, toPath } of links) expect([fromPath, toPath].join('')).toMatch(/^(\/\d+)?$/);
  });

  it('is left as it was, and so is what is behind none', async () => {
    const [{ run, history }] = histories as [typeof histories[0]];
    const before = JSON.stringify(history);
    await decodedHistory(loadDataConverter(dataConverter), run, history);
    expect(JSON.stringify(history)).toBe(before);
    expect(await decodedHistory(loadDataConverter(), run, history)).toBe(history);
  });
});
