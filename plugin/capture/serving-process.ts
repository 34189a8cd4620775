// Runs in: serving process. What a process is that serves a model outside of Temporal: its code, its environment and itself.
import { hostname } from 'node:os';
import { servingAgentId } from '../model/id.ts';
import { keyOfNode, type NodeAssertion, type NodeKey } from '../model/record.ts';
import { codeNode, codeVersion } from './code-version.ts';
import { environment, environmentNode } from './environment.ts';
import { graphicsCards } from './graphics-cards.ts';
import type { Log } from './recorder.ts';
import { whereabouts } from './whereabouts.ts';
import { LONGEST_WAIT_MS, within } from './worker-process.ts';

export interface ServingProcess {
  /** All that is said of it, once. */
  nodes: NodeAssertion[];
  agent: NodeKey;
  code: NodeKey;
  environment: NodeKey;
}

/** @param directory where the code is */
export async function servingProcess(name: string, directory: string, variables: string[], log: Log): Promise<ServingProcess> {
  const inTime = within(LONGEST_WAIT_MS);
  const [code, cards] = await Promise.all([inTime(codeVersion(directory)), inTime(graphicsCards())]);
  for (const note of code?.notes ?? []) log.warn(`temporal-provenance: ${note}`);
  const codeNow = codeNode({ ...code?.set, ...(!code && { unknown: ['git'] }) });
  const environmentNow = environmentNode({ ...environment(directory, variables), ...cards, ...(!cards && { unknown: ['gpus'] }) });
  const started = new Date(performance.timeOrigin).toISOString();
  const agent: NodeAssertion = {
    label: 'Agent', id: servingAgentId(name, `${process.pid}@${hostname()}`, started), aspect: 'collected', timeless: true,
    set: { kind: 'serving', name, ...whereabouts(), pid: process.pid, processStartedAt: started },
  };
  return { nodes: [agent, codeNow, environmentNow], agent: keyOfNode(agent), code: keyOfNode(codeNow), environment: keyOfNode(environmentNow) };
}
