// Runs in: worker. Where a worker process runs: names of host, container and pod, which belong to it, not to its environment.
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import type { Properties } from '../model/record.ts';

const POD_NAMESPACE_FILE = '/var/run/secrets/kubernetes.io/serviceaccount/namespace';

/** Kubernetes tells a pod's own name as its host name, unless it is told by the usual variables of the downward API. */
export function whereabouts(env: NodeJS.ProcessEnv = process.env): Properties {
  const inKubernetes = env.KUBERNETES_SERVICE_HOST !== undefined;
  const told: { [name: string]: string | undefined } = {
    host: hostname(),
    pod: env.POD_NAME ?? env.MY_POD_NAME ?? (inKubernetes ? env.HOSTNAME : undefined),
    podNamespace: env.POD_NAMESPACE ?? env.MY_POD_NAMESPACE ?? (inKubernetes ? read(POD_NAMESPACE_FILE)?.trim() : undefined),
    kubernetesNode: env.NODE_NAME ?? env.MY_NODE_NAME,
    container: env.CONTAINER_NAME ?? containerId(read('/proc/self/mountinfo') ?? ''),
  };
  return Object.fromEntries(Object.entries(told).filter((entry): entry is [string, string] => entry[1] !== undefined && entry[1] !== ''));
}

/** Container engines mount the container's own hostname and hosts files from a folder that has its id. */
export function containerId(mountinfo: string): string | undefined {
  return /\/(?:containers|sandboxes|overlay-containers)\/([0-9a-f]{64})\/\S*(?:hostname|hosts|resolv\.conf)\s/.exec(mountinfo)?.[1];
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
