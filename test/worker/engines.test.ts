// Runs in: CLI (tests).
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import neo4j from 'neo4j-driver';
import { afterEach, beforeEach, describe, expect, inject, test, vi } from 'vitest';
import { cacheDir, fillCache } from '../../worker/engines/cache.ts';
import { EngineProcess } from '../../worker/engines/engine-process.ts';
import { findRunning } from '../../worker/engines/engine-state.ts';
import { withLock } from '../../worker/engines/lock.ts';
import { passwordFile, startEngines, startNeo4j, type Neo4jEngine } from '../../worker/engines/index.ts';
import { reservePort } from '../../worker/engines/ports.ts';
import { identify, isRunning } from '../../worker/engines/process-identity.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'engines-'));
});

afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

describe('ports', () => {
  test('a taken or reserved port is stepped over', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const first = await reservePort(port);
    const second = await reservePort(port);
    expect(first.port).toBeGreaterThan(port);
    expect(second.port).toBeGreaterThan(first.port);
    await first.release();
    await second.release();
    server.close();
  });

  test('a port that something on all addresses has is taken as well', async () => {
    const server = createServer().listen(0, '0.0.0.0');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const reserved = await reservePort(port);
    expect(reserved.port).not.toBe(port);
    await reserved.release();
    server.close();
  });
});

