// Runs in: isolate. The load of the benchmarks.
import { proxyActivities } from '@temporalio/workflow';
import type { Table } from './load.ts';

const { step } = proxyActivities<{ step(table: Table): Promise<Table> }>({ startToCloseTimeout: '1m' });

/** One activity after the other, each given what the one before gave. */
export async function chain(steps: number): Promise<Table> {
  let table: Table = { name: 'features', revision: 0, rows: [1, 2, 3, 4, 5, 6, 7, 8] };
  for (let done = 0; done < steps; done++) table = await step(table);
  return table;
}
