// Runs in: isolate, tests. Runs that ask others by Nexus operations.
import { createNexusServiceClient } from '@temporalio/workflow';
import { label } from '../case.ts';
import { things } from '../nexus-service.ts';
import type { Thing } from '../things.ts';
import { steps } from './steps.ts';

export async function asksAtOnce({ endpoint }: { endpoint: string }): Promise<void> {
  const client = createNexusServiceClient({ endpoint, service: things });
  const made = await steps.produce('asked at once');
  const other = await steps.produce('not asked');
  const answer = (await client.executeOperation('look', { thing: made.inner })) as Thing;
  await steps.transform({ of: answer.items, and: other.items });
}
label(asksAtOnce, {
  pattern: 'Nexus operations', args: (scope) => [{ endpoint: scope }],
  observed: ['things/look /thing <- produce /inner', 'transform /0/of <- things/look /items', 'transform /0/and <- produce#2 /items'],
  tempting: ['things/look <- produce#2', 'transform /0/of <- produce /items', 'transform /0 <- input'],
});

export async function asksARun({ endpoint }: { endpoint: string }): Promise<unknown> {
  const client = createNexusServiceClient({ endpoint, service: things });
  const made = await steps.produce('asked of a run');
  const answer = (await client.executeOperation('work', { thing: made })) as Thing;
  return { rows: answer.rows };
}
label(asksARun, {
  pattern: 'Nexus operations that a run works for', args: (scope) => [{ endpoint: scope }],
  // That the run was given what the operation was asked with is told by its input being made by that step, which is not scored.
  observed: [
    'things/work /thing <- produce', 'worker>transform /0 <- worker>input /0/thing', 'worker>result <- worker>transform', 'things/work <- worker>result', 'result /rows <- things/work /rows',
  ],
  tempting: ['worker>transform /0 <- produce', 'result /rows <- produce /rows', 'result /rows <- worker>transform /rows'],
});
