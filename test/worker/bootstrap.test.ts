// Runs in: CLI (tests).
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

// A checkout in small: the real bootstrap, with stand-ins for the compiler and for what it would build.
let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'bootstrap-'));
  cpSync('worker/bootstrap.mjs', join(root, 'worker/bootstrap.mjs'));
  cpSync('worker/bootstrap', join(root, 'worker/bootstrap'), { recursive: true });
  const entry = { version: '1.0.0', integrity: 'sha512-x' };
  write('package.json', JSON.stringify({ type: 'module' }));
  write('package-lock.json', JSON.stringify({ packages: { '': {}, 'node_modules/typescript': entry, 'node_modules/other-platform': { ...entry, optional: true } } }));
  write('node_modules/.package-lock.json', JSON.stringify({ packages: { 'node_modules/typescript': entry } }));
  write('node_modules/typescript/package.json', JSON.stringify({ bin: { tsc: 'tsc.cjs' } }));
  write('node_modules/typescript/tsc.cjs', `
    const fs = require('node:fs');
    fs.appendFileSync('compiled.log', 'x');
    fs.mkdirSync('dist/plugin', { recursive: true });
    fs.mkdirSync('dist/worker', { recursive: true });
    fs.copyFileSync('worker/demo.ts', 'dist/worker/demo.js');`);
  write('worker/demo.ts', 'console.log("demo", process.argv.slice(2).join(" ")); process.exitCode = 7;');
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

describe('bootstrap', () => {
  test('builds, passes arguments on and the exit code back, and keeps stdout clean', () => {
    const { status, stdout } = bootstrap('demo', '--once', '--json');
    expect(stdout).toBe('demo --once --json\n');
    expect(status).toBe(7);
  });

  test('builds again only when a source has changed', () => {
    bootstrap('build');
    bootstrap('build');
    expect(compiled()).toBe(1);
    write('plugin/index.ts', 'export {};');
    bootstrap('build');
    expect(compiled()).toBe(2);
  });

  test('removes what was compiled from a source that is gone', () => {
    write('dist/worker/gone.js', '');
    write('dist/worker/gone.d.ts', '');
    bootstrap('build');
    expect(existsSync(join(root, 'dist/worker/gone.js'))).toBe(false);
    expect(existsSync(join(root, 'dist/worker/gone.d.ts'))).toBe(false);
    expect(existsSync(join(root, 'dist/worker/demo.js'))).toBe(true);
  });

  test('installs when the dependencies are missing, or are not those of the lock file', () => {
    write('npm-cli.js', 'import { appendFileSync } from "node:fs"; appendFileSync("npm.log", process.argv.slice(2).join(" ") + "\\n"); console.log("noise");');
    expect(bootstrap('build').status).toBe(0);
    expect(existsSync(join(root, 'npm.log'))).toBe(false);
    write('package-lock.json', JSON.stringify({ packages: { 'node_modules/typescript': { version: '2.0.0' } } }));
    const { status, stdout } = bootstrap('build');
    expect({ status, stdout }).toEqual({ status: 0, stdout: '' });
    expect(readFileSync(join(root, 'npm.log'), 'utf8')).toMatch(/^ci --ignore-scripts --include=dev/);
  });

  test('shows what the compiler said when it fails, and starts nothing', () => {
    write('node_modules/typescript/tsc.cjs', 'console.log("error TS1: no"); process.exit(2);');
    const { status, stdout, stderr } = bootstrap('demo');
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toContain('error TS1: no');
  });

  test('takes over the lock of a command that was killed', () => {
    write('.provenance/bootstrap.lock', '999999999 1');
    expect(bootstrap('build').status).toBe(0);
  });

  test('explains itself when the command is not one', () => {
    const { status, stderr } = bootstrap('nonsense');
    expect(status).toBe(2);
    expect(stderr).toContain('Usage:');
  });
});

function bootstrap(...args: string[]) {
  // A stand-in for npm, where a test wrote one: the real one is not to be called from here.
  const env = { ...process.env, npm_execpath: join(root, 'npm-cli.js') };
  return spawnSync(process.execPath, [join(root, 'worker/bootstrap.mjs'), ...args], { encoding: 'utf8', env });
}

function compiled(): number {
  return readFileSync(join(root, 'compiled.log'), 'utf8').length;
}

function write(path: string, content: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), content);
}
