import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadDataConverter } from '@temporalio/common/lib/internal-non-workflow/index.js';
import { bundleWorkflowCode, DefaultLogger, type WorkflowBundle } from '@temporalio/worker';
import { beforeAll, describe, expect, it } from 'vitest';
import { ProvenancePlugin } from '../../../plugin/capture/plugin.ts';
import { Privacy } from '../../../plugin/capture/privacy.ts';
import { replayable, replayedRecords, ReplayError } from '../../../plugin/history/replay.ts';
import { runId } from '../../../plugin/model/id.ts';
import { graphOf, propertiesOf } from '../../../plugin/model/merge.ts';
import type { ProvenanceRecord } from '../../../plugin/model/record.ts';
import { type FetchedRun, fetchedRuns } from '../../support/backfilled.ts';
import { outboxRecords } from '../../support/outbox-records.ts';
import { recorded, sampleWorkflows, temporaryDirectory } from '../../support/recorded.ts';

/** Where nobody listens: records stay in the outbox. */
const NOWHERE = { uri: 'bolt://127.0.0.1:1', username: 'x', password: 'x' };
const WORKFLOWS: [type: string, args: unknown[]][] = [
  ['linear', [{ label: 'x', nested: { seed: 4 } }]], ['parent', [{ seed: 1 }]], ['local', [{ seed: 1 }]], ['sameIds', []], ['retried', []], ['sideBySide', []], ['parentOfContinued', []],
];
const given = { privacy: new Privacy(loadDataConverter()) };

/** Edges between values and steps, a run being called by its type and by which of that type it is: two runs of the same workflows have the same. */
function edgesOf(records: ProvenanceRecord[]): string[] {
  const { nodes, edges } = graphOf(records);
  const runs = [...nodes.values()].filter(({ label, facts }) => label === 'Run' && facts.length > 0).map((node) => propertiesOf(node)!).filter(({ workflowType }) => workflowType !== undefined);
  runs.sort((a, b) => String(a.startedAt).localeCompare(String(b.startedAt)));
  const counts = new Map<string, number>();
  const names = runs.map(({ workflowType, namespace, workflowId, runId: run }) => {
    const count = (counts.get(String(workflowType)) ?? 0) + 1;
    counts.set(String(workflowType), count);
    return [runId({ namespace: String(namespace), workflowId: String(workflowId), runId: String(run) }).slice('run/'.length), `${String(workflowType)}#${count}`] as const;
  });
  const named = (id: string) => names.reduce((text, [run, name]) => text.replace(run, name), id);
  return [...edges.values()]
    .filter(({ type, from, properties }) => (type === 'USED' || type === 'WAS_DERIVED_FROM') && from.label !== 'Attempt' && properties.evidence === 'observed')
    .map(({ type, from, to, properties: { toPath, fromPath, via } }) => `${named(from.id)} ${String(toPath)} ${type} ${named(to.id)} ${String(fromPath)} ${String(via)}`).sort();
}

describe('replaying a history with the code that made it', () => {
  let watched: ProvenanceRecord[];
  let runs: FetchedRun[];
  let bundle: WorkflowBundle;

  beforeAll(async () => {
    await recorded(async ({ start, directory }) => {
      for (const [type, args] of WORKFLOWS) await (await start(type, args)).result();
      watched = await outboxRecords(directory);
    }, { plugin: { neo4j: NOWHERE, shutdownMs: 0 } });
    await recorded(async ({ start, client, taskQueue }) => {
      for (const [type, args] of WORKFLOWS) await (await start(type, args)).result();
      runs = await fetchedRuns(client, `TaskQueue = '${taskQueue}'`);
    }, { plugin: null, clientPlugin: false });
    bundle = await replayable(sampleWorkflows);
  });

  it('tells the links that the plugin would have recorded when it ran', async () => {
    const told: ProvenanceRecord[] = [];
    for (const { run, history } of runs) told.push(...(await replayedRecords(bundle, given, run, history)));
    const edges = edgesOf(told);
    expect(edges.length).toBeGreaterThan(20);
    expect(edges).toEqual(edgesOf(watched));
    expect(new Set(told.map((record) => JSON.stringify(record))).size).toBe(told.length);
    const { nodes } = graphOf(told);
    expect([...nodes.values()].filter(({ label }) => label === 'Step').map((node) => propertiesOf(node)!.taskQueue).filter((queue) => String(queue).includes('retelling'))).toEqual([]);
  });

  it('takes a bundle that was made with the plugin, and no other', async () => {
    const { path, remove } = await temporaryDirectory();
    try {
      const [withPlugin, without] = await Promise.all([[new ProvenancePlugin({ paths: 'names' })], []].map((plugins) => bundleWorkflowCode({ workflowsPath: sampleWorkflows, plugins, logger: new DefaultLogger('WARN') })));
      await writeFile(join(path, 'with.js'), withPlugin!.code);
      await writeFile(join(path, 'without.js'), without!.code);
      await expect(replayable({ bundle: join(path, 'without.js') })).rejects.toThrow(ReplayError);
      const { run, history } = runs.find(({ history: { events } }) => events![0]!.workflowExecutionStartedEventAttributes!.workflowType!.name === 'linear')!;
      const made = await replayable({ bundle: join(path, 'with.js') });
      expect(edgesOf(await replayedRecords(made, given, run, history))).toEqual(edgesOf(await replayedRecords(bundle, given, run, history)));
    } finally {
      await remove();
    }
  });

  it('names the workflow whose code is not what made its history', async () => {
    const other = await replayable(fileURLToPath(new URL('../../support/sample/other-code.ts', import.meta.url)));
    const { run, history } = runs.find(({ history: { events } }) => events![0]!.workflowExecutionStartedEventAttributes!.workflowType!.name === 'linear')!;
    await expect(replayedRecords(other, given, run, history)).rejects.toThrow(/'linear'.*not the code that made its history/);
  });
});
