// Runs in: tests. Where a commit is on the web, for remotes as people write them; nowhere, where that is not sure.
import { expect, it } from 'vitest';
import { commitLink } from '../../graph-ui/web/panel/commit-link.ts';

const commit = '9b1c44f20d5e6f7a8b9c0d1e2f3a4b5c6d7e8f90';

it.each([
  ['https://github.com/flights/delays.git', 'https://github.com/flights/delays/commit/'],
  ['https://github.com/flights/delays', 'https://github.com/flights/delays/commit/'],
  ['git@github.com:flights/delays.git', 'https://github.com/flights/delays/commit/'],
  ['ssh://git@github.com:22/flights/delays.git', 'https://github.com/flights/delays/commit/'],
  ['https://GitLab.com/group/sub/delays.git', 'https://gitlab.com/group/sub/delays/-/commit/'],
  ['git@gitlab.flights.example:group/delays.git', 'https://gitlab.flights.example/group/delays/-/commit/'],
  ['https://gitlab.flights.example:8443/group/delays', 'https://gitlab.flights.example:8443/group/delays/-/commit/'],
  ['git@bitbucket.org:flights/delays.git', 'https://bitbucket.org/flights/delays/commits/'],
  ['https://codeberg.org/flights/delays.git', 'https://codeberg.org/flights/delays/commit/'],
  ['https://gitea.flights.example/flights/delays.git', 'https://gitea.flights.example/flights/delays/commit/'],
])('%s', (remote, page) => {
  expect(commitLink(remote, commit)?.href).toBe(`${page}${commit}`);
});

it.each([
  'https://git.flights.example/delays/delays.git', 'http://github.com/flights/delays.git', '/srv/git/delays.git', '../delays', 'file:///srv/github.com/a/b', 'javascript://github.com/a/b',
  'git@github.com:delays.git', 'https://github.com/../..', 'https://github.com/a/b"onclick=', 'https://evil.example/github.com/a', 'https://notgithub.com/a/b', 'https://github.com.evil.example@x/a/b', '',
])('no link for %s', (remote) => {
  expect(commitLink(remote, commit)).toBeNull();
});

it('no link without a whole commit', () => {
  expect(commitLink('https://github.com/flights/delays', '9b1c44f')).toBeNull();
  expect(commitLink('https://github.com/flights/delays', undefined)).toBeNull();
});
