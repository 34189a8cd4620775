// Runs in: worker. A digest of a workflow bundle that is the same in any folder.
import type { BundleOptions } from '@temporalio/worker';
import { sha256 } from '../model/id.ts';

const SOURCE_MAP = /\n?\/\/# sourceMappingURL=data:[^\n]*\s*$/;
/** How webpack writes a module: its name, which is a path, and a banner that repeats it. */
const MODULE = /^\/\*{3}\/ "([^"\n]+)"\n/m;
const BANNER = /^\/\*!\*+!\*\\\n {2}!\*{3} [^\n]* \*{3}!\n {2}\\\*+\/\n/gm;
/** A module that is named in code: what was written there, then its name. */
const REFERENCE = /\/\*! [^\n]*? \*\/ "([^"\n]+)"/g;
/** Behind it comes what joins the modules: webpack's own, and the entry. */
const END_OF_MODULES = '\n/************************************************************************/\n';
/** How far a module is told apart by what it imports; what these import is in their own digests. */
const ROUNDS = 2;

/**
 * SHA-256 of what the bundle holds, without where it was made: no source map, and modules known by their content instead of
 * by their path from the folder in which webpack ran. A bundle that was minified has no names to put aside: it is
 * taken as it is, but for its source map.
 */
export function bundleDigest(bundle: string): string {
  const code = bundle.replace(SOURCE_MAP, '');
  const end = code.indexOf(END_OF_MODULES);
  if (end < 0 || !MODULE.test(code)) return sha256(code);
  const [head = '', ...parts] = code.slice(0, end).replace(BANNER, '').split(MODULE);
  const modules = new Map<string, string>();
  for (let at = 0; at < parts.length; at += 2) modules.set(parts[at]!, parts[at + 1]!.trimEnd().replace(/,$/, '').trimEnd());
  let names = new Map([...modules.keys()].map((path) => [path, 'module']));
  const renamed = (text: string) => text.replace(REFERENCE, (whole, path: string) => (names.has(path) ? `"${names.get(path)!}"` : whole));
  for (let round = 0; round <= ROUNDS; round++) names = new Map([...modules].map(([path, text]) => [path, sha256(renamed(text))]));
  // Their order is that of the paths.
  return sha256([head, ...[...names.values()].sort(), renamed(code.slice(end).replace(BANNER, ''))].join('\n'));
}

type WebpackHook = NonNullable<BundleOptions['webpackConfigHook']>;

/** A hook that hands over the bundle that a worker makes for itself; whatever the user's own hook does is done first. */
export function watchBundle(hook: WebpackHook | undefined, made: (bundle: string) => void): WebpackHook {
  return (config) => {
    const own = hook ? hook(config) : config;
    const watcher = {
      apply: (compiler: Compiler) => compiler.hooks.assetEmitted.tap('temporal-provenance', (file, { content }) => {
        if (file.endsWith('.js')) made(content.toString());
      }),
    };
    return { ...own, plugins: [...(own.plugins ?? []), watcher] };
  };
}

/** What of webpack's compiler is used here. */
interface Compiler {
  hooks: { assetEmitted: { tap(name: string, heard: (file: string, info: { content: Buffer }) => void): void } };
}
