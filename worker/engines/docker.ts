// Runs in: CLI (engines).
import { createHash } from 'node:crypto';
import { EngineError, reason } from './errors.ts';
import { runOwned, type Launch } from './processes.ts';
import type { ProgressStep } from '../../plugin/cli/progress.ts';
import { findOnPath, type Tool } from './tools.ts';

const PULL_LIMIT_MS = 20 * 60_000;

/** The docker client, if an engine on this machine answers it. */
export async function findDocker(): Promise<Tool> {
  const path = findOnPath('docker');
  if (path === undefined) return { ok: false, why: 'no docker on PATH' };
  if (/^(tcp|ssh):/.test(process.env['DOCKER_HOST'] ?? '')) {
    // Ports published there are on that machine's loopback address, not on ours.
    return { ok: false, why: 'DOCKER_HOST names an engine on another machine' };
  }
  try {
    await runOwned({ command: path, args: ['info', '--format', '{{.ServerVersion}}'] }, { timeoutMs: 10_000 });
    return { ok: true, path };
  } catch {
    return { ok: false, why: 'no Docker engine answers' };
  }
}

/** Makes sure the image is here. @throws EngineError when it cannot be pulled */
export async function pullImage(docker: string, image: string, step: ProgressStep): Promise<void> {
  try {
    await runOwned({ command: docker, args: ['image', 'inspect', '--format', 'here', image] }, { timeoutMs: 30_000 });
  } catch {
    step.update(`pulling the image ${image}`);
    try {
      await runOwned(
        { command: docker, args: ['pull', image] },
        { timeoutMs: PULL_LIMIT_MS, onLine: (line) => step.update(`pulling the image ${image}: ${line}`) },
      );
    } catch (error) {
      throw new EngineError(`the image ${image} could not be pulled (${reason(error)})`);
    }
  }
}

export interface Container {
  image: string;
  /** The same for the same data folder, so that a container left over from a killed run is found and removed. */
  name: string;
  /** Container ports by host port; published on the loopback address only. */
  ports: Record<number, number>;
  /** Container folders by host folder. */
  mounts: Record<string, string>;
  env: Record<string, string>;
  args: string[];
}

/** A container's name for one engine with one data folder. */
export function containerName(engine: string, dataDir: string): string {
  return `temporal-provenance-${engine}-${createHash('sha256').update(dataDir).digest('hex').slice(0, 12)}`;
}

/**
 * How to run the container in the foreground: the docker client then passes SIGTERM on to it, and the container is removed as it
 * ends.
 */
export function containerLaunch(docker: string, container: Container): Launch {
  const args = ['run', '--rm', '--init', '--name', container.name];
  // The files in the mounted folders are to be ours.
  if (process.getuid && process.getgid) args.push('--user', `${process.getuid()}:${process.getgid()}`);
  for (const [host, inside] of Object.entries(container.ports)) args.push('--publish', `127.0.0.1:${host}:${inside}`);
  for (const [host, inside] of Object.entries(container.mounts)) args.push('--volume', `${host}:${inside}`);
  // By name only: the values come from the client's environment, where no list of processes shows them.
  for (const name of Object.keys(container.env)) args.push('--env', name);
  return {
    command: docker, args: [...args, container.image, ...container.args], env: { ...process.env, ...container.env },
    // The client may be killed, and the container lives on.
    kill: () => removeContainer(docker, container.name),
  };
}

/** Removes the container if it is there. */
export async function removeContainer(docker: string, name: string): Promise<void> {
  await runOwned({ command: docker, args: ['rm', '--force', '--volumes', name] }, { timeoutMs: 60_000 }).catch(() => undefined);
}
