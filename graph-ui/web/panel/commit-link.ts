// Runs in: browser. Where a commit is on the web, as far as its remote tells for sure.

/** By what the host is called, as it is for those who run one themselves. */
const PATHS: [host: RegExp, path: string][] = [
  [/(^|\.)github\./, '/commit/'],
  [/(^|\.)gitlab\./, '/-/commit/'],
  [/^bitbucket\.org$/, '/commits/'],
  [/(^|\.)(gitea|forgejo)\.|^codeberg\.org$/, '/commit/'],
];

/** Null for a remote of which it is not known how its pages are called. */
export function commitLink(remote: unknown, commit: unknown): { href: string; host: string } | null {
  if (typeof remote !== 'string' || typeof commit !== 'string' || !/^[0-9a-f]{40,64}$/.test(commit)) return null;
  // git@host:path is as ssh://git@host/path.
  const scp = /^(?:[\w.-]+@)?([\w.-]+\.[\w-]+):(?!\/\/)(.+)$/.exec(remote);
  const place = scp === null ? placeOf(remote) : { host: scp[1]!.toLowerCase(), path: scp[2]! };
  if (place === null) return null;
  const { host } = place;
  const found = PATHS.find(([name]) => name.test(host));
  const parts = place.path.replace(/^\/+|\/+$/g, '').replace(/\.git$/, '').split('/');
  if (found === undefined || parts.length < 2 || !parts.every((part) => /^[\w.~-]+$/.test(part) && !/^\.+$/.test(part))) return null;
  return { href: `https://${host}/${parts.join('/')}${found[1]}${commit}`, host };
}

/** An http port is the page's as well, an ssh port is not: then nobody knows the page's. */
function placeOf(remote: string): { host: string; path: string } | null {
  try {
    const { protocol, hostname, port, pathname } = new URL(remote);
    if (!['https:', 'ssh:', 'git+ssh:'].includes(protocol)) return null;
    return { host: `${hostname.toLowerCase()}${protocol === 'https:' && port !== '' ? `:${port}` : ''}`, path: pathname };
  } catch {
    return null;
  }
}
