// Runs in: CLI (fuzz), tests. A Python with some packages, kept in the cache, so that they are installed once.
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { fillCache } from '../../worker/engines/cache.ts';

const run = promisify(execFile);

/**
 * @param packages with their exact versions; the first one names the environment
 * @param what is tested with it, for the error
 * @returns the interpreter: packages are run by it (`-m`), as the scripts beside it name a folder that was renamed
 * @throws Error that says what is to be installed
 */
export async function pythonWith(packages: [string, ...string[]], what: string): Promise<string> {
  const { stdout: version } = await run('python3', ['--version']).catch((error: unknown) => {
    throw new Error(`${what} with python3, which is not there: install Python 3.10 or later`, { cause: error });
  });
  const name = `python-${packages[0].replace('==', '-')}-${version.trim().replaceAll(/[^\d.]/g, '')}`;
  const folder = await fillCache(name, async (into) => {
    await run('python3', ['-m', 'venv', into]).catch((error: unknown) => {
      throw new Error(`${what} in a virtual environment, which python3 can not make: install its venv module (Debian: python3-venv)`, { cause: error });
    });
    await run(join(into, 'bin', 'python'), ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-input', ...packages], { timeout: 300_000 })
      .catch((error: unknown) => {
        throw new Error(`${what} with ${packages.join(', ')}, which could not be installed from PyPI`, { cause: error });
      });
  }, () => undefined);
  return join(folder, 'bin', 'python');
}
