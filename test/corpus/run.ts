// Runs in: tests. Runs all cases of the corpus on one worker, and reads what the graph holds of them.
import { fileURLToPath } from 'node:url';
import { type Client, WithStartWorkflowOperation } from '@temporalio/client';
import * as temporalNexus from '@temporalio/nexus';
import { temporal } from '@temporalio/proto';
import * as nexus from 'nexus-rpc';
import { contentOf, openDriver } from '../support/graph-content.ts';
import { engines, recorded, unique } from '../support/recorded.ts';
import * as activities from './activities.ts';
import type { CorpusCase } from './case.ts';
import { CorpusGraph, type GraphRows } from './graph.ts';
import { things } from './nexus-service.ts';
import { thingOf } from './things.ts';

/** Cases. */
const AT_ONCE = 16;
const workflowsPath = fileURLToPath(new URL('./workflows/index.ts', import.meta.url));

/**
 * @param options.cache false: each workflow task replays its run from the beginning
 * @param options.unwatched the worker has no plugin; called with a client at the end, to fill the graph with what there is to know of these runs
 * @throws Error that names the cases that did not run as they should
 */
export async function runCorpus(cases: CorpusCase[], { cache = true, unwatched }: { cache?: boolean; unwatched?: (client: Client, scope: string) => Promise<void> }): Promise<CorpusGraph> {
  const scope = unique('corpus');
  await recorded(
    async ({ client, taskQueue }) => {
      const failed: string[] = [];
      await makeEndpoint(client, scope, taskQueue);
      const run = async ({ args, drive, name }: CorpusCase) => {
        const workflowId = `${scope}.${name}`;
        const given = typeof args === 'function' ? args(scope) : args;
        await drive({
          client, taskQueue, workflowId, args: given,
          withStart: (type, options) => new WithStartWorkflowOperation(type, options),
          start: (more) => client.workflow.start(name, { taskQueue, workflowId, args: given, ...more }),
        }).catch((error: unknown) => failed.push(`${name}: ${told(error)}`));
      };
      // The latest first: they wait longest. Not all at once: on a busy machine the server would give up tasks and try them again.
      const waiting = [...cases];
      await Promise.all(Array.from({ length: AT_ONCE }, async () => {
        for (let next = waiting.pop(); next; next = waiting.pop()) await run(next);
      }));
      if (failed.length > 0) throw new Error(`These workflows of the corpus did not end well:\n${failed.join('\n')}`);
      await unwatched?.(client, scope);
    },
    {
      ...(unwatched && { plugin: null, clientPlugin: false }),
      worker: { activities, workflowsPath, nexusServices: [handlerOf(scope)], maxConcurrentWorkflowTaskExecutions: 8, maxConcurrentActivityTaskExecutions: 20, ...(!cache && { maxCachedWorkflows: 0 }) },
    },
  );
  const driver = openDriver();
  try {
    return new CorpusGraph(scope, (await contentOf(driver, scope)) as GraphRows);
  } finally {
    await driver.close();
  }
}

/** Named like the scope, which is cut out of what two runs of the corpus are compared by. */
async function makeEndpoint(client: Client, name: string, taskQueue: string): Promise<void> {
  await client.connection.operatorService.createNexusEndpoint({
    spec: { name, target: temporal.api.nexus.v1.EndpointTarget.create({ worker: { namespace: engines.namespace, taskQueue } }) },
  });
}

function handlerOf(scope: string) {
  return nexus.serviceHandler(things, {
    look: async (_, input) => thingOf(input),
    work: new temporalNexus.WorkflowRunOperationHandler((context, input) =>
      temporalNexus.startWorkflow(context, 'worksOn', { args: [input], workflowId: `${scope}.asksARun.worker` })),
  });
}

function told(error: unknown): string {
  return error instanceof Error ? `${error.message}${error.cause === undefined ? '' : ` (${told(error.cause)})`}` : String(error);
}
