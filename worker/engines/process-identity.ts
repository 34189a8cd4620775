// Runs in: CLI (engines).
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** One process and no other: pids are used again, a pid together with its start time is not. */
export interface ProcessIdentity {
  pid: number;
  /** The system's own notation of the start time; empty where it cannot be found out. */
  start: string;
}

/** The identity of a process that runs now; undefined when there is none with this pid. */
export function identify(pid: number): ProcessIdentity | undefined {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it is there, and belongs to somebody else.
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return undefined;
  }
  return { pid, start: startTime(pid) };
}

/** True when that very process still runs. Where start times cannot be read, the pid alone decides. */
export function isRunning(identity: ProcessIdentity): boolean {
  const now = identify(identity.pid);
  return now !== undefined && now.start === identity.start;
}

function startTime(pid: number): string {
  if (process.platform === 'linux') {
    try {
      // The second field is the program's name in parentheses and may itself hold spaces and parentheses.
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      // A zombie holds nothing any more; it only waits to be collected.
      if (fields[0] === 'Z') return 'gone';
      return fields[19] ?? '';
    } catch {
      return 'gone';
    }
  }
  try {
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return '';
  }
}
