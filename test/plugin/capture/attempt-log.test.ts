import { activityInfo, Context, log } from '@temporalio/activity';
import { Client } from '@temporalio/client';
import { ApplicationFailure, type LogLevel } from '@temporalio/common';
import type { WorkerOptions } from '@temporalio/worker';
import type { Driver } from 'neo4j-driver';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lineage } from '../../../plugin/activity.ts';
import { KeptLines } from '../../../plugin/capture/attempt-log.ts';
import { openGraph, type OpenGraph } from '../../../plugin/graph/open.ts';
import type { ProvenanceOptions } from '../../../plugin/index.ts';
import { encryptingCodec } from '../../support/encrypting-codec.ts';
import { contentOf, openDriver } from '../../support/graph-content.ts';
import { engines, neo4j, recorded, unique } from '../../support/recorded.ts';

/** A logger of the user's own, which can do more than the SDK asks for, and knows itself. */
class OwnLogger {
  readonly #told: unknown[][] = [];
  log(level: LogLevel, ...args: unknown[]): number {
    return this.#told.push([level, ...args]);
  }
  trace(...args: unknown[]): number {
    return this.log('TRACE', ...args);
  }
  debug(...args: unknown[]): number {
    return this.log('DEBUG', ...args);
  }
  info(...args: unknown[]): number {
    return this.log('INFO', ...args);
  }
  warn(...args: unknown[]): number {
    return this.log('WARN', ...args);
  }
  error(...args: unknown[]): number {
    return this.log('ERROR', ...args);
  }
  told(): unknown[][] {
    return this.#told;
  }
}

async function echo({ what, words = '' }: { what: 'train' | 'fail-once' | 'many' | 'quiet'; words?: string }): Promise<void> {
  if (what === 'many') for (let line = 1; line <= 25; line++) log.info(`line ${line}`);
  if (what === 'train') {
    const state = { epoch: 1 };
    lineage.used({ kind: 'dataset', uri: 's3://lake/logged', version: words });
    log.info(`training ${words}`, state);
    state.epoch = 2;
    Context.current().log.warn('slow', { apiKey: 'very-secret-key-1', error: new Error('disk') });
    log.log('ERROR', 'token=very-secret-token-2 is refused');
    log.debug('very-secret-key-1 was tried');
  }
  if (what === 'fail-once') {
    log.info(`${words} ${activityInfo().attempt}`);
    if (activityInfo().attempt === 1) throw ApplicationFailure.retryable('again');
  }
}

