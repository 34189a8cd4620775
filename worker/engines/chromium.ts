// Runs in: CLI (engines).
import { EngineError, reason } from './errors.ts';
import { runOwned } from './processes.ts';
import { silentProgress, type Progress } from '../../plugin/cli/progress.ts';
import { findOnPath, isProgram } from './tools.ts';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];
const APPLICATIONS = ['/Applications/Google Chrome.app/Contents/MacOS/Google Chrome', '/Applications/Chromium.app/Contents/MacOS/Chromium'];

/**
 * A Chromium that runs: the one CHROMIUM_PATH names, else an installed one, else Debian's package, which is installed when this
 * process may do that.
 *
 * @returns the program's path
 * @throws EngineError naming what to install or set
 */
export async function findChromium(progress: Progress = silentProgress): Promise<string> {
  const named = process.env['CHROMIUM_PATH'];
  if (named) {
    const why = await whyNot(named);
    if (why) throw new EngineError(`CHROMIUM_PATH is ${named}, which ${why}.`);
    return named;
  }
  const why: string[] = [];
  const found = await installed(why);
  if (found) return found;
  const apt = findOnPath('apt-get');
  if (apt && process.getuid?.() === 0) {
    await install(apt, progress).catch((error: unknown) => why.push(`apt-get could not install it (${reason(error)})`));
    const fresh = await installed(why);
    if (fresh) return fresh;
  }
  throw new EngineError(
    `There is no Chromium to use. Install the package "chromium" or Google Chrome, or set CHROMIUM_PATH to such a program.${why.length > 0 ? ` Looked for: ${why.join('; ')}.` : ''}`,
  );
}

async function installed(why: string[]): Promise<string | undefined> {
  for (const path of [...NAMES.map(findOnPath), ...APPLICATIONS.filter(isProgram)]) {
    if (path === undefined) continue;
    const fault = await whyNot(path);
    if (fault === undefined) return path;
    why.push(`${path} ${fault}`);
  }
  return undefined;
}

/** Some distributions' program of that name only says that a browser could be installed: so it is run. */
async function whyNot(path: string): Promise<string | undefined> {
  if (!isProgram(path)) return 'is not a program';
  try {
    await runOwned({ command: path, args: ['--version'] }, { timeoutMs: 30_000 });
    return undefined;
  } catch (error) {
    return `does not run (${reason(error)})`;
  }
}

async function install(apt: string, progress: Progress): Promise<void> {
  const step = progress.step('Installing Chromium');
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const run = (args: string[]) => runOwned({ command: apt, args, env }, { timeoutMs: 15 * 60_000, onLine: (line) => step.update(line) });
  try {
    await run(['update']);
    await run(['install', '--yes', '--no-install-recommends', 'chromium']);
    step.done('Chromium installed');
  } catch (error) {
    step.fail('Chromium could not be installed');
    throw error;
  }
}
