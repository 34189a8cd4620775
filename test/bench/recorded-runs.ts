// Runs in: worker (bench). What a real worker with the plugin records of real runs, to be written again and again under fresh ids.
import { hash, randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { ProvenancePlugin } from '../../plugin/index.ts';
import type { ProvenanceRecord } from '../../plugin/model/record.ts';
import { Outbox } from '../../plugin/outbox/outbox.ts';
import type { TemporalEngine } from '../../worker/engines/index.ts';
import type { Table } from './load.ts';

const WORKFLOWS = 6;
const STEPS = 50;
/** No Neo4j is there: what is recorded stays in the outbox. */
const NOWHERE = { uri: 'bolt://127.0.0.1:1', username: 'neo4j', password: '' };

/** The records of some runs, in the order in which they were made. */
export class RecordedRuns {
  /** In one set of records. */
  readonly steps = WORKFLOWS * STEPS;
  readonly #texts: string[];
  readonly #names: RegExp;
  readonly #hubs: Set<string>;

  constructor(records: ProvenanceRecord[]) {
    const nodes = records.flatMap((record) => record.nodes);
    const hubs = nodes.filter(({ label }) => label === 'Agent' || label === 'CodeVersion' || label === 'Environment').map(({ id }) => lastPart(id));
    const runs = nodes.filter(({ label }) => label === 'Run').map(({ id }) => lastPart(id));
    this.#hubs = new Set(hubs);
    this.#names = new RegExp([...new Set([...hubs, ...runs])].map((name) => name.replace(/[^\w]/g, '\\$&')).join('|'), 'g');
    this.#texts = records.map((record) => JSON.stringify(record));
  }

  /** The same of as many other runs as have so many steps, all of one other process. */
  *copies(steps: number): Generator<ProvenanceRecord> {
    const process = randomUUID();
    for (let done = 0; done < steps; done += this.steps) {
      const set = randomUUID();
      const other = new Map<string, string>();
      const otherName = (name: string) => {
        const known = other.get(name) ?? alike(hash('sha256', `${this.#hubs.has(name) ? process : set}${name}`, 'hex'), name);
        other.set(name, known);
        return known;
      };
      for (const text of this.#texts) yield JSON.parse(text.replace(this.#names, otherName)) as ProvenanceRecord;
    }
  }
}

const lastPart = (id: string): string => id.slice(id.lastIndexOf('/') + 1);

/** As long as the name was, and in pieces where it was. */
function alike(digest: string, name: string): string {
  let at = 0;
  return name.replace(/[0-9a-z]/gi, () => digest[at++ % digest.length]!);
}

/** @param outbox folder for the plugin's outbox; removed at the end */
export async function recordRuns({ address, namespace }: TemporalEngine, outbox: string): Promise<RecordedRuns> {
  Runtime.install({ logger: new DefaultLogger('ERROR') });
  const native = await NativeConnection.connect({ address });
  const connection = await Connection.connect({ address });
  try {
    const taskQueue = `bench-${process.pid}`;
    const worker = await Worker.create({
      connection: native, namespace, taskQueue, plugins: [new ProvenancePlugin({ neo4j: NOWHERE, outbox, seal: false, shutdownMs: 1 })],
      workflowsPath: fileURLToPath(new URL('./workflows.js', import.meta.url)),
      activities: { step: async (table: Table): Promise<Table> => ({ ...table, revision: table.revision + 1 }) },
    });
    const client = new Client({ connection, namespace });
    await worker.runUntil(() => Promise.all(Array.from({ length: WORKFLOWS }, () =>
      client.workflow.execute('chain', { taskQueue, workflowId: `${taskQueue}-${randomUUID()}`, args: [STEPS] }))));
    const kept = new Outbox(outbox);
    const records = kept.oldest(Number.MAX_SAFE_INTEGER).map(({ record }) => record);
    await kept.close();
    return new RecordedRuns(records);
  } finally {
    await connection.close();
    await native.close();
    await rm(outbox, { recursive: true, force: true });
  }
}
