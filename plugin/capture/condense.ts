// Runs in: isolate. Links of many elements of one array, told as one link of the whole array.
import type { Link } from './header.ts';

/** As many elements are told one by one: thousands of edges would say no more than the one from array to array does. */
const MOST = 64;

/**
 * Where more than 64 elements of one list came from one list (filtered, sorted, mapped to a part of each), one link tells it: from
 * the lists' own places, and `2` among its marks, since which element is which is not said.
 */
export function condensed(links: Link[]): Link[] {
  if (links.length <= MOST) return links;
  const groups = new Map<string, Link[]>();
  for (const link of links) {
    const key = `${pattern(link[0])} ${link[1]} ${pattern(link[2])} ${link[3] ?? 0}`;
    const group = groups.get(key);
    if (group) group.push(link);
    else groups.set(key, [link]);
  }
  return [...groups.values()].flatMap((group) => (group.length <= MOST ? group : [whole(group)]));
}

function whole(group: Link[]): Link {
  const [first] = group as [Link];
  return [common(group.map(([to]) => to)), first[1], common(group.map(([, , from]) => from)), ((first[3] ?? 0) | 2) as 2 | 3];
}

const pattern = (path: string): string => path.replace(/\/\d+(?=\/|$)/g, '/*');

/** The longest place that all of them lie in. */
function common(paths: string[]): string {
  let shared = paths[0]!.split('/');
  for (const path of paths) {
    const parts = path.split('/');
    let same = 0;
    while (same < shared.length && shared[same] === parts[same]) same++;
    shared = shared.slice(0, same);
  }
  return shared.join('/');
}
