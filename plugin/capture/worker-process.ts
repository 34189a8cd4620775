// Runs in: worker. What a worker process is: its code, its environment and itself, told once, before its first task.
import type { Worker, WorkerOptions } from '@temporalio/worker';
import { workerAgentId } from '../model/id.ts';
import { keyOfNode, type NodeAssertion, type Properties } from '../model/record.ts';
import { type CollectedCode, codeNode, codeVersion } from './code-version.ts';
import { bundleDigest } from './bundle-digest.ts';
import { environment, environmentNode } from './environment.ts';
import { functionDigests } from './function-digest.ts';
import { graphicsCards } from './graphics-cards.ts';
import type { Content, Log, ProcessNodes } from './recorder.ts';
import { whereabouts } from './whereabouts.ts';

/** Longest that a worker's start, or a serving process', waits for what other programs and the server tell of themselves. */
export const LONGEST_WAIT_MS = 3_000;

/** Collects in the background what takes time, while the SDK bundles the workflows. */
export class WorkerProcess {
  readonly nodes: ProcessNodes;
  readonly #agent: NodeAssertion;
  readonly #directory: string;
  readonly #variables: string[];
  readonly #deployment: Properties;
  readonly #code: Promise<CollectedCode>;
  readonly #cards: Promise<Properties>;
  #bundle: string | undefined;

  constructor(identity: string, directory: string, variables: string[], options: WorkerOptions) {
    this.#directory = directory;
    this.#variables = variables;
    const { deploymentName, buildId = options.buildId } = options.workerDeploymentOptions?.version ?? {};
    this.#deployment = { ...(buildId !== undefined && { buildId }), ...(deploymentName !== undefined && { deploymentName }) };
    this.#code = codeVersion(directory);
    this.#cards = graphicsCards();
    // Looked at later: until then nobody is to call them unhandled.
    this.#code.catch(() => undefined);
    this.#cards.catch(() => undefined);
    const started = new Date(performance.timeOrigin).toISOString();
    this.#agent = {
      label: 'Agent', id: workerAgentId(identity, started), aspect: 'collected', timeless: true,
      set: { kind: 'worker', identity, ...whereabouts(), pid: process.pid, processStartedAt: started },
    };
    this.nodes = { agent: keyOfNode(this.#agent), code: keyOfNode(codeNode({})), environment: keyOfNode(environmentNode({})), functions: new Map() };
  }

  /** @param code of the bundle that the worker runs its workflows from */
  bundled(code: string): void {
    this.#bundle = bundleDigest(code);
  }

  /** Completes the nodes, and tells of them. What is said afterwards only names them. */
  async tell(worker: Worker, log: Log): Promise<Content> {
    const inTime = within(LONGEST_WAIT_MS);
    const [code, cards, server] = await Promise.all([inTime(this.#code), inTime(this.#cards), inTime(serverVersion(worker))]);
    for (const note of code?.notes ?? []) log.warn(`temporal-provenance: ${note}`);
    this.nodes.functions = functionDigests(worker.options.activities);
    const codeNow = codeNode({
      ...code?.set, ...this.#deployment,
      ...(this.#bundle !== undefined && { workflowBundleDigest: this.#bundle }),
      ...(this.nodes.functions.size > 0 && { activities: JSON.stringify(Object.fromEntries([...this.nodes.functions].sort(([a], [b]) => (a < b ? -1 : 1)))) }),
      ...(!code && { unknown: ['git'] }),
    });
    // What was not told in time is named: a state that lacks it is not the same state.
    const unknown = [...(cards ? [] : ['gpus']), ...(server === undefined ? ['temporalServer'] : [])];
    const environmentNow = environmentNode({
      ...environment(this.#directory, this.#variables), ...cards, ...(server !== undefined && { temporalServer: server }), ...(unknown.length > 0 && { unknown }),
    });
    this.nodes.code = keyOfNode(codeNow);
    this.nodes.environment = keyOfNode(environmentNow);
    return { at: new Date().toISOString(), nodes: [this.#agent, codeNow, environmentNow], edges: [] };
  }
}

/** The server's version as it is when the worker starts. */
async function serverVersion(worker: Worker): Promise<string | undefined> {
  const { connection } = worker;
  const info = await connection?.withDeadline(Date.now() + LONGEST_WAIT_MS, () => connection.workflowService.getSystemInfo({}));
  return info?.serverVersion || undefined;
}

/** Waits for each no longer than that, all together; undefined for what failed or is late. */
export function within(milliseconds: number): <T>(work: Promise<T>) => Promise<T | undefined> {
  const late = new Promise<undefined>((resolve) => setTimeout(resolve, milliseconds, undefined).unref());
  return (work) => Promise.race([work.catch(() => undefined), late]);
}
