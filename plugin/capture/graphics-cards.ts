// Runs in: worker. The graphics cards, if there are any.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Properties } from '../model/record.ts';

const run = promisify(execFile);

/**
 * Model, memory, driver and the newest CUDA that the driver can do; empty where `nvidia-smi` is not there or finds none.
 * @throws Error when it does not answer in time
 */
export async function graphicsCards(): Promise<Properties> {
  const [cards, about] = await Promise.all([
    nvidia('--query-gpu=name,memory.total,driver_version', '--format=csv,noheader'),
    nvidia('-q', '-d', 'COMPUTE'),
  ]);
  const rows = (cards ?? '').split('\n').map((line) => line.split(',').map((cell) => cell.trim())).filter((row) => row.length === 3);
  if (rows.length === 0) return {};
  const cuda = /^CUDA Version\s*:\s*([\d.]+)/m.exec(about ?? '')?.[1];
  return { gpus: rows.map(([name, memory]) => `${name}, ${memory}`), gpuDriver: rows[0]![2]!, ...(cuda !== undefined && { cuda }) };
}

async function nvidia(...args: string[]): Promise<string | undefined> {
  try {
    return (await run('nvidia-smi', args, { timeout: 5_000 })).stdout;
  } catch (error) {
    if ((error as { killed?: boolean }).killed) throw error;
    return undefined; // No such cards here.
  }
}
