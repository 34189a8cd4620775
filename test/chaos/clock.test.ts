import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Connection as TemporalConnection } from '@temporalio/client';
import { describe, expect, it, vi } from 'vitest';
import { Connection } from '../../plugin/graph/connection.ts';
import { Outbox } from '../../plugin/outbox/outbox.ts';
import { engines, neo4j, temporaryDirectory, unique } from '../support/recorded.ts';
import { audited } from './audited.ts';
import { bundle } from './chaos.ts';
import { readHistories } from './histories.ts';
import { readJournals } from './journal.ts';
import { Load } from './load.ts';
import { readRecorded } from './recorded-runs.ts';
import { judge } from './verdict.ts';
import { Workers } from './workers.ts';

const movedClock = pathToFileURL(join(import.meta.dirname, '../support/moved-clock.mjs')).href;

describe('with a worker whose clock is set forward and back', () => {
  it('each attempt is there once, under its name and in its place, and none is taken for unfinished', async () => {
    const { path, remove } = await temporaryDirectory();
    const [taskQueue, namespace, address] = [unique('clock'), engines.namespace, engines.temporalAddress];
    const place = { outbox: join(path, 'outbox'), journal: join(path, 'journal'), bundle: join(path, 'workflows.js') };
    await mkdir(place.journal);
    await bundle(place.bundle);
    const connection = await TemporalConnection.connect({ address });
    const graph = new Connection(neo4j);
    // The other one's clock is right: what they tell of one run must fit together.
    const workers = new Workers(2, { address, namespace, taskQueue, neo4j, ...place }, path, (index) => (index === 0 ? ['--import', movedClock] : []));
    const load = new Load({ connection, namespace, taskQueue, seed: 'clock', atOnce: 4 });
    await vi.waitFor(() => expect(load.started.length).toBeGreaterThan(5), { timeout: 60_000 });
    await load.end(60_000);
    const outbox = new Outbox(place.outbox);
    await vi.waitFor(() => expect(outbox.depth).toBe(0), { timeout: 60_000, interval: 200 });
    await workers.stop();
    const histories = await readHistories(connection, namespace, load.started);
    const audit = await audited({ address, namespace, taskQueue, neo4j, directory: path, connection, runs: histories.length });
    const journal = readJournals(place.journal);
    const recorded = await readRecorded(graph, taskQueue);

    expect(judge(journal, histories, recorded)).toEqual({ missing: [], duplicate: [], falseCommitted: [], failedByPlugin: [], killedUnseen: 0, unseen: 0 });
    expect(audit).toMatchObject({ complete: true, runs: histories.length, missing: 0, duplicate: 0, unconfirmed: 0 });
    // Two workers, and both of them worked.
    expect(new Set(journal.map((one) => one.process)).size).toBe(2);
    for (const { attempts } of recorded.steps) {
      // All tries of a local activity in one workflow task are scheduled at once.
      const inOrder = attempts.toSorted((a, b) => a.scheduledAt - b.scheduledAt || a.number - b.number);
      expect(inOrder.map(({ number }) => number)).toEqual(inOrder.map((_, index) => index + 1));
      // By the worker's clock an attempt takes as long as it took.
      for (const { startedAt, endedAt } of attempts) {
        expect(endedAt - startedAt).toBeGreaterThanOrEqual(0);
        expect(endedAt - startedAt).toBeLessThan(60_000);
      }
    }
    await Promise.all([outbox.close(), graph.close(), connection.close()]);
    await remove();
  });
});
