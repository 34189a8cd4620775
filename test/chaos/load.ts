// Runs in: CLI (chaos). Keeps pipelines under way, whether Temporal is there or not.
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, Connection, WorkflowExecutionAlreadyStartedError, WorkflowFailedError } from '@temporalio/client';
import { Dice } from './dice.ts';
import { pipelineOf, type Stage } from './plan.ts';
import { go, type Given, type pipeline } from './workflows.ts';

/** The first run of a pipeline: Temporal's history knows those that came of it. */
export interface Started {
  workflowId: string;
  runId: string;
}

export interface LoadOptions {
  connection: Connection;
  namespace: string;
  taskQueue: string;
  seed: string;
  atOnce: number;
}

/** Temporal gives up a workflow task of a killed worker after that. */
const TASK_TIMEOUT = '3s';

export class Load {
  readonly started: Started[] = [];
  readonly #client: Client;
  readonly #options: LoadOptions;
  readonly #lanes: Promise<void>[];
  #isOver = false;
  #next = 0;

  constructor(options: LoadOptions) {
    this.#options = options;
    this.#client = new Client({ connection: options.connection, namespace: options.namespace });
    this.#lanes = Array.from({ length: options.atOnce }, () => this.#lane());
  }

  /** Begins no more pipelines. Resolves once those that were begun are over, or `ms` have passed. */
  async end(ms: number): Promise<void> {
    this.#isOver = true;
    await Promise.race([Promise.all(this.#lanes), sleep(ms, undefined, { ref: false })]);
  }

  /** Begins nothing more, and waits for nothing. */
  abandon(): void {
    this.#isOver = true;
  }

  async #lane(): Promise<void> {
    while (!this.#isOver) {
      const workflowId = `${this.#options.taskQueue}-${this.#next++}`;
      const runId = await this.#start(workflowId, pipelineOf(new Dice(`${this.#options.seed} ${workflowId}`)));
      if (runId === undefined) return;
      this.started.push({ workflowId, runId });
      await this.#over(workflowId);
    }
  }

  async #start(workflowId: string, stages: Stage[]): Promise<string | undefined> {
    const given: Given = { stages, table: { name: 'raw', revision: 0, parts: [] }, signals: 0 };
    while (!this.#isOver) {
      try {
        const handle = await this.#client.workflow.signalWithStart<typeof pipeline, []>('pipeline', {
          taskQueue: this.#options.taskQueue, workflowId, args: [given], signal: go, signalArgs: [], workflowTaskTimeout: TASK_TIMEOUT, workflowIdReusePolicy: 'REJECT_DUPLICATE',
        });
        return handle.signaledRunId;
      } catch (error) {
        // It was begun, and Temporal was killed before it could say so.
        if (error instanceof WorkflowExecutionAlreadyStartedError) return (await this.#client.workflow.getHandle(workflowId).describe()).runId;
        await sleep(250);
      }
    }
    return undefined;
  }

  async #over(workflowId: string): Promise<void> {
    for (;;) {
      try {
        await this.#client.workflow.getHandle(workflowId).result();
        return;
      } catch (error) {
        if (error instanceof WorkflowFailedError) return;
        await sleep(250);
      }
    }
  }
}
