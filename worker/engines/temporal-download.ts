// Runs in: CLI (engines).
import { lookup } from 'node:dns/promises';
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { cached, fillCache } from './cache.ts';
import { EngineError, reason } from './errors.ts';
import { runOwned } from './processes.ts';
import type { ProgressStep } from '../../plugin/cli/progress.ts';
import { isProgram } from './tools.ts';

const HOST = 'temporal.download';
const DOWNLOAD_LIMIT_MS = 5 * 60_000;
const PIECE = `temporal-download-${process.platform}-${process.arch}`;

/** The program of an earlier download. */
export async function downloadedTemporal(): Promise<string | undefined> {
  const folder = cached(PIECE);
  return folder === undefined ? undefined : programIn(folder);
}

/**
 * Lets the Temporal SDK download its dev server.
 *
 * @returns path of the `temporal` program
 * @throws EngineError within seconds where there is no internet
 */
export async function downloadTemporal(step: ProgressStep): Promise<string> {
  await assertReachable();
  const folder = await fillCache(
    PIECE,
    async (target) => {
      step.update("downloading it through Temporal's SDK");
      // The SDK downloads only on its way to starting the server, and gives this process its one Runtime for good: so elsewhere.
      await runOwned(
        { command: process.execPath, args: ['--input-type=module', '--eval', DOWNLOAD, sdk(), target] },
        { timeoutMs: DOWNLOAD_LIMIT_MS },
      );
      if ((await programIn(target)) === undefined) throw new EngineError('the SDK left no program behind');
    },
    (pid) => step.update(`waiting for process ${pid}, which is downloading it`),
  );
  const program = await programIn(folder);
  if (program === undefined || !existsSync(program)) throw new EngineError('the SDK left no program behind');
  return program;
}

const DOWNLOAD = `
const [sdk, downloadDir] = process.argv.slice(-2);
const { Runtime } = await import(sdk);
const runtime = Runtime.instance({});
const server = await runtime.createEphemeralServer({
  type: 'dev-server',
  exe: { type: 'cached-download', downloadDir, version: 'default', ttl: 0, sdkName: 'sdk-typescript', sdkVersion: 'default' },
  namespace: 'default', ip: '127.0.0.1', port: null, ui: false, uiPort: null, dbFilename: null,
  log: { format: 'pretty', level: 'warn' }, extraArgs: [],
});
await runtime.shutdownEphemeralServer(server);
process.exit(0);
`;

function sdk(): string {
  return pathToFileURL(createRequire(import.meta.url).resolve('@temporalio/worker')).href;
}

async function programIn(folder: string): Promise<string | undefined> {
  const name = (await readdir(folder)).find((entry) => entry.startsWith('temporal') && isProgram(join(folder, entry)));
  return name === undefined ? undefined : join(folder, name);
}

/** Without a way out the SDK may wait for minutes; a name that does not resolve says so at once. */
async function assertReachable(): Promise<void> {
  const behindProxy = ['HTTPS_PROXY', 'https_proxy', 'ALL_PROXY', 'all_proxy'].some((name) => process.env[name]);
  if (behindProxy) return;
  const late = new Promise<never>((_, reject) => void setTimeout(() => reject(new Error('no answer in 5 s')), 5_000).unref());
  try {
    await Promise.race([lookup(HOST).then(({ address, family }) => connects(address, family)), late]);
  } catch (error) {
    throw new EngineError(`${HOST} cannot be reached (${reason(error)})`);
  }
}

async function connects(address: string, family: number): Promise<void> {
  const { connect } = await import('node:net');
  await new Promise<void>((resolve, reject) => {
    const socket = connect({ host: address, family, port: 443, timeout: 5_000 });
    socket.once('connect', () => void (socket.destroy(), resolve()));
    socket.once('timeout', () => void (socket.destroy(), reject(new Error('no connection in 5 s'))));
    socket.once('error', reject);
  });
}