describe('an engine process', () => {
  const spec = (script: string) => ({
    name: 'Stand-in', source: 'path' as const, folder, logFile: join(folder, 'log'), preferredPorts: [], graceMs: 5_000, readyMs: 10_000,
    launch: () => ({ command: process.execPath, args: ['--eval', script] }),
    probe: async () => void statSync(join(folder, 'ready')),
  });

  test('that ends early is reported with the end of its log', async () => {
    const start = EngineProcess.start(spec('console.log("one"); console.error("no licence"); process.exit(3)'));
    await expect(start).rejects.toThrow(/^Stand-in exited with code 3 before it was ready\.\nThe end of its log, .*\n {2}one\n {2}no licence$/);
    expect(existsSync(join(folder, 'engine.json'))).toBe(false);
  });

  test('that cannot be run is reported', async () => {
    const start = EngineProcess.start({ ...spec(''), launch: () => ({ command: join(folder, 'missing'), args: [] }) });
    await expect(start).rejects.toThrow(/missing could not be run: .*ENOENT/);
  });

  test('that ends later is told to whoever asked', async () => {
    const told = vi.fn<(error: Error) => void>();
    const engine = await EngineProcess.start({ ...spec(ready('setTimeout(() => process.exit(9), 500)')), onUnexpectedExit: told });
    await vi.waitFor(() => expect(told).toHaveBeenCalledOnce(), 60_000);
    expect(told.mock.calls[0]?.[0].message).toContain('Stand-in exited with code 9 while it was in use');
    await engine.stop();
  });

  test('ends when the process that started it is killed', async () => {
    const engine = await owner();
    engine.kill();
    await vi.waitFor(() => expect(isRunning(engine.identity)).toBe(false), { timeout: 60_000, interval: 50 });
  });

  test('that outlived its owner is stopped by the next start, and no other process is', async () => {
    const child = spawn(process.execPath, ['--eval', 'setInterval(() => {}, 1000)'], { detached: true, stdio: 'ignore' });
    child.unref();
    const engine = identify(child.pid ?? 0);
    const dead = { pid: 999_999_999, start: '1' };
    const note = (state: object) => writeFileSync(join(folder, 'engine.json'), JSON.stringify({ owner: dead, source: 'build', ports: [1], ...state }));
    // The pid was used again: it is not the engine.
    note({ engine: { ...engine, start: `${engine?.start}0` } });
    expect(await findRunning(folder, () => undefined)).toBeUndefined();
    expect(identify(child.pid ?? 0)).toEqual(engine);
    // An engine whose owner lives is to be shared.
    note({ engine, owner: identify(process.pid) });
    expect(await findRunning(folder, () => undefined)).toMatchObject({ engine, ports: [1] });
    note({ engine });
    expect(await findRunning(folder, () => undefined)).toBeUndefined();
    expect(engine && isRunning(engine)).toBe(false);
  });

  /** A script that becomes ready and then goes on with `then`. */
  function ready(then: string): string {
    return `require('node:fs').writeFileSync(${JSON.stringify(join(folder, 'ready'))}, ''); ${then}`;
  }

  /** A process of its own with an engine, both started from the built package. */
  async function owner() {
    const module = JSON.stringify(new URL('../../dist/worker/engines/processes.js', import.meta.url).href);
    const script = `const { startOwned } = await import(${module});
      const engine = startOwned({ command: process.execPath, args: ['--eval', 'setInterval(() => {}, 1000)'] }, ${JSON.stringify(join(folder, 'log'))});
      console.log(engine.pid); setInterval(() => {}, 1000);`;
    const parent = spawn(process.execPath, ['--input-type=module', '--eval', script], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [line] = (await once(parent.stdout, 'data')) as [Buffer];
    const identity = identify(Number(line.toString()));
    if (!identity) throw new Error('the engine did not start');
    return { identity, kill: () => parent.kill('SIGKILL') };
  }
});

describe('locks and the cache', () => {
  test('one process works at a time, and a dead one holds nothing', async () => {
    const path = join(folder, 'lock');
    writeFileSync(path, JSON.stringify({ pid: 999_999_999, start: '1', host: 'elsewhere' }).replace('elsewhere', (await import('node:os')).hostname()));
    let inside = 0;
    const work = () => withLock(path, async () => {
      inside += 1;
      expect(inside).toBe(1);
      await sleep(20);
      inside -= 1;
    });
    await Promise.all([work(), work(), work()]);
    expect(existsSync(path)).toBe(false);
  });

  test('a piece that could not be made leaves nothing behind, and is made once', async () => {
    vi.stubEnv('PROVENANCE_CACHE', folder);
    expect(cacheDir()).toBe(folder);
    const fail = fillCache('piece', async (target) => {
      writeFileSync(join(target, 'half'), '');
      throw new Error('no network');
    }, () => undefined);
    await expect(fail).rejects.toThrow('no network');
    expect(existsSync(join(folder, 'piece'))).toBe(false);
    const make = vi.fn(async (target: string) => writeFileSync(join(target, 'whole'), ''));
    await Promise.all([fillCache('piece', make, () => undefined), fillCache('piece', make, () => undefined)]);
    expect(make).toHaveBeenCalledOnce();
    expect(existsSync(join(folder, 'piece', 'whole'))).toBe(true);
  });
});

describe('an engine that cannot be had', () => {
  test('without any tool the error names every way there is', async () => {
    symlinkSync(process.execPath, join(folder, 'node'));
    vi.stubEnv('PATH', folder);
    vi.stubEnv('JAVA_HOME', '');
    vi.stubEnv('PROVENANCE_CACHE', join(folder, 'cache'));
    // An address that answers nothing, so that the SDK's download is not tried for real.
    vi.stubEnv('HTTPS_PROXY', 'http://127.0.0.1:9');
    clearAddresses();
    const error = await startEngines({ dataDir: join(folder, 'data') }).catch((caught: Error) => caught);
    const message = String(error);
    for (const way of ['TEMPORAL_ADDRESS', 'Temporal CLI', 'Docker', 'Go 1.21', 'NEO4J_URI and NEO4J_PASSWORD', 'JDK 17 or later and Maven']) {
      expect(message).toContain(way);
    }
    expect(message).toMatch(/Looked for: no temporal on PATH; no docker on PATH; no download: .*; no go on PATH\./);
  });

  test('an address in the environment that does not answer is an error, not a reason to start another engine', async () => {
    vi.stubEnv('TEMPORAL_ADDRESS', inject('engines').temporalAddress);
    vi.stubEnv('TEMPORAL_NAMESPACE', 'nowhere');
    vi.stubEnv('NEO4J_URI', 'bolt://127.0.0.1:9');
    vi.stubEnv('NEO4J_PASSWORD', 'secret-word');
    const error = await startEngines({ dataDir: folder }).catch((caught: Error) => caught);
    expect(String(error)).toContain('has no namespace "nowhere"');
    expect(String(error)).toContain('NEO4J_URI is bolt://127.0.0.1:9');
    expect(String(error)).not.toContain('secret-word');
  });

  test('an address without a password says so', async () => {
    vi.stubEnv('NEO4J_URI', 'bolt://127.0.0.1:9');
    vi.stubEnv('NEO4J_PASSWORD', undefined);
    await expect(startNeo4j({ dataDir: folder })).rejects.toThrow('NEO4J_PASSWORD is not set');
  });
});

describe('engines from the environment', () => {
  test('are used and not stopped', async () => {
    const { neo4jDatabase, neo4jPassword, neo4jUri, neo4jUsername, namespace, temporalAddress } = inject('engines');
    vi.stubEnv('TEMPORAL_ADDRESS', temporalAddress);
    vi.stubEnv('TEMPORAL_NAMESPACE', namespace);
    vi.stubEnv('NEO4J_URI', neo4jUri);
    vi.stubEnv('NEO4J_USERNAME', neo4jUsername);
    vi.stubEnv('NEO4J_PASSWORD', neo4jPassword);
    vi.stubEnv('NEO4J_DATABASE', neo4jDatabase);
    const engines = await startEngines({ dataDir: folder });
    expect(engines.temporal).toMatchObject({ address: temporalAddress, namespace, source: 'environment' });
    expect(engines.neo4j).toMatchObject({ uri: neo4jUri, source: 'environment', version: expect.stringMatching(/^\d+\.\d+/) });
    expect(engines.temporalControl ?? engines.neo4jControl).toBeUndefined();
    await engines.stop();
    expect(await count(engines.neo4j, 'RETURN 1 AS n')).toBe(1);
  });
});

test('Neo4j keeps data, port and password over a stop and a start', async () => {
  clearAddresses();
  const { engine, control, stop } = await startNeo4j({ dataDir: folder });
  if (!control) throw new Error('an engine that was started can be controlled');
  await count(engine, 'CREATE (:Kept) RETURN 1 AS n');
  const second = await startNeo4j({ dataDir: folder });
  expect(second.engine).toEqual(engine);
  expect(second.control).toBeUndefined();
  const running = await findRunning(join(folder, 'neo4j'), () => undefined);
  // What was prepared for quick starts is really what it starts from.
  if (process.platform === 'linux') expect(readFileSync(`/proc/${running!.engine.pid}/maps`, 'utf8').includes('classes.jsa')).toBe(engine.source === 'build');
  await control.stop();
  await expect(count(engine, 'RETURN 1 AS n')).rejects.toThrow();
  await control.start();
  expect(await count(engine, 'MATCH (n:Kept) RETURN count(n) AS n')).toBe(1);
  await stop();
  expect(statSync(passwordFile(folder)).mode & 0o777).toBe(0o600);
  const log = readFileSync(join(folder, 'neo4j', 'server.log'), 'utf8');
  expect(log).not.toContain(engine.password);
});

async function count({ uri, username, password, database }: Neo4jEngine, query: string): Promise<number> {
  const driver = neo4j.driver(uri, neo4j.auth.basic(username, password), { maxTransactionRetryTime: 0 });
  try {
    const { records } = await driver.executeQuery(query, {}, { database });
    return Number(records[0]?.get('n'));
  } finally {
    await driver.close();
  }
}

function clearAddresses(): void {
  for (const name of ['TEMPORAL_ADDRESS', 'TEMPORAL_NAMESPACE', 'NEO4J_URI', 'NEO4J_USERNAME', 'NEO4J_PASSWORD', 'NEO4J_DATABASE']) {
    vi.stubEnv(name, undefined);
  }
}
