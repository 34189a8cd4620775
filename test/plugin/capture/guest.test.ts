import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ActivityClientInterceptor, NexusClientInterceptor, ScheduleClientInterceptor, WorkflowHandle } from '@temporalio/client';
import type { History } from '@temporalio/common/lib/proto-utils.js';
import { SimplePlugin } from '@temporalio/plugin';
import { temporal } from '@temporalio/proto';
import { bundleWorkflowCode, type InjectedSinks, NativeConnection, Runtime, Worker, type WorkerOptions, type WorkflowBundleWithSourceMap } from '@temporalio/worker';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { HEADER } from '../../../plugin/capture/header.ts';
import { openGraph, type OpenGraph } from '../../../plugin/graph/open.ts';
import { ProvenancePlugin } from '../../../plugin/index.ts';
import { runId } from '../../../plugin/model/id.ts';
import { engines, neo4j, recorded, type Recording, temporaryDirectory } from '../../support/recorded.ts';
import * as samples from '../../support/sample/activities.ts';
import type { GuestSinks } from '../../support/sample/guest.ts';
import { shapeOf } from '../../support/shape.ts';

const sample = (name: string) => fileURLToPath(new URL(`../../support/sample/${name}.ts`, import.meta.url));
const workflowsPath = sample('guest');
/** While it runs, the workflow task stays open: all that happens in the meantime comes at once. */
const activities = { ...samples, localWait: () => new Promise<void>((resolve) => setTimeout(resolve, 400)) };
const { EventType } = temporal.api.enums.v1;

