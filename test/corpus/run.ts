// Runs in: tests. Runs all cases of the corpus at once, on one worker, and reads what the graph holds of them.
import { fileURLToPath } from 'node:url';
import { WithStartWorkflowOperation } from '@temporalio/client';
import { contentOf, openDriver } from '../support/graph-content.ts';
import { recorded, unique } from '../support/recorded.ts';
import * as activities from './activities.ts';
import type { CorpusCase } from './case.ts';
import { CorpusGraph, type GraphRows } from './graph.ts';

const workflowsPath = fileURLToPath(new URL('./workflows/index.ts', import.meta.url));

/**
 * @param cache false: each workflow task replays its run from the beginning
 * @throws Error that names the cases that did not run as they should
 */
export async function runCorpus(cases: CorpusCase[], { cache }: { cache: boolean }): Promise<CorpusGraph> {
  const scope = unique('corpus');
  await recorded(
    async ({ client, taskQueue }) => {
      const ends = await Promise.allSettled(cases.map(async ({ args, drive, name }) => {
        const workflowId = `${scope}.${name}`;
        const given = typeof args === 'function' ? args(scope) : args;
        return drive({
          client, taskQueue, workflowId, args: given,
          withStart: (type, options) => new WithStartWorkflowOperation(type, options),
          start: (more) => client.workflow.start(name, { taskQueue, workflowId, args: given, ...more }),
        });
      }));
      const failed = ends.flatMap((end, index) => (end.status === 'rejected' ? [`${cases[index]!.name}: ${told(end.reason)}`] : []));
      if (failed.length > 0) throw new Error(`These workflows of the corpus did not end well:\n${failed.join('\n')}`);
    },
    { worker: { activities, workflowsPath, ...(!cache && { maxCachedWorkflows: 0 }) } },
  );
  const driver = openDriver();
  try {
    return new CorpusGraph(scope, (await contentOf(driver, scope)) as GraphRows);
  } finally {
    await driver.close();
  }
}

function told(error: unknown): string {
  return error instanceof Error ? `${error.message}${error.cause === undefined ? '' : ` (${told(error.cause)})`}` : String(error);
}
