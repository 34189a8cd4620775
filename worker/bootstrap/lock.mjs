// Runs in: CLI. Without dependencies: it runs before anything is installed or built.
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ROOT } from './places.mjs';
import { say, stopCode } from './run.mjs';

/** Two commands started at once must not build into the same folder. */
export async function withLock(work) {
  const file = join(ROOT, '.provenance', 'bootstrap.lock');
  mkdirSync(dirname(file), { recursive: true });
  let told = false;
  while (!take(file)) {
    // A command that waits can be stopped like one that works.
    if (stopCode() !== 0) return stopCode();
    if (!told) say('Another command is just building; waiting for it.');
    told = true;
    await new Promise((resolve) => void setTimeout(resolve, 250));
  }
  try {
    return await work();
  } finally {
    rmSync(file, { force: true });
  }
}

function take(file) {
  for (let attempt = 0; attempt < 2; attempt += 1) {
    try {
      writeFileSync(file, `${process.pid} ${startOf(process.pid)}`, { flag: 'wx' });
      return true;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    if (!isStale(file)) return false;
    rmSync(file, { force: true });
  }
  return false;
}

function isStale(file) {
  try {
    const [pid, start] = readFileSync(file, 'utf8').split(' ');
    // It is empty for the moment between its making and its writing.
    if (!pid) return Date.now() - statSync(file).mtimeMs > 5_000;
    return !alive(Number(pid)) || startOf(pid) !== start;
  } catch {
    // Just released.
    return false;
  }
}

/** Pids are used again, in containers soon; a pid together with its start time is not. Empty where that cannot be read. */
function startOf(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return '';
  }
}

function alive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
