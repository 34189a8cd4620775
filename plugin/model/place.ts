// Runs in: worker, server, browser, CLI. Places inside values (JSON Pointers, RFC 6901), and how lineage goes from place to place.

/** The paths of an edge from a later thing to an earlier one: `toPath` lies in the later, `fromPath` in the earlier. */
export interface Paths {
  fromPath?: string;
  toPath?: string;
  /** Elements of the one list went into the other, and it is not known which became which. */
  scattered?: boolean;
}

/**
 * Asked for one place in the later value: which place in the earlier one it came from. Undefined when the edge is about
 * another part, so that what one argument was made of is not taken for what its neighbour was made of.
 */
export function earlierPlace({ fromPath = '', toPath = '', scattered }: Paths, place: string): string | undefined {
  return across(toPath, fromPath, place, scattered);
}

/** Asked for one place in the earlier value: where in the later one it went. */
export function laterPlace({ fromPath = '', toPath = '', scattered }: Paths, place: string): string | undefined {
  return across(fromPath, toPath, place, scattered);
}

function across(near: string, far: string, place: string, scattered: boolean | undefined): string | undefined {
  if (isWithin(place, near)) return scattered ? far : far + place.slice(near.length);
  return isWithin(near, place) ? far : undefined;
}

/** Whether `place` is `whole`, or a part of it. */
export function isWithin(place: string, whole: string): boolean {
  return place === whole || place.startsWith(`${whole}/`);
}
