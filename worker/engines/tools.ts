// Runs in: CLI (engines).
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { reason } from './errors.ts';
import { runOwned } from './processes.ts';

/** A program that can be used, or a short statement why it cannot. */
export type Tool<T = { path: string }> = ({ ok: true } & T) | { ok: false; why: string };

/** The full path of a program on PATH; undefined when there is none. */
export function findOnPath(name: string): string | undefined {
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    if (folder !== '' && isProgram(join(folder, name))) return join(folder, name);
  }
  return undefined;
}

/** True for a file that this user may run. */
export function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** Java 17 or later: what JAVA_HOME names, else the one on PATH. `build`: all that it says of itself. */
export async function findJava(): Promise<Tool<{ path: string; version: number; build: string }>> {
  const home = process.env['JAVA_HOME'];
  const path = home && isProgram(join(home, 'bin', 'java')) ? join(home, 'bin', 'java') : findOnPath('java');
  if (path === undefined) return { ok: false, why: 'no java on PATH' };
  const seen: string[] = [];
  try {
    await runOwned({ command: path, args: ['-version'] }, { timeoutMs: 20_000, onLine: (line) => seen.push(line) });
  } catch (error) {
    return { ok: false, why: `java does not run (${reason(error)})` };
  }
  // Before 9 the number stands after `1.`: those are too old either way.
  const build = seen.join('\n');
  const version = Number(/version "(\d+)/.exec(build)?.[1] ?? 0);
  return version >= 17 ? { ok: true, path, version, build } : { ok: false, why: `Java ${version || 'of an unknown version'} is too old` };
}

/** Maven 3 or later. */
export function findMaven(): Tool {
  const path = findOnPath('mvn');
  return path === undefined ? { ok: false, why: 'no mvn on PATH' } : { ok: true, path };
}

/** Go from 1.21 on, which fetches by itself the newer Go that a module asks for. */
export async function findGo(): Promise<Tool> {
  const path = findOnPath('go');
  if (path === undefined) return { ok: false, why: 'no go on PATH' };
  try {
    const output = await runOwned({ command: path, args: ['version'] }, { timeoutMs: 20_000 });
    const [, major = '0', minor = '0'] = /go(\d+)\.(\d+)/.exec(output) ?? [];
    const newEnough = Number(major) > 1 || Number(minor) >= 21;
    return newEnough ? { ok: true, path } : { ok: false, why: `Go ${major}.${minor} is too old` };
  } catch (error) {
    return { ok: false, why: `go does not run (${reason(error)})` };
  }
}
