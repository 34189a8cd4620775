import { join } from 'node:path';
import { loadDataConverter } from '@temporalio/common/lib/internal-non-workflow/index.js';
import type { WorkflowInfo } from '@temporalio/workflow';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Privacy } from '../../../plugin/capture/privacy.ts';
import { Recorder } from '../../../plugin/capture/recorder.ts';
import { provenanceSinks } from '../../../plugin/capture/sink.ts';
import { Outbox } from '../../../plugin/outbox/outbox.ts';
import { temporaryDirectory } from '../../support/recorded.ts';

describe('what the sink is told of a step', () => {
  let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
  let outbox: Outbox;
  let recorder: Recorder;
  beforeEach(async () => {
    directory = await temporaryDirectory();
    outbox = new Outbox(join(directory.path, 'outbox'));
    recorder = new Recorder({
      namespace: 'default', identity: 'me', outbox, privacy: new Privacy(loadDataConverter()), log: { info: () => undefined, warn: () => undefined },
      process: { agent: { label: 'Agent', id: 'agent/a' }, code: { label: 'CodeVersion', id: 'code/c' }, environment: { label: 'Environment', id: 'env/e' }, functions: new Map() },
    });
  });
  afterEach(async () => {
    await recorder.flush();
    await outbox.close();
    await directory.remove();
  });

  const tell = (more: object) => provenanceSinks(recorder).provenance.stepScheduled.fn(
    { namespace: 'default', workflowId: 'w', runId: 'r', workflowType: 'etl' } as WorkflowInfo,
    JSON.stringify({ kind: 'activity', id: '1', occurrence: 1, activityType: 'load', at: '2026-01-01T00:00:00.000Z', links: [['/0', 'input', '/0']], ...more }),
  );

  it('is on disk before the task is reported where nothing else tells it', async () => {
    await tell({ alone: true });
    expect(outbox.depth).toBe(1);
  });

  it('is not waited for where its header tells it too, and is on disk soon', async () => {
    await tell({});
    expect(outbox.depth).toBe(0);
    await recorder.flush();
    expect(outbox.depth).toBe(1);
  });
});
