// Runs in: tests. A Python worker as a process of its own: its packages are kept in the cache, so that they are installed once.
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { engines } from './engines.ts';
import { pythonWith } from './python-venv.ts';

const TEMPORALIO = 'temporalio==1.35.0';
const PIPELINE = fileURLToPath(new URL('./python/pipeline.py', import.meta.url));
const run = promisify(execFile);

/**
 * Runs the pipeline of `python/pipeline.py` to its end.
 * @returns the id of its run
 * @throws Error that says what is to be installed
 */
export async function runPythonPipeline(options: { workflowId: string; taskQueue: string; dataset: string }): Promise<string> {
  const { workflowId, taskQueue, dataset } = options;
  const python = await pythonWith([TEMPORALIO], 'Lineage of a Python worker is tested');
  const { stdout } = await run(python, [PIPELINE, engines.temporalAddress, engines.namespace, taskQueue, workflowId, dataset], { timeout: 120_000 });
  return stdout.trim();
}
