// Runs in: CLI. Without dependencies: it runs before anything is installed or built.
import { spawn } from 'node:child_process';
import { constants } from 'node:os';

let child;
let stopping;

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {
    stopping ??= signal;
    // A terminal sends Ctrl-C to the child as well: passed on, it would look like a second, impatient one.
    if (!(signal === 'SIGINT' && process.stdin.isTTY)) child?.kill(signal);
  });
}

/** 0, or after a signal the exit code that tells of it. */
export function stopCode() {
  return stopping ? 128 + constants.signals[stopping] : 0;
}

/** Runs a program that shares our terminal. Resolves with its exit code, for a signal as a shell would give it. */
export function run(command, args, stdio = 'inherit') {
  return new Promise((resolve) => {
    child = spawn(command, args, { stdio });
    child.channel?.unref();
    child.once('error', (error) => {
      say(`${command} could not be run: ${error.message}`);
      resolve(127);
    });
    child.once('exit', (code, signal) => {
      child = undefined;
      resolve(signal ? 128 + (constants.signals[signal] ?? 0) : (code ?? 1));
    });
  });
}

/** Runs a program whose output matters only if it fails. Everything goes to stderr: stdout belongs to the command itself. */
export function runQuietly(doing, done, [command, ...args]) {
  const rich = process.stderr.isTTY && process.env['TERM'] !== 'dumb';
  const paint = rich && process.env['NO_COLOR'] === undefined ? (code, text) => `\u001B[${code}m${text}\u001B[39m` : (_, text) => text;
  const frames = '⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏';
  const since = Date.now();
  const spent = () => `${Math.round((Date.now() - since) / 1000)}s`;
  let frame = 0;
  const tick = () => process.stderr.write(`\r\u001B[K${paint(36, frames[frame++ % frames.length])} ${doing} ${spent()}`);
  if (rich) tick();
  const announce = rich ? undefined : setTimeout(() => say(`${doing} …`), 2000);
  const timer = rich ? setInterval(tick, 80) : setInterval(() => say(`  still at it, ${spent()}`), 15_000);
  return new Promise((resolve) => {
    let output = '';
    const end = (code) => {
      clearTimeout(announce);
      clearInterval(timer);
      child = undefined;
      if (rich) process.stderr.write('\r\u001B[K');
      if (code === 0) say(`${paint(32, '✔')} ${done} ${spent()}`);
      else if (!stopping) say(`${output.trimEnd()}\n${paint(31, '✖')} ${doing} failed: ${[command, ...args].join(' ')}`);
      resolve(code);
    };
    child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    child.stdout.on('data', (data) => (output += data));
    child.stderr.on('data', (data) => (output += data));
    child.once('error', (error) => {
      output += error.message;
      end(127);
    });
    child.once('close', (code, signal) => end(signal ? 128 + (constants.signals[signal] ?? 0) : (code ?? 1)));
  });
}

/** Prints a line for people. */
export function say(line) {
  process.stderr.write(`${line}\n`);
}