describe('the plugin as a guest', () => {
  let graph: OpenGraph;
  const bundles: Partial<Record<'with' | 'without', WorkflowBundleWithSourceMap>> = {};
  beforeAll(async () => {
    graph = openGraph(neo4j);
    bundles.with = await bundleWorkflowCode({ workflowsPath, plugins: [new ProvenancePlugin({ paths: 'names' })] });
    bundles.without = await bundleWorkflowCode({ workflowsPath });
  });
  afterAll(() => graph.close());

  const bundled = (plugin: 'with' | 'without'): Partial<WorkerOptions> => ({ workflowBundle: bundles[plugin]!, activities });

  interface Told { workflowId: string; history: History }

  /** Resolves once the run has nothing to do but to wait, and has seen so many of an event. */
  async function idle(handle: WorkflowHandle, type: keyof typeof EventType = 'EVENT_TYPE_WORKFLOW_TASK_COMPLETED', count = 1): Promise<void> {
    await vi.waitFor(async () => {
      const { events } = await handle.fetchHistory();
      expect(events!.filter(({ eventType }) => eventType === EventType[type]).length).toBeGreaterThanOrEqual(count);
      expect((await handle.describe()).raw.pendingWorkflowTask ?? undefined).toBeUndefined();
    }, { timeout: 60_000, interval: 30 });
  }

  /** Everything at a fixed place in the order, so that not even the number of workflow tasks is left to chance. */
  async function drive({ client, start }: Recording): Promise<Told[]> {
    const first = await start('driven', [2]);
    const handle = client.workflow.getHandle(first.workflowId);
    const told: Told[] = [];
    const child = async (number: number) => {
      await idle(handle, 'EVENT_TYPE_CHILD_WORKFLOW_EXECUTION_STARTED', number);
      const { events } = await handle.fetchHistory();
      const started = events!.filter((event) => event.childWorkflowExecutionStartedEventAttributes)[number - 1]!.childWorkflowExecutionStartedEventAttributes!;
      const its = client.workflow.getHandle(started.workflowExecution!.workflowId!);
      await idle(its);
      return its;
    };
    await idle(handle);
    for (const what of ['activity', 'local', 'timer', 'flaky', 'mixed']) await handle.executeUpdate('act', { args: [what], updateId: what });
    for (const what of ['failing', 'unknown']) await expect(handle.executeUpdate('act', { args: [what], updateId: what })).rejects.toThrow();
    await handle.signal('tell', 'child');
    const one = await child(1);
    await one.signal('tell', 'go on');
    await one.result();
    await idle(handle, 'EVENT_TYPE_CHILD_WORKFLOW_EXECUTION_COMPLETED');
    await handle.signal('tell', 'patch');
    await idle(handle, 'EVENT_TYPE_WORKFLOW_PROPERTIES_MODIFIED');
    await handle.signal('tell', 'scopes');
    const two = await child(2);
    await handle.signal('tell', 'stop');
    await idle(handle, 'EVENT_TYPE_ACTIVITY_TASK_CANCELED');
    await handle.signal('tell', 'stop the child');
    await idle(handle, 'EVENT_TYPE_EXTERNAL_WORKFLOW_EXECUTION_CANCEL_REQUESTED');
    await idle(two, 'EVENT_TYPE_WORKFLOW_EXECUTION_CANCEL_REQUESTED');
    await two.signal('tell', 'go on');
    await expect(two.result()).rejects.toThrow();
    await idle(handle, 'EVENT_TYPE_CHILD_WORKFLOW_EXECUTION_CANCELED');
    const before = client.workflow.getHandle(handle.workflowId, first.firstExecutionRunId);
    await handle.signal('tell', 'again');
    await vi.waitFor(async () => expect((await before.describe()).status.name).toBe('CONTINUED_AS_NEW'), { timeout: 60_000, interval: 30 });
    await idle(handle);
    await handle.executeUpdate('act', { args: ['mixed'], updateId: 'mixed' });
    await handle.cancel();
    await expect(handle.result()).rejects.toThrow();
    for (const each of [before, handle, one, two]) told.push({ workflowId: each.workflowId, history: await each.fetchHistory() });
    return told;
  }

  async function replay(all: Told[], plugin: 'with' | 'without', sinks?: InjectedSinks<GuestSinks>): Promise<void> {
    const plugins = plugin === 'with' ? [new ProvenancePlugin({ neo4j })] : [];
    const replayed: [string, unknown][] = [];
    for await (const { workflowId, error } of Worker.runReplayHistories({ workflowBundle: bundles[plugin]!, plugins, ...(sinks && { sinks }) }, all)) replayed.push([workflowId, error]);
    expect(replayed).toEqual(all.map(({ workflowId }) => [workflowId, undefined]));
  }

  // Without a cache each workflow task replays the run from its start.
  it('leaves histories as they are without it, event by event, and they replay both ways, with and without a cache', async () => {
    const drives = await Promise.all([{}, { maxCachedWorkflows: 0 }].flatMap((cache) => [
      recorded(drive, { worker: { ...bundled('with'), ...cache } }), recorded(drive, { plugin: null, clientPlugin: false, worker: { ...bundled('without'), ...cache } }),
    ]));
    const [withPlugin, without] = [[...drives[0]!, ...drives[2]!], [...drives[1]!, ...drives[3]!]];
    const shapes = (all: Told[]) => all.map(({ history }) => shapeOf(history));
    expect(shapes(withPlugin)).toEqual(shapes(without));
    expect(shapes(withPlugin).flat().length).toBeGreaterThan(200);
    // A header is all that there is of it.
    const headers = withPlugin.flatMap(({ history }) => history.events ?? []).map((event) => event.activityTaskScheduledEventAttributes?.header?.fields ?? {});
    for (const fields of headers) {
      expect(Object.keys(fields).filter((name) => name !== HEADER)).toEqual([]);
      expect(fields[HEADER]?.data?.length ?? 0).toBeLessThanOrEqual(4_096);
    }
    expect(JSON.stringify(without)).not.toContain(HEADER);
    await replay(withPlugin, 'without');
    await replay(without, 'with');
    await replay(withPlugin, 'with');
  });

  it('changes the order of nothing, down to microtasks', async () => {
    const logs: string[] = [];
    const sinks: InjectedSinks<GuestSinks> = { theirs: { saw: { fn: (_, log) => void logs.push(log), callDuringReplay: true } } };
    const run = async ({ client, start }: Recording): Promise<Told> => {
      const { workflowId } = await start('interleaved', []);
      const handle = client.workflow.getHandle(workflowId);
      await handle.signal('tell', 'first');
      const update = handle.executeUpdate('act', { args: ['at once'], updateId: 'u' });
      await handle.signal('tell', 'second');
      await Promise.all([update, handle.result()]);
      return { workflowId, history: await handle.fetchHistory() };
    };
    for (const made of await Promise.all([
      recorded(run, { worker: { ...bundled('with'), sinks } }), recorded(run, { plugin: null, clientPlugin: false, worker: { ...bundled('without'), sinks } }),
    ])) {
      logs.length = 0;
      // The same history, so that no chance is left in what resolves when; of local activities, live runs leave it to chance.
      await replay([made], 'without', sinks);
      await replay([made], 'with', sinks);
      const [without, withPlugin] = logs.splice(0);
      expect((JSON.parse(without!) as string[]).length).toBeGreaterThan(300);
      expect(JSON.parse(withPlugin!)).toEqual(JSON.parse(without!));
    }
  });

  const attempts = async ({ workflowId, firstExecutionRunId }: { workflowId: string; firstExecutionRunId: string }) => {
    const { nodes } = await graph.trace(runId({ namespace: engines.namespace, workflowId, runId: firstExecutionRunId }));
    return nodes.filter(({ labels }) => labels[0] === 'Attempt').map(({ properties }) => properties.activityType).sort();
  };
  const run = async ({ start }: Recording) => {
    const handle = await start('watchedByOthers', []);
    await handle.result();
    return handle;
  };

  it.each(['before', 'after'])('lets interceptors, sinks and plugins of others work, theirs %s ours', async (place) => {
    const seen: string[] = [];
    const theirs = new SimplePlugin({
      name: 'theirs', runContext: (next) => {
        seen.push('run');
        return next();
      },
      workerInterceptors: {
        activity: [({ info }) => ({ inbound: { execute: (input, next) => {
          seen.push(`plugin ${info.activityType}`);
          return next(input);
        } } })],
        workflowModules: [sample('guest-interceptors')],
      },
    });
    const { path, remove } = await temporaryDirectory();
    const ours = new ProvenancePlugin({ neo4j, outbox: join(path, 'outbox') });
    const worker: Partial<WorkerOptions> = {
      workflowsPath, activities, plugins: place === 'before' ? [theirs, ours] : [ours, theirs],
      sinks: { theirs: { saw: { fn: (_: unknown, what: string) => void seen.push(what) } } },
      interceptors: { activity: [({ info }) => ({ inbound: { execute: (input, next) => {
        seen.push(`option ${info.activityType}`);
        return next(input);
      } } })] },
    };
    const handle = await recorded(run, { worker });
    expect(seen.sort()).toEqual(['inbound', 'option localDouble', 'option transform', 'outbound transform', 'plugin localDouble', 'plugin transform', 'run', 'workflow']);
    expect(await attempts(handle)).toEqual(['localDouble', 'transform']);
    await remove();
  });

  it("keeps a client's interceptors of every kind, on clients and on the worker's own", async () => {
    const kinds = {
      activity: [{} satisfies ActivityClientInterceptor], nexus: [{} satisfies NexusClientInterceptor], schedule: [{} satisfies ScheduleClientInterceptor],
      workflow: { calls: [() => ({})] },
    };
    const { path, remove } = await temporaryDirectory();
    const plugin = new ProvenancePlugin({ neo4j, actor: 'me', outbox: join(path, 'outbox') });
    const { interceptors } = plugin.configureClient({ interceptors: kinds });
    const { client } = plugin.configureWorker({ taskQueue: 'q', interceptors: { client: kinds } }).interceptors!;
    for (const kept of [interceptors!, client!]) {
      for (const kind of ['activity', 'nexus', 'schedule'] as const) expect(kept[kind]![0]).toBe(kinds[kind][0]);
      expect((kept.workflow as typeof kinds.workflow).calls[0]).toBe(kinds.workflow.calls[0]);
    }
    await remove();
  });

  it('records once when it is on the connection, on the worker, and in a list twice', async () => {
    const { path, remove } = await temporaryDirectory();
    const plugin = new ProvenancePlugin({ neo4j, outbox: join(path, 'outbox') });
    const seen: string[] = [];
    // In the form of old, which others' plugins drop.
    const interceptors: WorkerOptions['interceptors'] = { activityInbound: [({ info }) => ({ execute: (input, next) => {
      seen.push(info.activityType);
      return next(input);
    } })] };
    const connection = await NativeConnection.connect({ address: engines.temporalAddress, plugins: [plugin] });
    try {
      const handle = await recorded(run, { worker: { workflowsPath, activities, connection, interceptors, plugins: [plugin, plugin, new ProvenancePlugin({ neo4j, outbox: join(path, 'other') })], sinks: { theirs: { saw: { fn: () => undefined } } } } });
      expect(await attempts(handle)).toEqual(['localDouble', 'transform']);
      expect(seen.sort()).toEqual(['localDouble', 'transform']);
    } finally {
      await connection.close();
      await remove();
    }
  });

  it('warns of a bundle that was made without it, and records the activities', async () => {
    const { path, remove } = await temporaryDirectory();
    const codePath = join(path, 'bundle.js');
    await writeFile(codePath, bundles.without!.code);
    const warn = vi.spyOn(Runtime.instance().logger, 'warn');
    try {
      for (const workflowBundle of [bundles.without!, { codePath }]) {
        warn.mockClear();
        const handle = await recorded(run, { worker: { workflowBundle, activities, sinks: { theirs: { saw: { fn: () => undefined } } } } });
        expect(warn.mock.calls.map(([message]) => message)).toContainEqual(expect.stringContaining('bundle was made without temporal-provenance'));
        expect(await attempts(handle)).toEqual(['localDouble', 'transform']);
      }
      const options = new ProvenancePlugin({ neo4j, outbox: join(path, 'outbox') }).configureWorker({ taskQueue: 'q', workflowBundle: { codePath: join(path, 'away.js') } });
      // That it cannot be read is Temporal's to say.
      expect(options.workflowBundle).toEqual({ codePath: join(path, 'away.js') });
    } finally {
      warn.mockRestore();
      await remove();
    }
  });
});
