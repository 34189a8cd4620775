// Runs in: isolate. The pipelines of the chaos test: what each is to do stands in its argument.
import { condition, continueAsNew, defineSignal, proxyActivities, proxyLocalActivities, proxySinks, setHandler, type Sinks, startChild, workflowInfo } from '@temporalio/workflow';
import type { Stage, Task } from './plan.ts';

export interface Table {
  name: string;
  revision: number;
  /** Of what it was made. */
  parts: { label: string; rows: number }[];
}

export interface Given {
  stages: Stage[];
  table: Table;
  /** Signals that came to the run before, and were not waited for. */
  signals: number;
}

export interface StepActivities {
  step(task: Task, table: Table): Promise<Table>;
}

export interface ChaosSinks extends Sinks {
  chaos: { reached(): void };
}

const retry = { initialInterval: '100ms', backoffCoefficient: 1.5, maximumInterval: '1s' } as const;
const remote = proxyActivities<StepActivities>({ startToCloseTimeout: '8s', retry });
const beating = proxyActivities<StepActivities>({ startToCloseTimeout: '20s', heartbeatTimeout: '3s', retry });
const local = proxyLocalActivities<StepActivities>({ startToCloseTimeout: '8s', retry });
const { chaos } = proxySinks<ChaosSinks>();

export const go = defineSignal('go');

export async function pipeline({ stages, table, signals }: Given): Promise<Table> {
  let came = signals;
  setHandler(go, () => void came++);
  const left = [...stages];
  for (let stage = left.shift(); stage; stage = left.shift()) {
    chaos.reached();
    const given = table;
    if (stage.kind === 'steps') table = together(await Promise.all(stage.tasks.map((task) => (task.beats ? beating : remote).step(task, given))));
    else if (stage.kind === 'local') table = together(await Promise.all(stage.tasks.map((task) => local.step({ ...task, beats: false }, given))));
    else if (stage.kind === 'child') {
      const child = await startChild(pipeline, { args: [{ stages: stage.stages, table: given, signals: 0 }], workflowTaskTimeout: workflowInfo().taskTimeoutMs });
      await child.signal(go);
      table = await child.result();
    } else if (stage.kind === 'signal') {
      await condition(() => came > 0);
      came--;
    } else return continueAsNew<typeof pipeline>({ stages: left, table, signals: came });
  }
  return table;
}

function together(tables: Table[]): Table {
  return { name: tables[0]!.name, revision: Math.max(...tables.map(({ revision }) => revision)), parts: tables.flatMap(({ parts }) => parts.slice(-1)) };
}
