// Runs in: tests. A Python worker as a process of its own: its packages are kept in the cache, so that they are installed once.
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { fillCache } from '../../worker/engines/cache.ts';
import { engines } from './engines.ts';

const TEMPORALIO = '1.35.0';
const PIPELINE = fileURLToPath(new URL('./python/pipeline.py', import.meta.url));
const run = promisify(execFile);

/**
 * Runs the pipeline of `python/pipeline.py` to its end.
 * @returns the id of its run
 * @throws Error that says what is to be installed
 */
export async function runPythonPipeline(options: { workflowId: string; taskQueue: string; dataset: string }): Promise<string> {
  const { workflowId, taskQueue, dataset } = options;
  const python = await pythonWithTemporal();
  const { stdout } = await run(python, [PIPELINE, engines.temporalAddress, engines.namespace, taskQueue, workflowId, dataset], { timeout: 120_000 });
  return stdout.trim();
}

async function pythonWithTemporal(): Promise<string> {
  const { stdout: version } = await run('python3', ['--version']).catch((error: unknown) => {
    throw new Error('Lineage of a Python worker is tested with python3, which is not there: install Python 3.10 or later', { cause: error });
  });
  const folder = await fillCache(`python-temporalio-${TEMPORALIO}-${version.trim().replaceAll(/[^\d.]/g, '')}`, async (into) => {
    await run('python3', ['-m', 'venv', into]).catch((error: unknown) => {
      throw new Error('Lineage of a Python worker is tested in a virtual environment, which python3 can not make: install its venv module (Debian: python3-venv)', { cause: error });
    });
    // By the interpreter, which finds its packages where it is: the folder gets another name when it is whole, and scripts in it would not.
    await run(join(into, 'bin', 'python'), ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-input', `temporalio==${TEMPORALIO}`], { timeout: 300_000 })
      .catch((error: unknown) => {
        throw new Error(`Lineage of a Python worker is tested with temporalio ${TEMPORALIO}, which could not be installed from PyPI`, { cause: error });
      });
  }, () => undefined);
  return join(folder, 'bin', 'python');
}
