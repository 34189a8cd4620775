import { Client } from '@temporalio/client';
import { describe, expect, it } from 'vitest';
import { openGraph } from '../../../plugin/graph/open.ts';
import { runId } from '../../../plugin/model/id.ts';
import { engines, neo4j, recorded, unique } from '../../support/recorded.ts';

describe('a standalone activity', () => {
  it("gets the engine's own answer, a refusal where it has none, and recording goes on", async () => {
    let run = '';
    await recorded(async ({ client, taskQueue, start }) => {
      const bare = new Client({ connection: client.connection, namespace: engines.namespace });
      const asked = ({ activity }: Client) => activity.execute('produce', { id: unique('alone'), taskQueue, args: [{ seed: 1 }], startToCloseTimeout: '20s' }).then(
        (result) => ({ result }), (error: Error & { cause?: { code?: number; details?: string } }) => ({ name: error.name, message: error.message, code: error.cause?.code, details: error.cause?.details }));
      const [withPlugin, without] = [await asked(client), await asked(bare)];
      expect(withPlugin).toEqual(without);
      // Servers up to 1.29 know no such call.
      expect(withPlugin).toMatchObject('result' in withPlugin ? { result: { rows: [1, 2, 3] } } : { name: 'ServiceError', code: 12 });
      const handle = await start('linear', [{ label: 'x', nested: { seed: 1 } }]);
      await handle.result();
      run = runId({ namespace: engines.namespace, workflowId: handle.workflowId, runId: handle.firstExecutionRunId });
    });
    const graph = openGraph(neo4j);
    expect((await graph.node(run)).node.properties.status).toBe('completed');
    await graph.close();
  });
});