describe("what an attempt's code logs", () => {
  let driver: Driver;
  let graph: OpenGraph;
  beforeAll(() => {
    driver = openDriver();
    graph = openGraph(neo4j);
  });
  afterAll(() => Promise.all([driver.close(), graph.close()]));

  type Given = Parameters<typeof echo>[0];
  async function run(given: Given, plugin: ProvenanceOptions, worker: Partial<WorkerOptions> = {}) {
    const workflowId = await recorded(async ({ client, taskQueue }) => {
      const own = new Client({ connection: client.connection, namespace: engines.namespace, ...(worker.dataConverter && { dataConverter: worker.dataConverter }) });
      const handle = await own.workflow.start('echoes', { taskQueue, workflowId: unique('logging'), args: [given] });
      await handle.result();
      return handle.workflowId;
    }, { plugin, worker: { activities: { echo }, ...worker } });
    const nodes = (await contentOf(driver, workflowId)).nodes as { labels: string[]; properties: { id: string; name?: string; statistics?: string } }[];
    const ids = nodes.filter(({ labels }) => labels.includes('ArtifactVersion') && labels.includes('Log')).map(({ properties }) => properties.id);
    return { text: JSON.stringify(nodes), logs: await Promise.all(ids.map((id) => graph.node(id))) };
  }

  it('is an artifact that the attempt generated, its lines apart, and traced to what the attempt used', async () => {
    const words = unique('words');
    const { logs: [made, ...more] } = await run({ what: 'train', words }, { logs: true });
    expect(more).toEqual([]);
    expect(made!.node.properties).toMatchObject({ kind: 'log', name: 'echo, attempt 1', statistics: '{"lines":4}' });
    expect(JSON.stringify(made!.node.properties)).not.toContain('training');
    const lines = String(made!.details.log).trimEnd().split('\n').map((line) => line.replace(/^\d{4}-\d\d-\d\dT[\d:.]+Z /, ''));
    expect(lines).toEqual([
      `INFO training ${words} {"epoch":1}`,
      'WARN slow {"apiKey":"[redacted]","error":"Error: disk"}',
      'ERROR [redacted] is refused',
      'DEBUG [redacted] was tried',
    ]);
    expect(made!.neighbours.find(({ edge }) => edge.type === 'WAS_GENERATED_BY')).toMatchObject({ edge: { evidence: 'observed', via: 'log' }, node: { labels: ['Attempt'] } });
    const { nodes } = await graph.trace(made!.node.id);
    expect(nodes.map(({ properties }) => properties.uri)).toContain('s3://lake/logged');
  });

  it('is one artifact for each attempt', async () => {
    const words = unique('words');
    const { logs } = await run({ what: 'fail-once', words }, { logs: true });
    expect(logs.map(({ node, details }) => [node.properties.name, String(details.log).trim().slice(-2)])).toEqual([['echo, attempt 1', ' 1'], ['echo, attempt 2', ' 2']]);
  });

  it('is kept in its newest lines, and says how many were left out', async () => {
    const { logs: [made] } = await run({ what: 'many' }, { logs: { lines: 10 } });
    expect(made!.node.properties.statistics).toBe('{"lines":10,"leftOut":15}');
    expect(String(made!.details.log).match(/line \d+/g)).toEqual(Array.from({ length: 10 }, (_, index) => `line ${index + 16}`));
  });

  it.each([
    ['unless asked for', {}, {}],
    ['where nothing is logged', { logs: true }, { what: 'quiet' as const }],
  ])('is nowhere %s', async (_, plugin, given) => {
    const words = unique('words');
    const { text, logs } = await run({ what: 'fail-once', words, ...given }, plugin);
    expect(logs).toEqual([]);
    expect(text).not.toContain(`INFO ${words}`);
  });

  it('is nowhere with a payload codec, unless more is asked for', async () => {
    const worker = { dataConverter: { payloadCodecs: [encryptingCodec] } };
    const words = unique('words');
    const hidden = await run({ what: 'fail-once', words }, { logs: true }, worker);
    expect(hidden.logs).toEqual([]);
    expect(hidden.text).not.toContain(words);
    const { logs } = await run({ what: 'fail-once', words }, { logs: true, values: { activities: { echo: 'preview' } } }, worker);
    expect(logs).toHaveLength(2);
  });

  it("reaches the user's own logger as before, which stays all that it was", async () => {
    const own = new OwnLogger();
    let answer: unknown;
    let told: unknown;
    const { logs } = await run({ what: 'quiet' }, { logs: true }, {
      activities: {
        echo: async () => {
          const logger = Context.current().log as unknown as OwnLogger;
          answer = logger.info('hello', { rows: 3 });
          expect(logger).toBeInstanceOf(OwnLogger);
          told = [...logger.told()];
        },
      },
      interceptors: {
        activity: [(context) => {
          context.log = own;
          return {};
        }],
      },
    });
    expect(answer).toBe(1);
    expect(told).toEqual([['INFO', 'hello', { rows: 3 }]]);
    expect(String(logs[0]!.details.log)).toMatch(/ INFO hello \{"rows":3\}\n$/);
  });

  it("lets other interceptors' attributes, and a logger that is frozen, be", async () => {
    let asked = 0;
    const attributes = { outbound: { getLogAttributes: (input: Record<string, unknown>, next: (input: Record<string, unknown>) => Record<string, unknown>) => next({ ...input, asked: ++asked }) } };
    const { logs } = await run({ what: 'many' }, { logs: true }, { interceptors: { activity: [() => attributes] } });
    expect(asked).toBeGreaterThanOrEqual(25);
    expect(logs).toHaveLength(1);
    const frozen = Object.freeze(new OwnLogger());
    await run({ what: 'many' }, { logs: true }, { interceptors: { activity: [(context) => ((context.log = frozen), {})] } });
    expect(frozen.told()).toHaveLength(25);
  });
});

describe('kept lines', () => {
  it('stay within their bytes, and survive what can not be written', () => {
    const kept = new KeptLines({ bytes: 300 });
    for (let line = 0; line < 100; line++) kept.add('INFO', 'é'.repeat(50), undefined);
    expect(Buffer.byteLength(kept.text())).toBeLessThanOrEqual(300);
    expect(kept.count).toBe(2);
    expect(kept.leftOut).toBe(98);
    kept.add('INFO', { toString: () => { throw new Error('no text'); } }, undefined);
    expect(kept.leftOut).toBe(99);
    const round: { [name: string]: unknown } = { n: 10n };
    round.self = round;
    kept.add('INFO', 'round', { round });
    expect(kept.text()).toContain('"[again]"');
  });

  it('are cut where they are long', () => {
    const kept = new KeptLines({});
    kept.add('INFO', 'x'.repeat(1e6), { rows: Array.from({ length: 1e5 }, (_, index) => index) });
    expect(kept.text().length).toBeLessThan(7_000);
  });
});
